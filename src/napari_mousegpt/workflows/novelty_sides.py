"""Which animals are asked about and which are the reference. Knows no vector."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.analysis.groups.cohort_design import ordered_groups
from napari_mousegpt.io.group_table import GroupTable, match_groups
from napari_mousegpt.workflows.embedded import EmbeddedWindows


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """Animals of two sides.

    ``animals`` is the code of each window's animal; ``asked`` says for each animal whether it is
    asked about; ``blocks`` is the code of its cage, None if cages are not known.
    """

    animals: NDArray[np.int64]
    asked: NDArray[np.bool_]
    blocks: NDArray[np.int64] | None

    @property
    def fewest(self) -> int:
        """Animals on the smaller side."""
        return int(min(self.asked.sum(), (~self.asked).sum()))


def sides_by_recording(data: EmbeddedWindows, n_asked: int) -> Sides:
    """The first recordings are asked about; every animal of a film is one."""
    windows = data.windows
    keys = pd.MultiIndex.from_frame(windows[["recording", "individual"]])
    animals, names = pd.factorize(keys)
    return Sides(animals, np.array([place < n_asked for place, _ in names], bool), None)


def sides_by_group(data: EmbeddedWindows, groups: GroupTable, control: str | None = None) -> Sides:
    """The reference is one group, such as controls; all others are asked about.

    Parameters
    ----------
    control
        Its name; if None one that is called like a control, else the first by name.

    Raises
    ------
    ValueError
        If recordings and groups do not fit, an animal is in several groups, or there is one group.
    """
    windows = data.windows.assign(
        recording=[data.recordings[place].name for place in data.windows["recording"]]
    )
    present = windows[["recording", "individual"]].drop_duplicates()
    matched = match_groups(groups, list(present.itertuples(index=False, name=None)))
    of_window = windows.merge(
        matched.drop_duplicates(["recording", "individual"]), on=["recording", "individual"]
    )
    table = matched.groupby("animal", sort=False)
    several = table["group"].nunique().loc[lambda count: count > 1]
    if len(several):
        raise ValueError(
            f"expected every animal in one group, found {several.index[0]} in several: what is new "
            "is looked for between animals"
        )
    first = table[["group", "block"]].first()
    names = ordered_groups(first["group"].astype(str).unique().tolist(), control)
    if len(names) < 2:
        raise ValueError(f"expected two groups or more, found only {names[0]}")
    blocks = pd.factorize(first["block"])[0] if first["block"].notna().all() else None
    animals = first.index.get_indexer(of_window["animal"])
    return Sides(animals.astype(np.int64), (first["group"] != names[0]).to_numpy(bool), blocks)
