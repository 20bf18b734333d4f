"""Figures of what animals did: budgets, rasters, rates, transitions. Knows no files but its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from napari_mousegpt.analysis.figure_style import figure, legend_beside, seconds_axis
from napari_mousegpt.analysis.profile.profile_tables import Profile
from napari_mousegpt.analysis.profile.subject import KEYS, WHOLE, Subject

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Colours = Mapping[str, str]
UNLABELLED, UNKNOWN = "#eeeeee", "#ffffff"
_ROW_IN = 0.22


def budget_figure(profile: Profile, colours: Colours) -> Figure:
    """One bar for each animal: shares of the known time, the rest unlabelled."""
    labels = _row_labels(profile.subjects)
    wide = profile.behaviours.pivot_table(
        index=KEYS, columns="behaviour", values="budget", sort=False, dropna=False
    )
    wide = wide.reindex([tuple(subject.keys.values()) for subject in profile.subjects])
    names = [name for name in profile.names if name in wide and wide[name].sum() > 0]
    with figure(6.5, 0.7 + _ROW_IN * max(len(labels), 4)) as drawn:
        axes = drawn.add_subplot()
        left = np.zeros(len(labels))
        for name in names:
            values = np.nan_to_num(wide[name].to_numpy(float))
            axes.barh(labels, values, left=left, color=colours[name], height=0.8)
            left += values
        rest = np.maximum(0, 1 - left)
        axes.barh(labels, rest, left=left, color=UNLABELLED, height=0.8)
        axes.set_xlabel("share of known time")
        axes.set_xlim(0, max(1.0, left.max(initial=0)))
        axes.invert_yaxis()
        shown = {name: colours[name] for name in names}
        legend_beside(axes, shown | ({"unlabelled": UNLABELLED} if rest.max() > 0.005 else {}))
    return drawn


def raster_figure(profile: Profile, colours: Colours) -> Figure:
    """One row for each animal: who did what when; white is unknown, pale grey unlabelled."""
    labels = _row_labels(profile.subjects)
    longest_s = max(subject.stop / subject.fps for subject in profile.subjects)
    with figure(6.5, 0.7 + _ROW_IN * max(len(labels), 4)) as drawn:
        axes = drawn.add_subplot()
        for row, subject in enumerate(profile.subjects):
            _spans(axes, subject.known / subject.fps, row, UNLABELLED)
            for name, pieces in subject.bouts.groupby("behaviour"):
                frames = pieces[["start", "stop"]].to_numpy(float) / subject.fps
                _spans(axes, frames, row, colours[str(name)])
        axes.set_yticks(range(len(labels)), labels)
        axes.set_ylim(len(labels) - 0.5, -0.5)
        axes.set_xlim(min(s.start / s.fps for s in profile.subjects), longest_s)
        seconds_axis(axes, longest_s)
        legend_beside(axes, {name: colours[name] for name in profile.names if name in colours})
    return drawn


def rate_figure(profile: Profile, colours: Colours) -> Figure:
    """Share of time in each behaviour over time: the mean of the animals, and each of them."""
    names = [name for name in profile.names if name in set(profile.bins["behaviour"])]
    columns = min(4, max(1, len(names)))
    rows = -(-len(names) // columns)
    longest_s = float(profile.bins["bin_stop_s"].max())
    with figure(1.0 + 1.6 * columns, 0.5 + 1.15 * rows) as drawn:
        grid = drawn.subplots(rows, columns, sharex=True, squeeze=False)
        for axes, name in zip(grid.flat, names, strict=False):
            of_it = profile.bins[profile.bins["behaviour"] == name]
            for _, one in of_it.groupby(KEYS, sort=False):
                axes.plot(_middles(one), one["budget"], color=colours[name], lw=0.7, alpha=0.6)
            mean = of_it.groupby("bin_start_s")[["budget", "bin_stop_s"]].mean().reset_index()
            axes.plot(_middles(mean), mean["budget"], color="#222222", lw=1.4)
            axes.set_title(name, fontsize=8, loc="left")
            axes.set_ylim(0)
            axes.set_xlim(0, longest_s)
        for axes in list(grid.flat)[len(names) :]:
            axes.set_axis_off()
        for axes in list(grid.flat)[max(0, len(names) - columns) : len(names)]:
            seconds_axis(axes, longest_s)
            axes.tick_params(labelbottom=True)
        drawn.supylabel("share of known time", fontsize=8)
    return drawn


def transition_figure(table: pd.DataFrame, colours: Colours) -> Figure:
    """Behaviours on a circle, arrows as wide as the transition is probable.

    Dark arrows are more frequent than in shuffled orders (q < 0.05), dashed ones less frequent;
    pale ones are as by chance, and left out where their probability is below 0.05. With more than
    eight behaviours, that is 1.5 over their number: a web of pale arrows says nothing.

    Parameters
    ----------
    table
        Of one animal, or `mean_transitions` of several.
    """
    names = [name for name in colours if name in set(table["source"]) | set(table["target"])]
    used = {
        name: int(table.loc[table["source"] == name, "count"].sum())
        + int(table.loc[table["target"] == name, "count"].sum())
        for name in names
    }
    names = [name for name in names if used[name]]
    least = 1.5 / len(names) if len(names) > 8 else 0.05
    angle = np.pi / 2 - 2 * np.pi * np.arange(len(names)) / max(len(names), 1)
    place = {name: (np.cos(a), np.sin(a)) for name, a in zip(names, angle, strict=True)}
    with figure(4.8, 3.6) as drawn:
        axes = drawn.add_subplot(aspect="equal")
        axes.set_axis_off()
        axes.set_xlim(-1.9, 1.9)
        axes.set_ylim(-1.3, 1.3)
        for row in table.sort_values("probability").to_dict("records"):
            told = row.get("q", np.nan) < 0.05
            if row["count"] and row["source"] in place and (row["probability"] >= least or told):
                _arrow(axes, place[row["source"]], place[row["target"]], row, told)
        largest = max(used.values(), default=1)
        for name in names:
            x, y = place[name]
            size = 30 + 230 * used[name] / largest
            axes.scatter(x, y, s=size, color=colours[name], edgecolors="#222222", lw=0.6, zorder=3)
            side = "left" if x > 0.1 else "right" if x < -0.1 else "center"
            axes.text(1.17 * x, 1.2 * y, name, ha=side, va="center")
        _arrow_legend(axes)
    return drawn


def mean_transitions(table: pd.DataFrame) -> pd.DataFrame:
    """Transitions of several animals: counts added up, probabilities averaged over animals.

    ``z`` is Stouffer's over animals (sum over root of their number), ``p`` and ``q`` follow from
    it, q after Benjamini-Hochberg over the matrix; NaN where fewer than two animals vary.
    """
    from scipy.stats import norm

    from napari_mousegpt.analysis.groups.false_discovery import false_discovery

    grouped = table.groupby(["source", "target"], sort=False)
    z = grouped["z"].agg(lambda values: values.sum() / np.sqrt(max(values.notna().sum(), 1)))
    z = z.where(grouped["z"].count() > 1)
    p = 2 * norm.sf(np.abs(z))
    columns = {
        "count": grouped["count"].sum(),
        "probability": grouped["probability"].mean(),
        "expected": grouped["expected"].sum(),
        "z": z,
        "n_animals": grouped["z"].count(),
        "p": p,
        "q": false_discovery(p),
    }
    return pd.DataFrame(columns).reset_index()


def _arrow(
    axes: Axes, start: tuple[float, float], stop: tuple[float, float], row: dict, told: bool
) -> None:
    from matplotlib.patches import FancyArrowPatch

    more = told and row["z"] > 0
    arrow = FancyArrowPatch(
        start,
        stop,
        connectionstyle="arc3,rad=0.14",
        arrowstyle="-|>",
        mutation_scale=7,
        lw=0.3 + 5 * float(row["probability"]),
        color="#222222" if more else "#999999" if told else "#cccccc",
        ls="--" if told and not more else "-",
        shrinkA=9,
        shrinkB=9,
        zorder=2 if told else 1,
    )
    axes.add_patch(arrow)


def _arrow_legend(axes: Axes) -> None:
    from matplotlib.lines import Line2D

    kinds = (
        ("more often than by chance", "#222222", "-"),
        ("less often", "#999999", "--"),
        ("not different (q ≥ 0.05)", "#cccccc", "-"),
    )
    lines = [
        Line2D([], [], color=colour, ls=dash, lw=2, label=text) for text, colour, dash in kinds
    ]
    axes.legend(handles=lines, loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=3, fontsize=7)


def _spans(axes: Axes, spans_s: np.ndarray, row: int, colour: str) -> None:
    widths = [(start, stop - start) for start, stop in spans_s.tolist()]
    axes.broken_barh(widths, (row - 0.4, 0.8), facecolors=colour, lw=0)


def _middles(bins: pd.DataFrame) -> pd.Series:
    return (bins["bin_start_s"] + bins["bin_stop_s"]) / 2


def _row_labels(subjects: Iterable[Subject]) -> list[str]:
    """What tells the rows apart, and nothing more."""
    rows = [subject.keys for subject in subjects]
    varying = [name for name in KEYS if len({row[name] for row in rows}) > 1]
    labels = []
    for row in rows:
        parts = [row[name] for name in KEYS if name in varying and row[name] != WHOLE]
        labels.append(" ".join(parts) or row["individual"])
    return labels
