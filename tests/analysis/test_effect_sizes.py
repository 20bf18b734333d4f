from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from napari_mousegpt.analysis.groups.effect_sizes import effect_sizes

RNG = np.random.default_rng(2)
FIRST, SECOND = RNG.normal(size=11), RNG.normal(0.8, 1.3, 13)


def test_values_by_hand() -> None:
    found = effect_sizes(FIRST, SECOND)
    differences = SECOND[None] - FIRST[:, None]
    assert found["cliffs_delta"].value == pytest.approx(np.sign(differences).mean())
    u = stats.mannwhitneyu(SECOND, FIRST).statistic
    assert found["cliffs_delta"].value == pytest.approx(2 * u / (11 * 13) - 1)
    assert found["hodges_lehmann"].value == pytest.approx(np.median(differences))
    pooled = np.sqrt((10 * FIRST.var(ddof=1) + 12 * SECOND.var(ddof=1)) / 22)
    g = (1 - 3 / 87) * (SECOND.mean() - FIRST.mean()) / pooled
    assert found["hedges_g"].value == pytest.approx(g)


def test_the_interval_is_that_of_scipy() -> None:
    def g(x: np.ndarray, y: np.ndarray, axis: int = -1) -> np.ndarray:
        pooled = (10 * x.var(axis, ddof=1) + 12 * y.var(axis, ddof=1)) / 22
        return (1 - 3 / 87) * (y.mean(axis) - x.mean(axis)) / np.sqrt(pooled)

    expected = stats.bootstrap(
        (FIRST, SECOND), g, vectorized=True, method="BCa", n_resamples=20_000, rng=0
    ).confidence_interval
    found = effect_sizes(FIRST, SECOND, n_resamples=20_000)["hedges_g"]
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=0.12)


@pytest.mark.parametrize(
    ("first", "second", "value"),
    [
        (np.zeros(5), np.ones(5), 1.0),
        (np.ones(4), np.zeros(6), -1.0),
        (np.zeros(5), np.zeros(5), 0.0),
    ],
)
def test_groups_without_spread(first: np.ndarray, second: np.ndarray, value: float) -> None:
    found = effect_sizes(first, second)
    assert found["cliffs_delta"].value == value
    assert (found["cliffs_delta"].low, found["cliffs_delta"].high) == (value, value)
    assert np.isnan(found["hedges_g"].value)


def test_cages_widen_the_interval() -> None:
    shared = np.repeat(RNG.normal(size=8), 3)
    first, second = shared[:12] + 0.1 * RNG.normal(size=12), shared[12:] + 0.1 * RNG.normal(size=12)
    cages = np.repeat(np.arange(4), 3), np.repeat(np.arange(4, 8), 3)
    alone = effect_sizes(first, second)["hodges_lehmann"]
    together = effect_sizes(first, second, units=cages)["hodges_lehmann"]
    assert together.high - together.low > 1.2 * (alone.high - alone.low)


def test_a_single_animal_has_no_interval() -> None:
    found = effect_sizes(np.array([1.0]), np.array([2.0, 3.0]))["cliffs_delta"]
    assert found.value == 1.0
    assert np.isnan([found.low, found.high]).all()
