"""Groups of animals compared, measure by measure. Knows no recording and no picture."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.analysis.groups.cohort_design import Cohort, block_codes
from napari_mousegpt.analysis.groups.effect_sizes import N_RESAMPLES, effect_sizes
from napari_mousegpt.analysis.groups.false_discovery import false_discovery
from napari_mousegpt.analysis.groups.group_statistics import (
    adjusted_f,
    kruskal_wallis,
    trimmed_difference,
)
from napari_mousegpt.analysis.groups.mixed_model import mixed_model
from napari_mousegpt.analysis.groups.permutations import (
    Relabelling,
    p_value,
    relabel,
    shuffled_orders,
)


@dataclass(frozen=True, slots=True)
class CompareSettings:
    """What decides on the figures of a comparison.

    ``alpha`` is the false discovery rate; ``n_permutations`` are sampled where there are more ways
    than are all gone through; ``n_resamples`` make the bootstrap intervals.
    """

    alpha: float = 0.05
    n_permutations: int = 9999
    n_resamples: int = N_RESAMPLES
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What a comparison found.

    Attributes
    ----------
    tests
        One row for each epoch and measure: group sizes and medians, statistic, ``p`` (permutation),
        ``p_rank`` (Mann-Whitney or Kruskal-Wallis), ``q`` over all rows with a p, ``significant``;
        with two groups effect sizes and intervals. ``untested`` says why there is no p.
    pairs
        The same for each pair of groups, with a family of its own; empty for two groups.
    mixed
        Mixed models over recordings; empty where every animal has one.
    """

    cohort: Cohort
    settings: CompareSettings
    tests: pd.DataFrame
    pairs: pd.DataFrame
    mixed: pd.DataFrame


def compare_groups(cohort: Cohort, settings: CompareSettings | None = None) -> Comparison:
    """Test every measure of a cohort between its groups, with the animal as unit.

    Two groups: permutation test of the difference of 20 % trimmed means, two-sided. More: of
    Kruskal and Wallis' H, then pairs. With covariates: Freedman and Lane's permutation of the F of
    the groups. Cages restrict the permutations (see `permutations.relabel`), and groups are
    permuted within animals where every animal was in every group; where whole cages are
    dealt and there are covariates, the cage's mean is the unit. Animals without a value are left
    out of that measure.
    """
    settings = settings or CompareSettings()
    codes = list(range(len(cohort.groups)))
    tests = _all_tests(cohort, settings, [tuple(codes)])
    pairs = pd.DataFrame()
    if len(codes) > 2:
        pairs = _all_tests(cohort, settings, list(itertools.combinations(codes, 2)))
    return Comparison(cohort, settings, tests, pairs, _mixed_models(cohort))


def _all_tests(
    cohort: Cohort, settings: CompareSettings, contrasts: Sequence[tuple[int, ...]]
) -> pd.DataFrame:
    rows = []
    for epoch in cohort.epochs:
        of_epoch = cohort.animals[cohort.animals["epoch"] == epoch]
        for contrast in contrasts:
            names = [cohort.groups[code] for code in contrast]
            animals = of_epoch[of_epoch["group"].isin(names)]
            dealer = _Dealer(animals, names, settings)
            rows += [
                {"epoch": epoch, "measure": measure, **_test(cohort, dealer, measure)}
                for measure in cohort.measures
            ]
    table = pd.DataFrame(rows)
    table["q"] = false_discovery(table["p"].to_numpy(float))
    table["significant"] = table["q"] < settings.alpha
    return table


class _Dealer:
    """Ways of dealing the groups to those animals that have a value, each set worked out once."""

    def __init__(
        self, animals: pd.DataFrame, names: Sequence[str], settings: CompareSettings
    ) -> None:
        self.animals, self.names, self.settings = animals, list(names), settings
        self.groups = np.array([self.names.index(name) for name in animals["group"]], np.int8)
        self.blocks = block_codes(animals)
        self._ways: dict[bytes, Relabelling] = {}

    def ways(self, has_value: NDArray[np.bool_]) -> Relabelling:
        key = has_value.tobytes()
        if key not in self._ways:
            self._ways[key] = relabel(
                self.groups[has_value],
                None if self.blocks is None else self.blocks[has_value],
                n_permutations=self.settings.n_permutations,
                seed=self.settings.seed,
            )
        return self._ways[key]


def _test(cohort: Cohort, dealer: _Dealer, measure: str) -> dict[str, Any]:
    values = dealer.animals[measure].to_numpy(float)
    has_value = np.isfinite(values)
    if cohort.paired:  # an animal counts if it has a value in every group
        has_value = pd.Series(has_value).groupby(dealer.blocks).transform("all").to_numpy()
    values, groups = values[has_value], dealer.groups[has_value]
    sizes = [int((groups == code).sum()) for code in range(len(dealer.names))]
    row: dict[str, Any] = {"groups": " | ".join(dealer.names)}
    for code, name in enumerate(dealer.names):
        row[f"n {name}"] = sizes[code]
        row[f"median {name}"] = float(np.median(values[groups == code])) if sizes[code] else np.nan
    if min(sizes) < 2:
        return row | {"p": np.nan, "untested": "fewer than two animals with a value in a group"}
    if np.ptp(values) < 1e-12 * (1 + np.abs(values).max()):
        return row | {"p": np.nan, "untested": "all animals have the same value"}
    if cohort.covariates:
        row |= _adjusted(cohort, dealer, values, has_value)
    else:
        row |= _permuted(dealer, values, has_value, groups)
    samples = [values[groups == code] for code in range(len(sizes))]
    row["p_rank"] = _paired_rank_p(dealer, values, has_value) if cohort.paired else _rank_p(samples)
    return row | (_effects(dealer, values, has_value, groups) if len(sizes) == 2 else {})


