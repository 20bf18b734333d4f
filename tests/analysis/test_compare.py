from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from napari_mousegpt.analysis.figure_style import as_svg
from napari_mousegpt.analysis.groups.cohort_design import make_cohort
from napari_mousegpt.analysis.groups.compare import CompareSettings, compare_groups
from napari_mousegpt.analysis.groups.compare_figures import dots_figure, effects_figure
from napari_mousegpt.analysis.groups.compare_words import findings, methods_text, warnings_of
from napari_mousegpt.analysis.groups.false_discovery import false_discovery

QUICK = CompareSettings(n_permutations=999, n_resamples=200)


def cohort(
    seed: int = 0,
    *,
    groups: tuple[str, ...] = ("control", "treated"),
    each: int = 10,
    recordings: int = 1,
    cages: str | None = None,
    effect: float = 2.5,
    epochs: tuple[str, ...] = ("whole",),
) -> pd.DataFrame:
    """One row for each recording; ``a`` is shifted in the last group, ``b`` is not."""
    rng = np.random.default_rng(seed)
    rows = []
    for code, group in enumerate(groups):
        for place in range(each):
            own = rng.normal(size=2)
            cage = {None: None, "mixed": place // 2, "pure": f"{group}{place // 2}"}[cages]
            for epoch in epochs:
                shift = effect * (code == len(groups) - 1)
                rows += [
                    {
                        "animal": f"{group}{place}",
                        "group": group,
                        "block": cage,
                        "epoch": epoch,
                        "age": float(place),
                        "a": own[0] + shift + 0.5 * rng.normal(),
                        "b": own[1] + 0.5 * rng.normal(),
                        "same": 1.0,
                    }
                    for _ in range(recordings)
                ]
    return pd.DataFrame(rows)


def measured(table: pd.DataFrame, **settings: Any) -> pd.DataFrame:
    covariates = settings.pop("covariates", ())
    made = make_cohort(table, ["a", "b", "same"], covariates=covariates)
    return compare_groups(made, QUICK).tests.set_index(["epoch", "measure"])


@pytest.mark.parametrize(
    ("table", "covariates", "restriction"),
    [
        pytest.param(cohort(), (), "free", id="two groups"),
        pytest.param(cohort(groups=("a", "b", "c")), (), "free", id="three groups"),
        pytest.param(cohort(recordings=3), (), "free", id="several recordings"),
        pytest.param(cohort(cages="mixed"), (), "within blocks", id="mixed cages"),
        pytest.param(cohort(cages="pure", each=16), (), "whole blocks", id="pure cages"),
        pytest.param(cohort(), ("age",), "free", id="covariate"),
        pytest.param(cohort(cages="mixed"), ("age",), "within blocks", id="covariate, cages"),
        pytest.param(
            cohort(cages="pure", each=16), ("age",), "whole blocks", id="covariate, pure cages"
        ),
    ],
)
def test_the_planted_effect_is_found_and_no_other(
    table: pd.DataFrame, covariates: tuple[str, ...], restriction: str
) -> None:
    tests = measured(table, covariates=covariates).loc["whole"]
    assert tests.loc["a", "significant"]
    assert not tests.loc["b", "significant"]
    assert np.isnan(tests.loc["same", "p"])
    assert tests.loc["same", "untested"] == "all animals have the same value"
    assert tests.loc["a", "restriction"] == restriction
    if "cliffs_delta" in tests:
        assert 0 < tests.loc["a", "cliffs_delta_low"] <= tests.loc["a", "cliffs_delta"]


def test_the_animal_is_the_unit() -> None:
    """Ten recordings of an animal say no more of the group than their mean."""
    table = cohort(recordings=10, effect=0.7)
    means = table.groupby(["animal", "group"], as_index=False)[["a", "b", "same", "age"]].mean()
    many, one = measured(table).loc["whole"], measured(means).loc["whole"]
    assert many["p"].tolist() == pytest.approx(one["p"].tolist(), nan_ok=True)
    assert many.loc["a", "n control"] == 10


def test_rank_p_and_q_are_those_of_the_libraries() -> None:
    table = cohort()
    tests = measured(table).loc["whole"]
    values = [table.loc[table["group"] == name, "a"] for name in ("control", "treated")]
    assert tests.loc["a", "p_rank"] == pytest.approx(stats.mannwhitneyu(*values).pvalue)
    p = tests["p"].dropna().to_numpy()
    assert tests["q"].dropna().tolist() == pytest.approx(stats.false_discovery_control(p).tolist())
    assert np.isnan(false_discovery(np.array([np.nan, 0.2]))[0])


def test_missing_values_leave_the_animal_out_of_that_measure() -> None:
    table = cohort()
    table.loc[table["animal"] == "treated3", "a"] = np.nan
    tests = measured(table).loc["whole"]
    assert (tests.loc["a", "n treated"], tests.loc["b", "n treated"]) == (9, 10)


def test_every_animal_in_every_group_is_compared_with_itself() -> None:
    rng = np.random.default_rng(0)
    own = 5 * rng.normal(size=8)
    shifts = {"vehicle": 0.0, "drug": 1.5}
    rows = [
        {"animal": f"m{i}", "group": name, "a": own[i] + shift + 0.5 * rng.normal(), "b": own[i]}
        for i in range(8)
        for name, shift in shifts.items()
    ]
    table = pd.DataFrame(rows)
    table["b"] += rng.normal(size=16)
    comparison = compare_groups(make_cohort(table, ["a", "b"]), QUICK)
    tests = comparison.tests.set_index("measure")
    wide = table.pivot(index="animal", columns="group", values="a")
    assert tests.loc["a", "n_ways"] == 2**8
    assert tests.loc["a", "value"] == pytest.approx(
        stats.trim_mean(wide["drug"] - wide["vehicle"], 0.2)
    )
    differences = (wide["drug"] - wide["vehicle"]).to_numpy()
    flipped = np.array(list(product([-1, 1], repeat=8))) * differences
    as_far = np.abs(stats.trim_mean(flipped, 0.2, axis=1)) >= tests.loc["a", "value"] - 1e-9
    assert tests.loc["a", "p"] == pytest.approx(as_far.mean())
    assert tests.loc["a", "p_rank"] == stats.wilcoxon(wide["drug"] - wide["vehicle"]).pvalue
    assert tests["significant"].tolist() == [True, False]
    assert "permuted within animals" in methods_text(comparison)
    table.loc[0, "a"] = np.nan
    left = compare_groups(make_cohort(table, ["a"]), QUICK).tests
    assert left[["n vehicle", "n drug"]].values.tolist() == [[7, 7]]


def test_epochs_are_compared_by_themselves_in_one_family() -> None:
    table = cohort(epochs=("before", "after"))
    table.loc[(table["epoch"] == "before") & (table["group"] == "treated"), "a"] -= 2.5
    tests = measured(table)
    assert tests.loc[("after", "a"), "significant"]
    assert not tests.loc[("before", "a"), "significant"]
    assert tests["p"].notna().sum() == 4


def test_three_groups_have_pairs() -> None:
    made = make_cohort(cohort(groups=("a", "b", "c")), ["a"])
    pairs = compare_groups(made, QUICK).pairs.set_index("groups")
    assert pairs["significant"].to_dict() == {"a | b": False, "a | c": True, "b | c": True}


def test_the_mixed_model_sees_recordings() -> None:
    table = cohort(recordings=4, effect=2.0, each=12)
    mixed = compare_groups(make_cohort(table, ["a", "b"]), QUICK).mixed.set_index("measure")
    means = table.groupby(["animal", "group"], as_index=False)["a"].mean().groupby("group")["a"]
    assert mixed.loc["a", "estimate"] == pytest.approx(
        means.mean()["treated"] - means.mean()["control"], abs=1e-6
    )
    assert mixed.loc["a", "low"] < 2.0 < mixed.loc["a", "high"]
    assert mixed.loc["a", "p"] < 0.01 < mixed.loc["b", "p"]
    nested = cohort(recordings=3, cages="mixed")
    assert len(compare_groups(make_cohort(nested, ["a"]), QUICK).mixed) == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.assign(group="one"), "two groups or more"),
        (lambda t: t[(t["group"] == "control") | (t["animal"] == "treated0")], "one in treated"),
        (lambda t: t.replace({"animal": {"treated0": "control0"}}), "is in several groups"),
        (lambda t: pd.concat([t, t.assign(block="other")]).assign(), "is in several cages"),
    ],
)
def test_designs_that_cannot_be_compared(change: Any, message: str) -> None:
    table = cohort(cages="mixed")
    with pytest.raises(ValueError, match=message):
        make_cohort(change(table), ["a"])


