"""How far confidences are from being right. Knows two columns of numbers.

Brier (1950); expected calibration error, Naeini et al. (2015); risk and coverage, El-Yaniv and
Wiener (2010). Entries whose confidence is NaN are left out everywhere.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]


def brier_score(confidence: ArrayLike, right: ArrayLike) -> float:
    """Mean squared distance between confidence and being right: 0 is best, NaN without entries.

    Parameters
    ----------
    confidence
        Shape (n,), 0 to 1, NaN where unknown.
    right
        Shape (n,), whether each was right.

    Raises
    ------
    ValueError
        If the lengths differ or a confidence is outside 0 to 1.
    """
    said, truth = known_pairs(confidence, right)
    return float(np.mean((said - truth) ** 2)) if len(said) else float("nan")


def expected_calibration_error(confidence: ArrayLike, right: ArrayLike, bins: int = 15) -> float:
    """Mean distance between confidence and share right, over bins of equal width, by their size.

    0 is best, NaN without entries. With few entries per bin it is too high by chance.
    """
    said, truth = known_pairs(confidence, right)
    if not len(said):
        return float("nan")
    place = np.minimum((said * bins).astype(int), bins - 1)
    gaps = np.abs(np.bincount(place, said, bins) - np.bincount(place, truth, bins))
    return float(gaps.sum() / len(said))


def risk_coverage(confidence: ArrayLike, right: ArrayLike) -> pd.DataFrame:
    """What is wrong among those kept, when the least sure are left to a person.

    Returns
    -------
    pandas.DataFrame
        ``coverage`` (share kept, rising to 1), ``risk`` (share of the kept that is wrong) and
        ``threshold`` (the lowest confidence kept): one row per different confidence, since those
        that are equally sure can only be kept together.
    """
    said, truth = known_pairs(confidence, right)
    order = np.argsort(-said, kind="stable")
    said, wrong = said[order], 1.0 - truth[order]
    kept = np.arange(1, len(said) + 1)
    last = np.append(said[1:] != said[:-1], True) if len(said) else np.zeros(0, bool)
    return pd.DataFrame(
        {
            "coverage": (kept / max(len(said), 1))[last],
            "risk": (np.cumsum(wrong) / kept)[last],
            "threshold": said[last],
        }
    )


def known_pairs(confidence: ArrayLike, right: ArrayLike) -> tuple[Numbers, Numbers]:
    """Both as float64, without the entries that have no confidence."""
    said = np.asarray(confidence, np.float64).ravel()
    truth = np.asarray(right, np.float64).ravel()
    if len(said) != len(truth):
        raise ValueError(f"expected as many confidences as truths, found {len(said)}, {len(truth)}")
    known = ~np.isnan(said)
    said, truth = said[known], truth[known]
    if len(said) and (said.min() < 0 or said.max() > 1):
        raise ValueError(f"expected confidences from 0 to 1, found {said.min()} to {said.max()}")
    return said, truth
