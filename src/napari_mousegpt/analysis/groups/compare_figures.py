"""Figures of a comparison: every animal a dot, and effects with intervals. Knows no files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from napari_mousegpt.analysis.figure_style import GROUP_COLOURS, figure
from napari_mousegpt.analysis.groups.compare import Comparison

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PANELS_AT_MOST = 24
_COLUMNS = 4
_SHORT = {
    "budget": "share of time",
    "bouts_per_min": "bouts/min",
    "duration_median_s": "median bout (s)",
    "latency_s": "latency (s)",
    "distance_mm": "way (mm)",
    "distance_bl": "way (body lengths)",
    "moving_share": "share of time moving",
}


def dots_figure(comparison: Comparison) -> Figure:
    """One panel for each measure, those with the smallest p first; a bar marks the median.

    At most `PANELS_AT_MOST` of them; the table has all.
    """
    tests = comparison.tests[comparison.tests["p"].notna()]
    rows = tests.sort_values(["q", "p"]).head(PANELS_AT_MOST).to_dict("records")
    groups = comparison.cohort.groups
    height = -(-max(len(rows), 1) // _COLUMNS)
    with figure(7.0, 1.75 * height) as drawn:
        grid = drawn.subplots(height, _COLUMNS, squeeze=False)
        for axes, row in zip(grid.flat, rows, strict=False):
            _panel(axes, comparison, row, groups)
        for axes in list(grid.flat)[len(rows) :]:
            axes.set_axis_off()
    return drawn


def effects_figure(comparison: Comparison) -> Figure:
    """Cliff's delta of every measure with its interval; filled where significant."""
    tests = comparison.tests.dropna(subset=["cliffs_delta"])
    order = tests.sort_values("cliffs_delta", ignore_index=True)
    several = order["epoch"].nunique() > 1
    labels = [
        f"{_label(row.measure)} ({row.epoch})" if several else _label(row.measure)
        for row in order.itertuples()
    ]
    reference, other = comparison.cohort.groups
    with figure(5.5, 0.6 + 0.16 * max(len(order), 4)) as drawn:
        axes = drawn.add_subplot()
        place = np.arange(len(order))
        axes.axvline(0, color="#999999", lw=0.6)
        told = order["significant"].to_numpy(bool)
        colours = ["#222222" if one else "#aaaaaa" for one in told]
        axes.hlines(place, order["cliffs_delta_low"], order["cliffs_delta_high"], colors=colours)
        axes.scatter(order["cliffs_delta"], place, color=colours, s=14, zorder=3)
        axes.set_yticks(place, labels)
        for label, bold in zip(axes.get_yticklabels(), told, strict=True):
            label.set_color("#222222" if bold else "#777777")
        axes.set_xlim(-1.05, 1.05)
        axes.set_ylim(-0.7, len(order) - 0.3)
        axes.set_xlabel(f"Cliff's delta (less ← {other} against {reference} → more)")
    return drawn


def _panel(axes: Axes, comparison: Comparison, row: dict, groups: list[str]) -> None:
    animals = comparison.cohort.animals
    animals = animals[animals["epoch"] == row["epoch"]]
    for place, name in enumerate(groups):
        values = animals.loc[animals["group"] == name, row["measure"]].dropna().to_numpy(float)
        colour = GROUP_COLOURS[place % len(GROUP_COLOURS)]
        axes.scatter(place + _spread(values), values, s=11, color=colour, alpha=0.8, lw=0)
        axes.hlines(np.median(values), place - 0.3, place + 0.3, color="#222222", lw=1.2)
    axes.set_xticks(range(len(groups)), groups)
    axes.set_xlim(-0.6, len(groups) - 0.4)
    if animals[row["measure"]].min() >= 0:
        axes.set_ylim(bottom=0)
    mark = " *" if row["significant"] else ""
    epoch = "" if row["epoch"] == "whole" else f"{row['epoch']}: "
    name = _wrapped(f"{epoch}{_label(row['measure'])}")
    axes.set_title(f"{name}\nq = {row['q']:.2g}{mark}", fontsize=7, loc="left")


def _spread(values: np.ndarray) -> np.ndarray:
    """Aside from each other in the order of their values, the same every time."""
    rank = pd.Series(values).rank(method="first").to_numpy()
    return 0.22 * np.sin(2.4 * rank) if len(values) > 1 else np.zeros(len(values))


def _label(measure: object) -> str:
    """A measure as people say it."""
    what, colon, name = str(measure).rpartition(": ")
    return f"{what}{colon}{_SHORT.get(name, name)}"


def _wrapped(text: str) -> str:
    from textwrap import fill

    return fill(text, 24)
