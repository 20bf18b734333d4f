"""A comparison in words: the methods paragraph for the paper, doubts, and findings."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

import numpy as np
import pandas as pd

from napari_mousegpt.analysis.groups.compare import Comparison
from napari_mousegpt.analysis.groups.group_statistics import TRIMMED

LIBRARIES = ("napari-mousegpt", "numpy", "scipy", "pandas", "statsmodels")
_FEW = 6


def versions(names: tuple[str, ...] = LIBRARIES) -> str:
    """Names and versions of libraries, as they are installed."""
    found = []
    for name in names:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(name)
    return ", ".join(found)


def methods_text(comparison: Comparison, *, counted: str = "") -> str:
    """Say what was done, with every number, version, seed and parameter, for a paper.

    Parameters
    ----------
    counted
        A sentence on what the measures were made of, such as whose bouts.
    """
    parts = [_animals(comparison), counted, _test(comparison), _restriction(comparison)]
    parts += [_effects(comparison), _mixed(comparison), _family(comparison)]
    settings = comparison.settings
    parts.append(f"Random numbers: seed {settings.seed}. Software: {versions()}.")
    return " ".join(part for part in parts if part)


def warnings_of(comparison: Comparison) -> list[str]:
    """What a reader must know before believing a figure."""
    tests, settings, sentences = comparison.tests, comparison.settings, []
    tested = tests[tests["p"].notna()]
    if len(tested):
        smallest, family = tested["smallest_p"].max(), len(tested)
        if 2 * smallest > settings.alpha / family:
            sentences.append(
                f"with these animals and cages no p can be below {smallest:.2g}; a single "
                f"measure out of {family} would need {settings.alpha / family:.2g}, so that only "
                "several measures together, or a smaller family chosen beforehand, can reach "
                f"q < {settings.alpha:g}"
            )
    sizes = _sizes(comparison)
    few = [f"{name} ({size})" for name, size in sizes.items() if size < _FEW]
    if few:
        sentences.append(f"few animals in {', '.join(few)}: intervals are too narrow below about 6")
    if (tests.get("restriction") == "whole blocks").any():
        sentences.append("cages share their group: the cage counts, not the animals in it")
    return sentences


def findings(comparison: Comparison) -> list[str]:
    """One sentence for each significant measure, the smallest q first."""
    tests = comparison.tests[comparison.tests["significant"]].sort_values(["q", "p"])
    return [_finding(comparison, row) for row in tests.to_dict("records")]


def _finding(comparison: Comparison, row: dict) -> str:
    groups = comparison.cohort.groups
    medians = ", ".join(f"{name} {row[f'median {name}']:.3g}" for name in groups)
    epoch = "" if row["epoch"] == "whole" else f"{row['epoch']}, "
    figures = f"{epoch}{row['measure']}: medians {medians}; p = {row['p']:.2g}, q = {row['q']:.2g}"
    if len(groups) > 2:
        return figures
    more = row["value"] > 0 if "difference" in row["statistic"] else row["cliffs_delta"] > 0
    return (
        f"{'more' if more else 'less'} in {groups[1]} than in {groups[0]}: {figures}; Cliff's "
        f"delta {row['cliffs_delta']:.2f} [{row['cliffs_delta_low']:.2f}, "
        f"{row['cliffs_delta_high']:.2f}]"
    )


def _sizes(comparison: Comparison) -> dict[str, int]:
    animals = comparison.cohort.animals
    return {
        name: int(animals.loc[animals["group"] == name, "animal"].nunique())
        for name in comparison.cohort.groups
    }


def _animals(comparison: Comparison) -> str:
    sizes = ", ".join(f"{name}: n = {size}" for name, size in _sizes(comparison).items())
    text = f"Groups were compared with the animal as the unit ({sizes})."
    cohort = comparison.cohort
    if cohort.repeated:
        rows = len(cohort.recordings)
        text += f" Several recordings of one animal ({rows} in all) were averaged."
    if cohort.paired:
        text += " Every animal was in every group."
    if len(cohort.epochs) > 1:
        text += f" Each epoch ({', '.join(cohort.epochs)}) was compared by itself."
    return text


def _test(comparison: Comparison) -> str:
    tested = comparison.tests[comparison.tests["p"].notna()]
    if not len(tested):
        return "No measure could be tested."
    settings = comparison.settings
    if bool(tested["exact"].all()):
        ways = f"all {int(tested['n_ways'].max()):,} ways of dealing the groups to the animals"
    else:
        ways = (
            f"{settings.n_permutations:,} random permutations, the observed one counted among them"
        )
    if comparison.cohort.covariates:
        names = ", ".join(comparison.cohort.covariates)
        return (
            f"Groups were tested beside {names} by the F of the group terms of a linear model, "
            f"its null made by permuting the residuals of the model without groups (Freedman and "
            f"Lane) with {ways}; effect sizes and rank tests are not adjusted."
        )
    if len(comparison.cohort.groups) == 2:
        return (
            f"Each measure was tested two-sided by a permutation test of the difference of "
            f"{100 * TRIMMED:.0f} % trimmed means with {ways}; "
            f"{'Wilcoxon signed-rank' if comparison.cohort.paired else 'Mann-Whitney U'} tests are "
            "given beside it."
        )
    return (
        f"Each measure was tested by a permutation test of Kruskal and Wallis' H with {ways}, and "
        "pairs of groups two-sided by permutation tests of the difference of "
        f"{100 * TRIMMED:.0f} % trimmed means; asymptotic rank tests are given beside them."
    )


def _restriction(comparison: Comparison) -> str:
    if comparison.cohort.paired:
        return "Groups were permuted within animals, after subtraction of the animal's median."
    found = set(comparison.tests.get("restriction", pd.Series(dtype=object)).dropna())
    sentences = {
        "within blocks": "Groups were permuted within cages or litters only, after subtraction of "
        "the cage's median, since cage mates are more alike.",
        "whole blocks": "Cages or litters were permuted as wholes, since their animals share a "
        "group.",
    }
    return " ".join(text for name, text in sentences.items() if name in found)


def _effects(comparison: Comparison) -> str:
    if len(comparison.cohort.groups) > 2 and not len(comparison.pairs):
        return ""
    unit = "cages" if _caged(comparison) else "animals"
    return (
        "Effect sizes are Cliff's delta, the Hodges-Lehmann shift and Hedges' g with 95 % "
        f"bias-corrected and accelerated bootstrap intervals over {unit} "
        f"({comparison.settings.n_resamples:,} resamples)."
    )


def _mixed(comparison: Comparison) -> str:
    if not len(comparison.mixed):
        return ""
    return (
        "Beside these, linear mixed models of the single recordings with a random intercept for "
        "each animal"
        f"{' within its cage' if _caged(comparison) else ''} were fitted by restricted "
        "maximum likelihood; their Wald p values are not corrected."
    )


def _caged(comparison: Comparison) -> bool:
    return comparison.cohort.has_blocks and not comparison.cohort.paired


def _family(comparison: Comparison) -> str:
    tests, settings = comparison.tests, comparison.settings
    tested = tests[tests["p"].notna()]
    measures = ", ".join(dict.fromkeys(tested["measure"]))
    text = (
        f"P values were corrected after Benjamini and Hochberg to a false discovery rate of "
        f"{100 * settings.alpha:g} % over one family of {len(tested)} tests"
    )
    if len(comparison.cohort.epochs) > 1:
        text += (
            f" ({tested['measure'].nunique()} measures in {len(comparison.cohort.epochs)} epochs)"
        )
    text += f": {measures}."
    if len(comparison.pairs):
        text += (
            f" The {int(np.isfinite(comparison.pairs['p']).sum())} pairs are a family of their own."
        )
    left = tests[tests["p"].isna()]
    if len(left):
        reasons = left.groupby("untested")["measure"].agg(
            lambda names: ", ".join(sorted(set(names)))
        )
        text += (
            " Not tested: " + "; ".join(f"{names} ({why})" for why, names in reasons.items()) + "."
        )
    return text