def _permuted(
    dealer: _Dealer, values: NDArray, has_value: NDArray[np.bool_], groups: NDArray
) -> dict[str, Any]:
    ways = dealer.ways(has_value)
    if ways.restriction == "within blocks" and dealer.blocks is not None:
        values = _from_block_medians(values, dealer.blocks[has_value])
    if len(dealer.names) == 2:
        statistic = trimmed_difference(values, ways.labels)
        name, p = "difference of trimmed means", p_value(np.abs(statistic))
    else:
        statistic = kruskal_wallis(values, ways.labels)
        name, p = "Kruskal-Wallis H", p_value(statistic)
    return {
        "statistic": name,
        "value": float(statistic[0]),
        "p": p,
        "smallest_p": ways.smallest_p,
        "n_ways": ways.n_ways,
        "exact": ways.exact,
        "restriction": ways.restriction,
    }


def _adjusted(
    cohort: Cohort, dealer: _Dealer, values: NDArray, has_value: NDArray[np.bool_]
) -> dict[str, Any]:
    settings, restriction = dealer.settings, dealer.ways(has_value).restriction
    nuisance = dealer.animals.loc[has_value, list(cohort.covariates)].to_numpy(float)
    groups = dealer.groups[has_value]
    blocks = None if dealer.blocks is None else dealer.blocks[has_value]
    if restriction == "whole blocks":
        sums = pd.DataFrame(np.column_stack([values, groups, nuisance])).groupby(blocks).mean()
        values, groups, nuisance = sums[0].to_numpy(), sums[1].to_numpy(np.int8), sums.iloc[:, 2:]
        nuisance, blocks = nuisance.to_numpy(), None
    elif restriction == "within blocks" and blocks is not None:
        nuisance = np.column_stack([nuisance, blocks[:, None] == np.unique(blocks)[None, 1:]])
    else:
        blocks = None
    orders = shuffled_orders(
        len(values), blocks, n_permutations=settings.n_permutations, seed=settings.seed
    )
    f = adjusted_f(values, groups, nuisance, orders)
    row = {
        "statistic": f"F beside {', '.join(cohort.covariates)}",
        "value": float(f[0]),
        "p": p_value(f),
        "smallest_p": 1 / len(orders),
        "exact": False,
        "restriction": restriction,
    }
    if np.isnan(f[0]):
        row["untested"] = "the covariates tell the groups apart, or leave nothing to explain"
    return row


def _from_block_medians(values: NDArray, blocks: NDArray) -> NDArray:
    """Without what animals of a cage share, which dealing within cages leaves as it is."""
    centred: NDArray = values - pd.Series(values).groupby(blocks).transform("median").to_numpy()
    return centred


def _rank_p(samples: Sequence[NDArray]) -> float:
    """The textbook's test for animals that are independent of each other."""
    from scipy.stats import kruskal, mannwhitneyu

    if len(samples) == 2:
        return float(mannwhitneyu(*samples).pvalue)
    return float(kruskal(*samples).pvalue)


def _paired_rank_p(dealer: _Dealer, values: NDArray, has_value: NDArray[np.bool_]) -> float:
    """Wilcoxon's signed ranks, or Friedman's test for more groups."""
    from scipy.stats import friedmanchisquare, wilcoxon

    rows = dealer.animals[has_value].assign(value=values)
    wide = rows.pivot(index="animal", columns="group", values="value")[dealer.names].to_numpy(float)
    if len(dealer.names) > 2:
        return float(friedmanchisquare(*wide.T).pvalue)
    differences = wide[:, 1] - wide[:, 0]
    return float(wilcoxon(differences).pvalue) if differences.any() else 1.0


def _effects(
    dealer: _Dealer, values: NDArray, has_value: NDArray[np.bool_], groups: NDArray
) -> dict[str, float]:
    units = None
    if dealer.blocks is not None:
        blocks = dealer.blocks[has_value]
        units = blocks[groups == 0], blocks[groups == 1]
    effects = effect_sizes(
        values[groups == 0],
        values[groups == 1],
        units=units,
        n_resamples=dealer.settings.n_resamples,
        seed=dealer.settings.seed,
    )
    row: dict[str, float] = {}
    for name, effect in effects.items():
        row |= {name: effect.value, f"{name}_low": effect.low, f"{name}_high": effect.high}
    return row


def _mixed_models(cohort: Cohort) -> pd.DataFrame:
    if not cohort.repeated:
        return pd.DataFrame()
    rows = []
    for epoch in cohort.epochs:
        table = cohort.recordings[cohort.recordings["epoch"] == epoch]
        for measure in cohort.measures:
            fits = mixed_model(table, measure, covariates=cohort.covariates)
            rows += [{"epoch": epoch, "measure": measure, **fit} for fit in fits]
    return pd.DataFrame(rows)
