"""A profile as a folder of tables and figures. Knows no recording."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from napari_mousegpt.analysis.figure_style import colours_of, save
from napari_mousegpt.analysis.profile import profile_figures as figures
from napari_mousegpt.analysis.profile.profile_tables import Profile
from napari_mousegpt.datamodel.ethogram import DEFAULT_ETHOGRAM, Behaviour

TABLES = ("summary", "behaviours", "bins", "transitions", "zones", "bouts")


def write_profile(
    profile: Profile, folder: str | Path, *, ethogram: Sequence[Behaviour] = DEFAULT_ETHOGRAM
) -> list[Path]:
    """Write every table that has rows as csv, and every figure as PNG and SVG.

    Returns
    -------
    list of pathlib.Path
        The files; existing ones of these names are replaced.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in TABLES:
        table = getattr(profile, name)
        if len(table):
            written.append(write_table(table, folder / f"{name}.csv"))
    colours = colours_of(profile.names, ethogram)
    if not colours:
        return written
    drawn = {
        "budget": figures.budget_figure(profile, colours),
        "raster": figures.raster_figure(profile, colours),
    }
    if len(profile.bins):
        drawn["rate"] = figures.rate_figure(profile, colours)
    if len(profile.transitions):
        drawn["transitions"] = figures.transition_figure(transitions_to_show(profile), colours)
    for name, figure in drawn.items():
        written += save(figure, folder / name)
    return written


def transitions_to_show(profile: Profile) -> pd.DataFrame:
    """Those of the one animal, or the mean of all."""
    several = len(profile.subjects) > 1
    return figures.mean_transitions(profile.transitions) if several else profile.transitions


def write_table(table: pd.DataFrame, path: Path) -> Path:
    """Write a csv with six significant digits; missing values are empty."""
    table.to_csv(path, index=False, float_format="%.6g")
    return path
