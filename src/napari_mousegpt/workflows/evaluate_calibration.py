"""Whether a captioner's confidence means anything, on windows whose behaviour people know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from napari_mousegpt.analysis.wording.fact_reader import first_facts, read_description, same_value
from napari_mousegpt.workflows.fact_truth import Known, as_said

FEWEST = 10


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Confidence against being right, of the first behaviour that each description names.

    Attributes
    ----------
    brier, expected_error
        Mean squared distance of confidence and being right; mean distance over bins (ECE).
    brier_of_the_mean
        Brier score of always saying the share that is right: what confidence must beat.
    risk_coverage
        ``coverage, risk, threshold``: the share of windows kept when those below a confidence are
        left for a person, and the share of wrong ones among them.
    """

    windows: int
    right: float
    brier: float
    brier_of_the_mean: float
    expected_error: float
    risk_coverage: pd.DataFrame


def calibration_of(
    windows: pd.DataFrame, known: Sequence[Known], names: Sequence[str] = ()
) -> Calibration | None:
    """Compare the confidence of a run with the truth; None with fewer than ten windows of both."""
    pairs = [
        (float(row["confidence"]), verdict)
        for row, one in zip(windows.to_dict("records"), known, strict=False)
        if row["valid"]
        and row["confidence"] == row["confidence"]
        and (verdict := _right(row, one, names)) is not None
    ]
    if len(pairs) < FEWEST:
        return None
    from napari_mousegpt.analysis.calibration.calibration_measures import (
        brier_score,
        expected_calibration_error,
        risk_coverage,
    )

    confidence, right = np.array([pair[0] for pair in pairs]), np.array([pair[1] for pair in pairs])
    share = float(right.mean())
    return Calibration(
        windows=len(pairs),
        right=share,
        brier=float(brier_score(confidence, right)),
        brier_of_the_mean=share * (1 - share),
        expected_error=float(expected_calibration_error(confidence, right)),
        risk_coverage=pd.DataFrame(risk_coverage(confidence, right)),
    )


def _right(row: Mapping[str, object], known: Known, names: Sequence[str]) -> bool | None:
    """Whether the first behaviour named is true; None where that is not known or not asked."""
    if "behaviour" not in known:
        return None
    truth = known["behaviour"]
    said = first_facts(read_description(as_said(row), names=names)).behaviour
    if said is None or not _among(said, truth.asked or frozenset({said})):
        return None
    return _among(said, truth.must | truth.may)


def _among(value: str, values: frozenset[str]) -> bool:
    return any(same_value(value, one) for one in values)