def test_the_reference_is_the_control() -> None:
    table = cohort(groups=("aged", "vehicle"))
    assert make_cohort(table, ["a"]).groups == ["vehicle", "aged"]
    assert make_cohort(table, ["a"], reference="aged").groups == ["aged", "vehicle"]
    with pytest.raises(ValueError, match="expected the reference among"):
        make_cohort(table, ["a"], reference="young")


def test_words_hold_every_figure() -> None:
    comparison = compare_groups(make_cohort(cohort(recordings=2), ["a", "b", "same"]), QUICK)
    text = methods_text(comparison, counted="Bouts were those of Anna.")
    for part in (
        "control: n = 10",
        "999 random",
        "200 resamples",
        "family of 2 tests: a, b",
        "seed 0",
    ):
        assert part in text
    for part in ("Anna", "same (all animals have the same value)", "statsmodels", "mixed models"):
        assert part in text
    (found,) = findings(comparison)
    assert found.startswith("more in treated than in control: a: medians control")


def test_few_animals_are_warned_of() -> None:
    comparison = compare_groups(make_cohort(cohort(each=3), ["a", "b"]), QUICK)
    assert comparison.tests["exact"].all()
    assert comparison.tests["p"].min() >= 2 / 20
    assert "no p can be below 0.05" in warnings_of(comparison)[0]
    assert "few animals in control (3), treated (3)" in warnings_of(comparison)[1]


