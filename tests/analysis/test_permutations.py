from __future__ import annotations

from math import comb

import numpy as np
import pytest
from scipy import stats

from napari_mousegpt.analysis.groups.group_statistics import (
    adjusted_f,
    kruskal_wallis,
    trimmed_difference,
)
from napari_mousegpt.analysis.groups.permutations import p_value, relabel, shuffled_orders

RNG = np.random.default_rng(5)


@pytest.mark.parametrize(
    ("groups", "cages", "n_ways", "restriction"),
    [
        ([0, 0, 0, 1, 1, 1], None, comb(6, 3), "free"),
        ([0, 0, 1, 1, 2, 2], None, 90, "free"),
        ([0, 1, 0, 1, 0, 1], [0, 0, 1, 1, 2, 2], 8, "within blocks"),
        ([0, 0, 0, 1, 1, 1], [0, 0, 1, 2, 2, 3], comb(4, 2), "whole blocks"),
        ([0, 0, 1, 1], [3, 2, 1, 0], comb(4, 2), "free"),
    ],
)
def test_all_ways(groups: list, cages: list | None, n_ways: int, restriction: str) -> None:
    groups = np.array(groups)
    ways = relabel(groups, None if cages is None else np.array(cages))
    assert (ways.n_ways, ways.exact, ways.restriction) == (n_ways, True, restriction)
    assert (ways.labels[0] == groups).all()
    assert len(np.unique(ways.labels, axis=0)) == n_ways == len(ways.labels)
    if restriction == "within blocks":
        for cage in np.unique(cages):
            held = np.sort(ways.labels[:, np.array(cages) == cage], axis=1)
            assert (held == held[0]).all()
    if restriction == "whole blocks":
        for cage in np.unique(cages):
            held = ways.labels[:, np.array(cages) == cage]
            assert (held == held[:, :1]).all()


def test_many_ways_are_sampled_with_the_real_one_first() -> None:
    groups = np.repeat([0, 1], 12)
    ways = relabel(groups, n_permutations=500, seed=3)
    assert not ways.exact
    assert ways.labels.shape == (501, 24)
    assert (ways.labels[0] == groups).all()
    assert (ways.labels.sum(axis=1) == 12).all()
    assert (ways.labels == relabel(groups, n_permutations=500, seed=3).labels).all()
    assert ways.smallest_p == pytest.approx(1 / 501)


@pytest.mark.parametrize("sizes", [(4, 4), (5, 6)])
def test_exact_p_is_that_of_scipy(sizes: tuple[int, int]) -> None:
    """With fewer than five animals nothing is trimmed, and scipy does the same test."""
    first, second = RNG.normal(size=sizes[0]), RNG.normal(1, 1, sizes[1])
    values, groups = np.concatenate([first, second]), np.repeat([0, 1], sizes)
    ways = relabel(groups)

    def statistic(x: np.ndarray, y: np.ndarray, axis: int = -1) -> np.ndarray:
        return np.abs(stats.trim_mean(y, 0.2, axis=axis) - stats.trim_mean(x, 0.2, axis=axis))

    expected = stats.permutation_test(
        (first, second), statistic, n_resamples=np.inf, alternative="greater", vectorized=True
    )
    statistics = np.abs(trimmed_difference(values, ways.labels))
    assert statistics[0] == pytest.approx(expected.statistic)
    assert p_value(statistics) == pytest.approx(expected.pvalue)


def test_kruskal_wallis_is_that_of_scipy_with_ties() -> None:
    values = np.round(RNG.normal(size=18), 1)
    groups = np.repeat([0, 1, 2], 6)
    h = kruskal_wallis(values, relabel(groups, n_permutations=99).labels)
    expected = stats.kruskal(*(values[groups == code] for code in range(3)))
    assert h[0] == pytest.approx(expected.statistic)
    assert np.isnan(kruskal_wallis(np.ones(18), relabel(groups, n_permutations=99).labels)).all()


def test_adjusted_f_is_that_of_a_linear_model() -> None:
    import statsmodels.api as sm

    groups, age = np.repeat([0, 1, 2], 7).astype(np.int8), RNG.normal(size=21)
    values = age + 0.5 * groups + RNG.normal(size=21)
    f = adjusted_f(values, groups, age[:, None], shuffled_orders(21, n_permutations=1999))
    dummies = (groups[:, None] == [1, 2]).astype(float)
    small = sm.OLS(values, sm.add_constant(age)).fit()
    full = sm.OLS(values, sm.add_constant(np.column_stack([age, dummies]))).fit()
    expected_f, expected_p, _ = full.compare_f_test(small)
    assert f[0] == pytest.approx(expected_f)
    assert p_value(f) == pytest.approx(expected_p, abs=0.04)


def test_covariates_that_tell_the_groups_leave_no_test() -> None:
    groups = np.repeat([0, 1], 5).astype(np.int8)
    f = adjusted_f(RNG.normal(size=10), groups, groups[:, None] * 2.0, shuffled_orders(10))
    assert np.isnan(f).all()


def test_orders_within_blocks() -> None:
    blocks = np.array([0, 1, 0, 1, 2])
    orders = shuffled_orders(5, blocks, n_permutations=50)
    assert (orders[0] == np.arange(5)).all()
    assert (blocks[orders] == blocks).all()
