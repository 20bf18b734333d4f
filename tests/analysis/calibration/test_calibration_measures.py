"""Brier, calibration error and risk, on cases worked out by hand and against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_mousegpt.analysis.calibration.calibration_measures import (
    brier_score,
    expected_calibration_error,
    risk_coverage,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("confidence", "right", "brier", "error"),
    [
        ([1.0, 1.0], [True, True], 0.0, 0.0),
        ([1.0, 1.0], [False, False], 1.0, 1.0),
        ([0.5, 0.5], [True, False], 0.25, 0.0),
        ([0.8, 0.8, 0.8, 0.8], [1, 1, 1, 0], 0.19, 0.05),
        ([0.9, NAN], [True, False], 0.01, 0.1),
        ([], [], NAN, NAN),
    ],
)
def test_worked_out(confidence: list, right: list, brier: float, error: float) -> None:
    assert brier_score(confidence, right) == pytest.approx(brier, nan_ok=True)
    assert expected_calibration_error(confidence, right) == pytest.approx(error, nan_ok=True)


def test_risk_falls_where_the_sure_are_right() -> None:
    table = risk_coverage([0.9, 0.2, 0.6, 0.6], [True, False, True, False])
    assert table.to_dict("list") == {
        "coverage": [0.25, 0.75, 1.0],
        "risk": [0.0, pytest.approx(1 / 3), 0.5],
        "threshold": [0.9, 0.6, 0.2],
    }


pairs = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=30)


@given(pairs)
def test_against_scikit_learn(pairs: list[tuple[float, bool]]) -> None:
    from sklearn.metrics import brier_score_loss

    confidence, right = np.array([p for p, _ in pairs]), np.array([r for _, r in pairs])
    expected = brier_score_loss(right, confidence, pos_label=True, labels=[False, True])
    assert brier_score(confidence, right) == pytest.approx(expected)
    table = risk_coverage(confidence, right)
    assert table["risk"].iloc[-1] == pytest.approx(1 - right.mean())
    assert table["coverage"].is_monotonic_increasing
    assert 0 <= expected_calibration_error(confidence, right) <= 1


@pytest.mark.parametrize(
    ("confidence", "right", "words"),
    [([0.5], [True, False], "as many"), ([1.5], [True], "from 0 to 1")],
)
def test_what_is_no_confidence(confidence: list, right: list, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        brier_score(confidence, right)
