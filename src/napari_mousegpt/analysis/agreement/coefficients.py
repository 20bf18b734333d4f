"""Coefficients of agreement from counts. Knows no bouts: only how often who said what.

Counts may be frames, windows or events, and need not be whole. All functions work on the last axes
of an array, so that thousands of resamples are one call; what cannot be computed is NaN.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]


def ratio(part: ArrayLike, whole: ArrayLike) -> Numbers:
    """Divide; NaN where the whole is 0."""
    part, whole = np.broadcast_arrays(np.asarray(part, float), np.asarray(whole, float))
    return np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole != 0)


def cohen_kappa(confusion: ArrayLike) -> Numbers:
    """Cohen's kappa (1960) of two annotators.

    Parameters
    ----------
    confusion
        Counts, shape (..., codes, codes); rows are the first annotator's codes.

    Returns
    -------
    numpy.ndarray
        Shape (...); NaN where both used one and the same code throughout.
    """
    counts, total = _counts(confusion)
    agreed = ratio(np.trace(counts, axis1=-2, axis2=-1), total)
    chance = ratio((counts.sum(-1) * counts.sum(-2)).sum(-1), total**2)
    return _corrected(agreed, chance)


def gwet_ac1(confusion: ArrayLike) -> Numbers:
    """Gwet's AC1 (2008) of two annotators, steadier than kappa where one code is very common."""
    counts, total = _counts(confusion)
    n_codes = counts.shape[-1]
    agreed = ratio(np.trace(counts, axis1=-2, axis2=-1), total)
    shares = ratio(counts.sum(-1) + counts.sum(-2), 2 * total[..., None])
    chance = (shares * (1 - shares)).sum(-1) / max(n_codes - 1, 1)
    return _corrected(agreed, chance)


def matthews(confusion: ArrayLike) -> Numbers:
    """Matthews' correlation for several codes (Gorodkin 2004)."""
    counts, total = _counts(confusion)
    rows, columns = counts.sum(-1), counts.sum(-2)
    covariance = total * np.trace(counts, axis1=-2, axis2=-1) - (rows * columns).sum(-1)
    spread = (total**2 - (rows**2).sum(-1)) * (total**2 - (columns**2).sum(-1))
    return ratio(covariance, np.sqrt(spread))


def fleiss_kappa(votes: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Fleiss' kappa (1971) of several annotators.

    Parameters
    ----------
    votes
        How many annotators gave each subject each code, shape (subjects, codes), the same
        number of votes for every subject.
    weights
        How often each subject counts, such as its frames.

    Raises
    ------
    ValueError
        If subjects have different numbers of votes: `krippendorff_alpha` is for these.
    """
    table = np.asarray(votes, float)
    weights = np.ones(len(table)) if weights is None else np.asarray(weights, float)
    raters = np.unique(table.sum(axis=1))
    if len(raters) > 1:
        raise ValueError(
            f"expected the same number of votes for every subject, found {raters.tolist()}. "
            "Krippendorff's alpha is for votes that are missing."
        )
    if not weights.sum() or raters[0] < 2:
        return float("nan")
    pairs = (table * (table - 1)).sum(axis=1) / (raters[0] * (raters[0] - 1))
    shares = weights @ table / (weights.sum() * raters[0])
    return float(_corrected(np.average(pairs, weights=weights), (shares**2).sum()))


def krippendorff_alpha(votes: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Krippendorff's alpha for nominal codes (2011), any number of annotators, missing values.

    Parameters
    ----------
    votes
        How many annotators gave each unit each code, shape (units, codes). Units with fewer
        than two votes say nothing about agreement and count nowhere.
    weights
        How often each unit counts, such as its frames; the same as repeating it.
    """
    table = np.asarray(votes, float)
    weights = np.ones(len(table)) if weights is None else np.asarray(weights, float)
    number = table.sum(axis=1)
    paired = number > 1
    table, number, weights = table[paired], number[paired], weights[paired]
    totals = weights @ table
    n_values = totals.sum()
    among = n_values**2 - (totals**2).sum()
    if not len(table) or among == 0:
        return float("nan")
    differ = (number**2 - (table**2).sum(axis=1)) / (number - 1)
    return float(1 - (n_values - 1) * (weights @ differ) / among)


def f1_score(hits: ArrayLike, n_first: ArrayLike, n_second: ArrayLike) -> Numbers:
    """F1 from what both said and what each said; NaN where nobody said anything."""
    return ratio(2 * np.asarray(hits, float), np.asarray(n_first, float) + np.asarray(n_second))


def _counts(confusion: ArrayLike) -> tuple[Numbers, Numbers]:
    counts = np.asarray(confusion, float)
    if counts.ndim < 2 or counts.shape[-1] != counts.shape[-2]:
        raise ValueError(f"expected a square table of counts, found shape {counts.shape}")
    return counts, counts.sum(axis=(-2, -1))


def _corrected(agreed: ArrayLike, chance: ArrayLike) -> Numbers:
    above = 1 - np.asarray(chance, float)
    above = np.where(np.abs(above) < 1e-12, 0.0, above)
    return ratio(np.asarray(agreed, float) - np.asarray(chance, float), above)
