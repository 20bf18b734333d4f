"""What becomes of a label file: its observations, times, animals and behaviours. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.camera_clock import CameraClock
from napari_mousegpt.datamodel.labels.assessed import Assessed
from napari_mousegpt.datamodel.recording import SINGLE_INDIVIDUAL, VideoEntry
from napari_mousegpt.workflows.importing.assessed import assessed_of
from napari_mousegpt.workflows.importing.files import ReadFile
from napari_mousegpt.workflows.importing.names import (
    SYNONYMS,
    NameMatch,
    match_names,
)
from napari_mousegpt.workflows.importing.observations import (
    Observation,
    about_observations,
    observation_names,
    observations_of,
)
from napari_mousegpt.workflows.importing.poses import OTHER_RATE, Offset

_SAID_HERE = ("the file says ", "labels past the end of the video", "the labels are of ")
"""Beginnings of the readers' sentences on what is worked out here with more knowledge."""
_SAME_BOUT = ["individual", "start", "stop", "behaviour", "target", "kind", "annotator"]


@dataclass(frozen=True, slots=True, eq=False)
class LabelPlan:
    """One label file and what it becomes.

    Attributes
    ----------
    offset_s
        Added to every time.
    offsets
        Other shifts that would explain a mismatch.
    bouts
        Under the names of the recording, in frames of the film; those that the recording has
        already are left out (``repeated`` of them).
    assessed
        Spans that somebody looked at, where the file says so.
    question
        What must be chosen before it can be imported; None if nothing.
    """

    camera: str
    file: ReadFile
    observations: tuple[Observation, ...]
    fps: float | None
    offset_s: float
    offsets: tuple[Offset, ...]
    individuals: tuple[NameMatch, ...]
    behaviours: tuple[NameMatch, ...]
    bouts: pd.DataFrame
    assessed: tuple[Assessed, ...]
    repeated: int
    problems: tuple[str, ...]
    question: str | None


@dataclass(frozen=True, slots=True)
class LabelNames:
    """What a person chose for the names of label files, and what the recording knows."""

    individuals: Mapping[str, str]
    behaviours: Mapping[str, str]
    known_individuals: Sequence[str]
    known_behaviours: Sequence[str]
    observations: Sequence[str] = ()


def plan_labels(
    file: ReadFile,
    entry: VideoEntry,
    clock: CameraClock,
    names: LabelNames,
    *,
    offset_s: float,
    present: pd.DataFrame,
) -> LabelPlan:
    """Work out what becomes of a label file that was read.

    Parameters
    ----------
    clock
        Of the film, starting at 0.
    offset_s
        Added to every time.
    present
        Bouts that the recording has.
    """
    table: pd.DataFrame = file.data
    problems = [one for one in table.attrs["problems"] if not one.startswith(_SAID_HERE)]
    observations, question = observations_of(table, entry, names.observations)
    untaken = {one.name for one in observations} - {one.name for one in observations if one.taken}
    problems = [one for one in problems if one.split(": ")[0] not in untaken]
    taken = {(one.name, one.video) for one in observations if one.taken}
    keys = list(zip(observation_names(table), table["video"], strict=True))
    chosen = table[[key in taken for key in keys]]
    problems += about_observations(observations, entry)
    counts = _counted(chosen["individual"], chosen["target"])
    individuals = match_names(counts, names.known_individuals, names.individuals, only_one=True)
    listed = [entry["name"] for entry in table.attrs["ethogram"]]
    behaviours = match_names(
        _counted(chosen["behaviour"], also=listed),
        names.known_behaviours,
        names.behaviours,
        synonyms=SYNONYMS,
    )
    problems += _about_animals(individuals, names.known_individuals)
    bouts = _renamed(chosen, individuals, behaviours)
    bouts = _shifted(bouts, clock, offset_s, problems).assign(video=entry.id, source="import")
    fits, offsets = _fit(bouts, file, clock, offset_s)
    problems += fits
    bouts, repeated = _new_ones(bouts, present[present["video"] == entry.id])
    if repeated:
        problems.append(f"bouts that the recording has already, left out: {repeated}")
    return LabelPlan(
        camera=entry.id,
        file=file,
        observations=observations,
        fps=table.attrs["fps"],
        offset_s=offset_s,
        offsets=offsets,
        individuals=individuals,
        behaviours=behaviours,
        bouts=make_bouts(bouts),
        assessed=assessed_of(
            table,
            entry,
            clock,
            offset_s=offset_s,
            observations=observations,
            individuals=individuals,
            behaviours=behaviours,
            known_individuals=names.known_individuals,
        ),
        repeated=repeated,
        problems=tuple(f"{file.path.name}: {one}" for one in dict.fromkeys(problems)),
        question=f"{file.path.name}: {question}" if question else None,
    )


