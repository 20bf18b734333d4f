"""How large a difference between two groups is, with intervals. Knows no test.

Every measure takes weights of the animals, so that one bootstrap serves all of them: a resample is
how often each animal was drawn, and cages are drawn whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

N_RESAMPLES = 2000
Values = NDArray[np.float64]
Measure = Callable[[Values, Values, Values, Values], Values]
"""Values of both groups, then weights of shape (resamples, animals) of both, to (resamples,)."""


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect size and its 95 % interval; NaN where there is none."""

    value: float
    low: float
    high: float


def cliffs_delta(first: Values, second: Values, of_first: Values, of_second: Values) -> Values:
    """Chance that an animal of the second group lies above one of the first, less the reverse."""
    above = np.sign(second[None, :] - first[:, None])
    pairs = np.einsum("ri,ij,rj->r", of_first, above, of_second)
    delta: Values = pairs / (of_first.sum(axis=1) * of_second.sum(axis=1))
    return delta


def hodges_lehmann(first: Values, second: Values, of_first: Values, of_second: Values) -> Values:
    """Median of all differences between an animal of the second group and one of the first."""
    differences = (second[None, :] - first[:, None]).ravel()
    order = np.argsort(differences, kind="stable")
    weights = (of_first[:, :, None] * of_second[:, None, :]).reshape(len(of_first), -1)[:, order]
    reached = np.cumsum(weights, axis=1)
    half = reached[:, -1:] / 2
    ordered = differences[order]
    lower = ordered[np.argmax(reached >= half - 1e-9, axis=1)]
    upper = ordered[np.argmax(reached > half + 1e-9, axis=1)]
    median: Values = (lower + upper) / 2
    return median


def hedges_g(first: Values, second: Values, of_first: Values, of_second: Values) -> Values:
    """Difference of means in pooled standard deviations, corrected for small groups.

    NaN if neither group varies.
    """
    mean1, squares1, n1 = _moments(first, of_first)
    mean2, squares2, n2 = _moments(second, of_second)
    freedom = n1 + n2 - 2
    with np.errstate(invalid="ignore", divide="ignore"):
        pooled = np.sqrt((squares1 + squares2) / freedom)
        g: Values = (1 - 3 / (4 * freedom - 1)) * (mean2 - mean1) / pooled
    return np.where(pooled > 1e-12 * (np.abs(mean1) + np.abs(mean2) + 1e-300), g, np.nan)


MEASURES: dict[str, Measure] = {
    "cliffs_delta": cliffs_delta,
    "hodges_lehmann": hodges_lehmann,
    "hedges_g": hedges_g,
}


def effect_sizes(
    first: Values,
    second: Values,
    *,
    units: tuple[NDArray[np.integer], NDArray[np.integer]] | None = None,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> dict[str, Effect]:
    """Measure how far the second group is from the first.

    Parameters
    ----------
    first, second
        One value for each animal, none missing.
    units
        Codes of the cages of both groups' animals, which are then drawn whole; animals if None.
    n_resamples
        Of the bootstrap; intervals are bias-corrected and accelerated (Efron 1987), the
        acceleration by leaving out one unit at a time, and percentiles where that fails because
        all resamples agree.

    Returns
    -------
    dict
        Name of the measure (see `MEASURES`) to its value and interval. With a single animal in a
        group, or a single unit, the interval is NaN.
    """
    if units is None:
        units = np.arange(len(first)), len(first) + np.arange(len(second))
    resampled = _resamples(units, n_resamples, np.random.default_rng(seed))
    one_less = _one_less(units)
    whole = np.ones((1, len(first))), np.ones((1, len(second)))
    effects = {}
    for name, measure in MEASURES.items():
        value = float(measure(first, second, *whole)[0])
        enough = min(len(first), len(second)) > 1 and resampled[0].shape[0] > 0
        low, high = np.nan, np.nan
        if enough and np.isfinite(value):
            drawn = measure(first, second, *resampled)
            low, high = _bca(value, drawn, measure(first, second, *one_less))
        effects[name] = Effect(value, low, high)
    return effects


def _moments(values: Values, weights: Values) -> tuple[Values, Values, Values]:
    size = weights.sum(axis=1)
    mean = weights @ values / size
    centred = values[None, :] - mean[:, None]
    return mean, (weights * centred**2).sum(axis=1), size


def _resamples(
    units: tuple[NDArray, NDArray], n_resamples: int, rng: np.random.Generator
) -> tuple[Values, Values]:
    """How often each animal of either group is drawn.

    Units of one group are drawn among themselves; cages that hold both groups are drawn together.
    """
    names = np.unique(np.concatenate(units))
    shared = np.intersect1d(*units)
    pools = [shared, *(np.setdiff1d(of_group, shared) for of_group in units)]
    counts = np.zeros((n_resamples, len(names)))
    for pool in pools:
        if len(pool):
            drawn = rng.multinomial(len(pool), np.full(len(pool), 1 / len(pool)), n_resamples)
            counts[:, np.searchsorted(names, pool)] = drawn
    weights = [counts[:, np.searchsorted(names, of_group)] for of_group in units]
    some = (weights[0].sum(axis=1) > 0) & (weights[1].sum(axis=1) > 0)
    return weights[0][some], weights[1][some]


def _one_less(units: tuple[NDArray, NDArray]) -> tuple[Values, Values]:
    names = np.unique(np.concatenate(units))
    first, second = ((of_group[None] != names[:, None]).astype(float) for of_group in units)
    some = (first.sum(axis=1) > 0) & (second.sum(axis=1) > 0)
    return first[some], second[some]


def _bca(value: float, drawn: Values, one_less: Values) -> tuple[float, float]:
    from scipy.stats import norm

    drawn, one_less = drawn[np.isfinite(drawn)], one_less[np.isfinite(one_less)]
    if len(drawn) < 100:
        return np.nan, np.nan
    levels = np.array([0.025, 0.975])
    # Ties count half, or a measure of few values would be shifted as if it were biased.
    below = (np.mean(drawn < value) + np.mean(drawn <= value)) / 2
    influence = one_less.mean() - one_less if len(one_less) else np.zeros(1)
    spread = (influence**2).sum()
    if 0 < below < 1 and spread > 0:
        bias = norm.ppf(below)
        acceleration = (influence**3).sum() / (6 * spread**1.5)
        shifted = bias + norm.ppf(levels)
        levels = norm.cdf(bias + shifted / (1 - acceleration * shifted))
    low, high = np.quantile(drawn, levels)
    return float(low), float(high)
