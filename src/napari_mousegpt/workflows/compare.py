"""Recordings and a groups csv to a comparison, its tables, figures and methods text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from napari_mousegpt.analysis.figure_style import save
from napari_mousegpt.analysis.groups.cohort_design import Cohort, make_cohort
from napari_mousegpt.analysis.groups.compare import CompareSettings, Comparison, compare_groups
from napari_mousegpt.analysis.groups.compare_figures import dots_figure, effects_figure
from napari_mousegpt.analysis.groups.compare_words import findings, methods_text, warnings_of
from napari_mousegpt.analysis.profile.profile_tables import Profile, measures_of
from napari_mousegpt.analysis.profile.subject import KEYS
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.group_table import GroupTable, match_groups
from napari_mousegpt.workflows.profile import Epoch, ProfileSettings, profile_recordings
from napari_mousegpt.workflows.profile_files import write_table

PER_BEHAVIOUR = ("budget", "bouts_per_min", "duration_median_s", "latency_s")
PER_ZONE = ("share", "entries", "latency_s")
WAYS = ("distance", "moving_share")
"""What is compared unless it is chosen; each adds to the family, and so to what must be found."""


class CohortProfile(NamedTuple):
    """Measures of every animal in every epoch, with its group, and the profile they are from."""

    table: pd.DataFrame
    profile: Profile
    covariates: tuple[str, ...]


def cohort_profile(
    recordings: Sequence[Recording],
    groups: GroupTable,
    settings: ProfileSettings,
    *,
    source: str = "the groups file",
) -> CohortProfile:
    """Profile the animals of a cohort in the epochs that the groups file names.

    Raises
    ------
    ValueError
        If recordings and groups do not fit, or see `workflows.profile.profile_recordings`.
    """
    animals = [(one.name, name) for one in recordings for name in one.individuals]
    matched = match_groups(groups, animals, source=source)
    epochs = {
        str(name): [
            Epoch(str(row.epoch), 0.0 if pd.isna(row.start_s) else row.start_s, row.stop_s)
            for row in rows.drop_duplicates("epoch").itertuples()
        ]
        for name, rows in matched.groupby("recording", sort=False)
    }
    profile = profile_recordings(recordings, settings, epochs=epochs)
    design = matched.drop(columns=["start_s", "stop_s"])
    table = design.merge(measures_of(profile), on=["recording", "individual", "epoch"])
    cameras = table.groupby(["recording", "individual", "epoch"])["video"].nunique()
    if (cameras > 1).any():  # several films of the same time are one account of it
        first = [name for name in table if name not in ("video",)]
        table = table.drop_duplicates(["recording", "individual", "epoch"])[["video", *first]]
    return CohortProfile(table, profile, groups.covariates)


def chosen_measures(table: pd.DataFrame, wanted: Sequence[str] | None = None) -> list[str]:
    """Columns to compare.

    Parameters
    ----------
    wanted
        Measures such as ``budget`` or ``distance_mm``, or whole columns such as ``rearing:
        budget``; `PER_BEHAVIOUR`, `PER_ZONE` and `WAYS` if None (the way in mm where a pixel's
        size is known, else in body lengths).

    Raises
    ------
    ValueError
        If one of them is not there.
    """
    columns = [name for name in table if name not in KEYS and table[name].dtype.kind == "f"]
    columns += [name for name in table if ": " in str(name) and name not in columns]
    if wanted is None:
        in_mm = "distance_mm" in table and table["distance_mm"].notna().any()
        way = "distance_mm" if in_mm else "distance_bl"
        picked = [name for name in columns if _usual(str(name))]
        return picked + [name for name in (way, "moving_share") if name in table]
    picked = []
    for name in wanted:
        fitting = [one for one in columns if one == name or str(one).endswith(f": {name}")]
        if not fitting:
            known = sorted({str(one).split(": ")[-1] for one in columns})
            raise ValueError(f"no measure is called {name!r}; there are {', '.join(known)}")
        picked += [one for one in fitting if one not in picked]
    return picked


def compare_recordings(
    cohort: CohortProfile,
    settings: CompareSettings,
    *,
    measures: Sequence[str] | None = None,
    covariates: Sequence[str] = (),
    reference: str | None = None,
) -> Comparison:
    """Compare the groups of a profiled cohort (see `analysis.groups.compare`)."""
    unknown = [name for name in covariates if name not in cohort.covariates]
    if unknown:
        raise ValueError(
            f"expected covariates among the columns of numbers in the groups file "
            f"({', '.join(cohort.covariates) or 'there are none'}), found {', '.join(unknown)}"
        )
    made: Cohort = make_cohort(
        cohort.table,
        chosen_measures(cohort.table, measures),
        reference=reference,
        covariates=covariates,
    )
    return compare_groups(made, settings)


def write_comparison(
    comparison: Comparison, folder: str | Path, *, voices: Sequence[str] = ()
) -> list[Path]:
    """Write tables, figures and ``methods.txt``; existing files of these names are replaced."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "tests": comparison.tests.sort_values(["q", "p"]),
        "pairs": comparison.pairs,
        "mixed_models": comparison.mixed,
        "animals": comparison.cohort.animals,
        "recordings": comparison.cohort.recordings,
    }
    written = [
        write_table(table, folder / f"{name}.csv") for name, table in tables.items() if len(table)
    ]
    if comparison.tests["p"].notna().any():
        written += save(dots_figure(comparison), folder / "animals")
        if len(comparison.cohort.groups) == 2:
            written += save(effects_figure(comparison), folder / "effects")
    counted = f"Bouts were those of {', '.join(voices)}." if voices else ""
    path = folder / "methods.txt"
    lines = [methods_text(comparison, counted=counted), ""]
    lines += [f"Note: {sentence}." for sentence in warnings_of(comparison)]
    lines += findings(comparison) or ["No measure differs at this false discovery rate."]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [*written, path]


def _usual(name: str) -> bool:
    what = name.split(": ")[-1]
    return what in (PER_ZONE if name.startswith("zone ") else PER_BEHAVIOUR) and ": " in name
