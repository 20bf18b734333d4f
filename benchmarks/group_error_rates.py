"""Error rates of the group comparison on simulated cohorts: no effect, and planted effects.

    python benchmarks/group_error_rates.py [--cohorts 10000]

Every p comes from the functions that ``mousegpt compare`` uses. Cohorts without an effect must be
called different in 5 % +- 1 of the cases; the false discovery rate must be 5 % or less.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
from scipy.stats import ttest_ind

from napari_mousegpt.analysis.groups.effect_sizes import effect_sizes
from napari_mousegpt.analysis.groups.false_discovery import false_discovery
from napari_mousegpt.analysis.groups.group_statistics import (
    adjusted_f,
    kruskal_wallis,
    trimmed_difference,
)
from napari_mousegpt.analysis.groups.permutations import (
    Relabelling,
    p_value,
    relabel,
    shuffled_orders,
)

PERMUTATIONS = 999
ALPHA = 0.05
Rng = np.random.Generator


def two_groups(values: np.ndarray, ways: Relabelling) -> float:
    """p of the test of two groups."""
    return p_value(np.abs(trimmed_difference(values, ways.labels)))


def several_groups(values: np.ndarray, ways: Relabelling) -> float:
    """p of the test of several groups."""
    return p_value(kruskal_wallis(values, ways.labels))


def within_cages(values: np.ndarray, ways: Relabelling, cages: np.ndarray) -> float:
    """p of the test within cages, whose medians are taken off."""
    medians = np.array([np.median(values[cages == cage]) for cage in np.unique(cages)])
    return two_groups(values - medians[cages], ways)


def recordings(rng: Rng, per_animal: int = 3, n_animals: int = 24) -> np.ndarray:
    """Skewed values of recordings, shape (animals, recordings); those of an animal are alike."""
    own = rng.standard_normal((n_animals, 1))
    return np.exp(0.5 * (own + 0.7 * rng.standard_normal((n_animals, per_animal))))


def in_cages(rng: Rng, cages: np.ndarray) -> np.ndarray:
    """Values of animals; half of the variance is their cage's."""
    shared = rng.standard_normal(cages.max() + 1)[cages]
    return shared + rng.standard_normal(len(cages))


def rare(rng: Rng, n_animals: int = 24) -> np.ndarray:
    """Rates of a rare behaviour: many zeros and ties."""
    return rng.negative_binomial(0.6, 0.3, n_animals).astype(float)


def scenarios(rng: Rng) -> dict[str, Callable[[], float]]:
    """Cohorts without an effect, each with the test that is to hold 5 %, and what would not."""
    groups = np.repeat([0, 1], 12)
    small = relabel(np.repeat([0, 1], [5, 6]))
    three = np.repeat([0, 1, 2], 8)
    cages = np.repeat(np.arange(12), 2)
    mixed_cages = np.repeat(np.arange(6), 4)
    alternating = np.tile([0, 1], 12)

    def dealt(labels: np.ndarray, blocks: np.ndarray | None = None) -> Relabelling:
        """New permutations for every cohort: a fixed set would have an error rate of its own."""
        seed = int(rng.integers(2**31))
        return relabel(labels, blocks, n_permutations=PERMUTATIONS, seed=seed)

    def beside_covariate() -> float:
        age = rng.standard_normal(24) + 0.5 * groups  # groups differ in age, age matters
        values = age + rng.standard_t(4, 24)
        orders = shuffled_orders(24, n_permutations=PERMUTATIONS, seed=int(rng.integers(2**31)))
        return p_value(adjusted_f(values, groups.astype(np.int8), age[:, None], orders))

    def naive() -> float:
        values = recordings(rng)
        return float(ttest_ind(values[:12].ravel(), values[12:].ravel()).pvalue)

    return {
        "2 x 12 animals, skewed": lambda: two_groups(
            np.exp(rng.standard_normal(24)), dealt(groups)
        ),
        "2 x 12 animals, rare behaviour": lambda: two_groups(rare(rng), dealt(groups)),
        "5 + 6 animals, all ways": lambda: two_groups(rng.standard_normal(11), small),
        "3 x 8 animals, Kruskal-Wallis": lambda: several_groups(
            rng.standard_normal(24), dealt(three)
        ),
        "2 x 12 animals, 3 recordings each": lambda: two_groups(
            recordings(rng).mean(axis=1), dealt(groups)
        ),
        "12 cages of 2, cage = group": lambda: two_groups(
            in_cages(rng, cages), dealt(groups, cages)
        ),
        "6 cages of 4, groups mixed": lambda: within_cages(
            in_cages(rng, mixed_cages), dealt(alternating, mixed_cages), mixed_cages
        ),
        "2 x 12 animals beside a covariate": beside_covariate,
        "(wrong) recordings as units, t test": naive,
        "(wrong) cages ignored": lambda: two_groups(in_cages(rng, cages), dealt(groups)),
    }


def false_discoveries(rng: Rng, cohorts: int, planted: int, measures: int = 40) -> tuple:
    """Mean false discovery proportion, and share of planted effects found; correlated measures."""
    groups = np.repeat([0, 1], 12)
    proportions, found = [], []
    for seed in range(cohorts):
        ways = relabel(groups, n_permutations=1999, seed=seed)
        values = 0.6 * rng.standard_normal((24, 1)) + rng.standard_normal((24, measures))
        values[groups == 1, :planted] += 2.0
        p = np.array([two_groups(column, ways) for column in values.T])
        told = false_discovery(p) < ALPHA
        proportions.append(told[planted:].sum() / max(told.sum(), 1))
        found.append(told[:planted].mean() if planted else np.nan)
    return float(np.mean(proportions)), float(np.mean(found))


def coverage(rng: Rng, cohorts: int, n_animals: int) -> dict[str, float]:
    """How often the 95 % intervals hold the true effect of one standard deviation."""
    truth = {"cliffs_delta": 0.5205, "hodges_lehmann": 1.0, "hedges_g": 1.0}
    held = dict.fromkeys(truth, 0)
    for place in range(cohorts):
        first, second = rng.standard_normal((2, n_animals))
        effects = effect_sizes(first, second + 1, seed=place, n_resamples=1000)
        for name, value in truth.items():
            held[name] += effects[name].low <= value <= effects[name].high
    return {name: count / cohorts for name, count in held.items()}


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cohorts", type=int, default=10_000)
    cohorts = parser.parse_args().cohorts
    rng = np.random.default_rng(1)
    print(f"called different although nothing differs, {cohorts} cohorts each, alpha {ALPHA}")
    for name, test in scenarios(rng).items():
        started_s = time.perf_counter()
        rate = np.mean([test() <= ALPHA for _ in range(cohorts)])
        print(f"  {name:<38}{100 * rate:6.2f} %   {time.perf_counter() - started_s:5.1f} s")
    few = max(20, cohorts // 20)
    print(f"false discovery rate at 5 %, 40 correlated measures, {few} cohorts each")
    for planted in (0, 4, 10):
        rate, found = false_discoveries(rng, few, planted)
        share = f", {100 * found:.0f} % of them found" if planted else ""
        print(f"  {planted} planted effects of 2 sd: {100 * rate:.2f} %{share}")
    for n_animals in (6, 12):
        held = coverage(rng, few, n_animals)
        told = ", ".join(f"{name} {100 * rate:.0f} %" for name, rate in held.items())
        print(f"95 % intervals that hold the truth, 2 x {n_animals} animals: {told}")


if __name__ == "__main__":
    main()