def test_every_animal_is_a_dot() -> None:
    comparison = compare_groups(make_cohort(cohort(), ["a", "b", "same"]), QUICK)
    axes = dots_figure(comparison).axes[0]
    assert sum(len(dots.get_offsets()) for dots in axes.collections[::2]) == 20
    assert "<svg" in as_svg(effects_figure(comparison))


@pytest.mark.parametrize(
    "design", ["animals", "recordings", "mixed", "pure"], ids=lambda value: str(value)
)
def test_five_of_a_hundred_cohorts_without_effect_are_called_different(design: str) -> None:
    """A short form of benchmarks/group_error_rates.py, through the whole comparison."""
    from napari_mousegpt.analysis.groups.group_statistics import trimmed_difference
    from napari_mousegpt.analysis.groups.permutations import p_value, relabel

    rng, hits, n_cohorts = np.random.default_rng(4), 0, 800
    groups = np.tile([0, 1], 10) if design == "mixed" else np.repeat([0, 1], 10)
    cages = np.repeat(np.arange(10), 2) if design in ("mixed", "pure") else None
    ways = relabel(groups, cages, n_permutations=199)
    for seed in range(n_cohorts):
        values = rng.standard_normal(20)
        if design == "recordings":
            values = (values[:, None] + rng.standard_normal((20, 3))).mean(axis=1)
        if cages is not None:
            values = values + rng.standard_normal(10)[cages]
        if not ways.exact:
            ways = relabel(groups, cages, n_permutations=199, seed=seed)
        hits += p_value(np.abs(trimmed_difference(values, ways.labels))) <= 0.05
    assert stats.binomtest(int(hits), n_cohorts, 0.05).pvalue > 0.001