def _counted(*columns: pd.Series, also: Sequence[str] = ()) -> dict[str, int]:
    counts = dict.fromkeys(also, 0)
    for name in pd.concat(columns).dropna():
        counts[name] = counts.get(name, 0) + 1
    return counts


def _about_animals(matches: Sequence[NameMatch], known: Sequence[str]) -> list[str]:
    problems = []
    for match in matches:
        if match.becomes is None or match.becomes in known or not known:
            continue
        if match.becomes == SINGLE_INDIVIDUAL:
            problems.append(
                f"the labels do not say which animal they are of ({match.count}); the recording "
                f"has {', '.join(known)}: say so with --rename '{match.found}={known[0]}'"
            )
        else:
            problems.append(
                f"{match.becomes!r} is no animal of the recording, which has {', '.join(known)}; "
                f"kept under that name. If it is one: --rename '{match.found}={known[0]}'"
            )
    return problems


def _renamed(
    bouts: pd.DataFrame, individuals: Sequence[NameMatch], behaviours: Sequence[NameMatch]
) -> pd.DataFrame:
    animal = {match.found: match.becomes for match in individuals}
    behaviour = {match.found: match.becomes for match in behaviours}
    renamed = bouts.assign(
        individual=[animal[name] for name in bouts["individual"]],
        target=[animal.get(name) for name in bouts["target"]],
        behaviour=[behaviour[name] for name in bouts["behaviour"]],
    )
    kept = renamed["individual"].notna() & renamed["behaviour"].notna()
    return renamed[kept].reset_index(drop=True)


def _shifted(
    bouts: pd.DataFrame, clock: CameraClock, offset_s: float, problems: list[str]
) -> pd.DataFrame:
    if not offset_s or not len(bouts):
        return bouts
    start = clock.frames(clock.seconds(bouts["start"].to_numpy()) + offset_s)
    stop = np.maximum(clock.frames(clock.seconds(bouts["stop"].to_numpy()) + offset_s), start + 1)
    stop = np.where(bouts["kind"] == "point", start + 1, stop)
    before = stop <= 0
    if before.any():
        problems.append(f"labels before the film once shifted, left out: {int(before.sum())}")
    moved = bouts.assign(start=np.maximum(start, 0), stop=stop)
    return moved[~before].reset_index(drop=True)


def _fit(
    bouts: pd.DataFrame, file: ReadFile, clock: CameraClock, offset_s: float
) -> tuple[list[str], tuple[Offset, ...]]:
    """Whether the labels lie within the film, and what would explain it if not."""
    problems: list[str] = []
    fps = file.data.attrs["fps"]
    if fps and abs(fps / clock.fps - 1) > OTHER_RATE:
        placed = {
            "seconds": "its times are in seconds and are placed by the film's clock",
            "frames": "its times are in frames and are taken as they are",
            None: "",
        }[file.unit]
        problems.append(f"it says {fps:g} frames a second, the film {clock.fps:g}: {placed}")
    if not len(bouts) or bouts["stop"].max() <= clock.n_frames:
        return problems, ()
    last_s, end_s = float(clock.seconds(int(bouts["stop"].max()))), clock.n_frames / clock.fps
    past = int((bouts["stop"] > clock.n_frames).sum())
    problems.append(
        f"labels reach {last_s:.2f} s (frame {bouts['stop'].max()}), the film ends at "
        f"{end_s:.2f} s ({clock.n_frames} frames): {past} of {len(bouts)} lie past its "
        "end, kept as they are"
    )
    offsets = []
    if bouts["start"].min() / clock.fps >= last_s - end_s:
        offsets.append(
            Offset(round(offset_s - (last_s - end_s), 3), "if the labels' clock began before it")
        )
    rate = clock.n_frames / (last_s - offset_s)
    if file.unit == "seconds" and fps and fps <= rate < clock.fps:
        problems.append(
            f"at {fps:g} frames a second, which the labels say, all of them would fit: if the "
            f"film's own rate of {clock.fps:g} is wrong, give --fps {fps:g}"
        )
    return problems, tuple(offsets)


def _new_ones(bouts: pd.DataFrame, present: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Leave out what was imported before, so that importing twice changes nothing."""
    had = set(_rows(present))
    new = np.array([row not in had for row in _rows(bouts)], bool)
    return bouts[new].reset_index(drop=True), int((~new).sum())


def _rows(bouts: pd.DataFrame) -> list[tuple[object, ...]]:
    columns = [bouts[name].astype("object").where(bouts[name].notna(), None) for name in _SAME_BOUT]
    return list(zip(*columns, strict=True))
