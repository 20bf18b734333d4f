"""Animals, groups and cages of a cohort, as statistics need them. Knows no measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

DESIGN = ["animal", "group", "block", "epoch"]


@dataclass(frozen=True, slots=True, eq=False)
class Cohort:
    """One row for each animal in each epoch, after its recordings were averaged.

    Attributes
    ----------
    animals
        Columns `DESIGN`, ``n_recordings``, covariates, measures. ``group`` is categorical; its
        first category is what others are compared with.
    recordings
        The rows it was made of.
    paired
        Whether every animal was in every group, as with a treatment and its vehicle by turns; each
        animal is then a block of its own.
    """

    animals: pd.DataFrame
    recordings: pd.DataFrame
    measures: tuple[str, ...]
    covariates: tuple[str, ...]
    paired: bool = False

    @property
    def groups(self) -> list[str]:
        """Names of the groups, the reference first."""
        return list(self.animals["group"].cat.categories)

    @property
    def epochs(self) -> list[str]:
        """Names of the epochs, in order of appearance."""
        return list(self.animals["epoch"].unique())

    @property
    def has_blocks(self) -> bool:
        """Whether cages or litters are known."""
        return bool(self.animals["block"].notna().all())

    @property
    def repeated(self) -> bool:
        """Whether some animal has more than one recording in an epoch."""
        return bool((self.animals["n_recordings"] > 1).any())


def make_cohort(
    table: pd.DataFrame,
    measures: Sequence[str],
    *,
    reference: str | None = None,
    covariates: Sequence[str] = (),
) -> Cohort:
    """Average the recordings of each animal, which is the unit of every test.

    Parameters
    ----------
    table
        One row for each animal in each epoch of each recording: ``animal, group`` and, where known,
        ``block`` and ``epoch``; covariates and measures. A missing measure is NaN.
    reference
        Group that others are compared with; if None one that is called like a control, else the
        first by name.

    Raises
    ------
    ValueError
        If there is no second group, a group of one animal, an animal in two groups (unless all are
        in all) or two blocks, or an unknown covariate or reference.
    """
    table = table.copy()
    table["block"] = table.get("block")
    table["epoch"] = table.get("epoch", "whole")
    names = ordered_groups([str(name) for name in table["group"].unique()], reference)
    table["group"] = pd.Categorical(table["group"].astype(str), categories=names)
    paired = _is_paired(table, names)
    if paired:
        table["block"] = table["animal"]
    _check(table, names, covariates, paired=paired)
    kept = [*dict.fromkeys((*covariates, *measures))]
    grouped = table.groupby(DESIGN, observed=True, sort=False, dropna=False)
    animals = grouped[kept].mean().reset_index()
    animals.insert(len(DESIGN), "n_recordings", grouped.size().to_numpy())
    return Cohort(animals, table, tuple(measures), tuple(covariates), paired)


def block_codes(animals: pd.DataFrame) -> NDArray[np.int64] | None:
    """Code of each animal's block; None if blocks are not known."""
    if not animals["block"].notna().all():
        return None
    codes: NDArray[np.int64] = pd.factorize(animals["block"])[0]
    return codes


def ordered_groups(names: list[str], reference: str | None) -> list[str]:
    """Groups by name, the reference first: the one given, or one that is called like a control."""
    names = sorted(names)
    if reference is not None and reference not in names:
        raise ValueError(
            f"expected the reference among the groups {', '.join(names)}, found {reference!r}"
        )
    like_control = ("control", "ctrl", "vehicle", "saline", "sham", "wt", "wildtype", "wild type")
    found = [name for name in names if name.lower() in like_control]
    first = reference or (found[0] if found else names[0])
    return [first, *(name for name in names if name != first)]


def _is_paired(table: pd.DataFrame, names: list[str]) -> bool:
    """Every animal in every group in every epoch."""
    seen = table.groupby(["animal", "epoch"], observed=True)["group"].nunique()
    return len(names) > 1 and bool((seen == len(names)).all())


def _check(
    table: pd.DataFrame, names: list[str], covariates: Sequence[str], *, paired: bool
) -> None:
    if len(names) < 2:
        raise ValueError(f"expected two groups or more to compare, found {', '.join(names)}")
    unknown = [name for name in covariates if name not in table]
    if unknown:
        raise ValueError(
            f"expected covariates that are columns of numbers in the groups file, found {unknown}"
        )
    for column, what in () if paired else (("group", "groups"), ("block", "cages")):
        seen = table.groupby("animal", observed=True)[column].nunique()
        several = seen.index[seen > 1].tolist()
        if several:
            raise ValueError(
                f"animal {several[0]} is in several {what}, others are not: an animal is the unit "
                "here, so that each belongs to one, or every animal to every group."
            )
    sizes = table.groupby("group", observed=True)["animal"].nunique()
    single = [str(name) for name, size in sizes.items() if size < 2]
    if single:
        raise ValueError(
            f"expected two animals or more in every group, found one in {', '.join(single)}"
        )
