"""What the dots of the map are coloured by. Knows a table of windows, no widget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.datamodel.ethogram import PALETTE, Behaviour, colour_of
from napari_mousegpt.layers.colours import individual_colour
from napari_mousegpt.widgets.plotting import pg

WAYS = ("cluster", "behaviour", "animal", "novelty", "time")
NOISE_COLOUR = "#6b6b76"
UNKNOWN = "#50505a"
_LOOK_UP = 256


@dataclass(frozen=True, slots=True, eq=False)
class Colouring:
    """Colour of each row as 0xAARRGGBB, and in words what the colours mean."""

    argb: NDArray[np.uint32]
    legend: Mapping[str, str]


def cluster_colours(names: Mapping[int, str], ethogram: Sequence[Behaviour]) -> dict[int, str]:
    """Colour of each cluster: that of its name, as on the timeline; grey for noise.

    A name whose colour another cluster has already gets one that is left, if any is.
    """
    colours: dict[int, str] = {}
    for number in sorted(names):
        wanted = NOISE_COLOUR if number < 0 else colour_of(names[number], tuple(ethogram))
        if wanted in colours.values():
            wanted = next((one for one in PALETTE if one not in colours.values()), wanted)
        colours[number] = wanted
    return colours


def colouring(
    windows: pd.DataFrame,
    way: str,
    *,
    ethogram: Sequence[Behaviour] = (),
    individuals: Sequence[str] = (),
    novelty: NDArray[np.float64] | None = None,
) -> Colouring:
    """Colour windows by one of `WAYS`.

    Parameters
    ----------
    windows
        As of `workflows.clustered_windows.described_places`.
    novelty
        Of each window, in [0, 1]; grey where it is not known.
    """
    if way == "novelty":
        values = np.full(len(windows), np.nan) if novelty is None else novelty
        return _scale(values, "like the others", "unlike")
    if way == "time":
        return _scale(windows["start"].to_numpy(np.float64), "start", "end")
    if way == "cluster":
        names = dict(zip(windows["cluster"].tolist(), windows["name"].tolist(), strict=True))
        of_number = cluster_colours(names, ethogram)
        legend = {names[number]: of_number[number] for number in sorted(names)}
        return Colouring(_argb([of_number[one] for one in windows["cluster"].tolist()]), legend)
    if way == "animal":
        of_name = {name: individual_colour(place) for place, name in enumerate(individuals)}
        column = windows["individual"].tolist()
    else:
        column = [name or "not described" for name in windows["behaviour"].tolist()]
        found = pd.Series(column, dtype=object).value_counts().index
        of_name = {name: colour_of(name, tuple(ethogram)) for name in found}
        of_name["not described"] = UNKNOWN
    used = set(column)
    legend = {name: colour for name, colour in of_name.items() if name in used}
    return Colouring(_argb([of_name.get(name, UNKNOWN) for name in column]), legend)


def _scale(values: NDArray[np.float64], low: str, high: str) -> Colouring:
    steps = pg.colormap.get("viridis").getLookupTable(nPts=_LOOK_UP)
    colours = [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in steps.tolist()]
    known = np.isfinite(values)
    least, most = (values[known].min(), values[known].max()) if known.any() else (0.0, 1.0)
    codes = np.zeros(len(values), np.int64)
    spread = max(most - least, 1e-9)
    codes[known] = np.rint((values[known] - least) / spread * (_LOOK_UP - 1)).astype(np.int64)
    argb = np.where(known, _argb(colours)[codes], _argb([UNKNOWN])[0]).astype(np.uint32)
    return Colouring(argb, {low: colours[0], high: colours[-1]})


def _argb(colours: Sequence[str]) -> NDArray[np.uint32]:
    known = {one: 0xFF000000 | int(one[1:], 16) for one in set(colours)}
    return np.array([known[one] for one in colours], np.uint32)


def preview_colours(labels: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Colours of clusters that have no name yet, repeated where there are many; noise is grey."""
    palette = _argb([NOISE_COLOUR, *PALETTE])
    return palette[np.where(labels < 0, 0, 1 + labels % len(PALETTE))]
