"""The curve is found that made the confidences, and the stiff ways win with few windows."""

from __future__ import annotations

import numpy as np
import pytest

from napari_mousegpt.analysis.calibration.calibration_fit import fit_confidence
from napari_mousegpt.analysis.calibration.calibration_measures import expected_calibration_error


def made(share, n: int, seed: int = 0):  # type: ignore[no-untyped-def]
    """Confidences, whether right with the probability ``share`` of them, and recordings."""
    random = np.random.default_rng(seed)
    confidence = random.uniform(0.02, 1.0, n)
    return confidence, random.random(n) < share(confidence), np.arange(n) % 8


@pytest.mark.parametrize(
    ("share", "n", "ways"),
    [
        (lambda p: p, 3000, {"as said"}),
        (lambda p: np.full_like(p, 0.4), 3000, {"share of all"}),
        (lambda p: 0.2 + 0.6 * p**4, 3000, {"isotonic", "logistic"}),
        (lambda p: np.where(p < 0.9, 0.1, 0.9), 3000, {"isotonic"}),
        (lambda p: 0.7 - 0.4 * p, 60, {"share of all"}),
    ],
    ids=["honest", "says nothing", "overconfident", "a step", "upside down"],
)
def test_the_way_that_fits_is_chosen(share, n: int, ways: set) -> None:  # type: ignore[no-untyped-def]
    confidence, right, groups = made(share, n)
    rule, scores = fit_confidence(confidence, right, groups)
    assert rule.method in ways
    assert (rule.windows, rule.groups) == (n, 8)
    assert scores["way"][0] == rule.method
    if n > 100:
        assert expected_calibration_error(rule.mended(confidence), right) < 0.05
        assert np.isnan(rule.mended([np.nan])).all()
        assert (np.diff(rule.mended(np.linspace(0, 1, 50))) >= -1e-9).all()


@pytest.mark.parametrize("n", [10, 60])
def test_too_little_to_learn_from(n: int) -> None:
    confidence, _, groups = made(lambda p: p, n)
    with pytest.raises(ValueError, match="Label more"):
        fit_confidence(confidence, np.ones(n), groups)
