"""Bouts sorted into observations, as BORIS needs them. Knows no BORIS file.

BORIS pairs starts with stops by subject, behaviour and modifiers, so that bouts of one such key
must not overlap within an observation; those that do go to a further one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from napari_mousegpt.datamodel.recording import SINGLE_INDIVIDUAL
from napari_mousegpt.io.label_formats.frame_clock import FrameClock

SLOW_ENOUGH_S = 0.002
"""Length of the shortest frame that milliseconds tell from its neighbours."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What one annotator said of one video in one run."""

    name: str
    video: str
    annotator: str
    run_id: str
    source: str
    bouts: list[dict[str, Any]]


def sort_into_observations(bouts: pd.DataFrame) -> list[Observation]:
    """Make an observation for each video, annotator, run and source, more where bouts overlap.

    An ``observation`` column, as bouts read from BORIS have, gives the name, else the video.
    """
    found: list[Observation] = []
    taken: set[str] = set()
    table = bouts.astype("object").where(bouts.notna(), "")
    if "observation" not in table:
        table = table.assign(observation="")
    about = ["observation", "video", "annotator", "run_id", "source"]
    for key, group in table.groupby(about, sort=False):
        base, video, annotator, run_id, source = map(str, key)
        rows = sorted(group.to_dict("records"), key=lambda row: (row["start"], row["stop"]))
        for layer in _layers([{str(name): row[name] for name in row} for row in rows]):
            name = base or video or "observation"
            if annotator and annotator not in name:
                name = f"{name} - {annotator}"
            name = _unused(name.strip() or "observation", taken)
            found.append(Observation(name, video, annotator, run_id, source, layer))
    return found


def subject_of(bout: dict[str, Any]) -> str:
    """Name for BORIS; the single animal is no focal subject."""
    return "" if bout["individual"] == SINGLE_INDIVIDUAL else str(bout["individual"])


def moments(observation: Observation) -> list[tuple[int, str, dict[str, Any]]]:
    """Frame, status and bout of each event, in order; a stop before a start of the same time."""
    found = []
    for bout in observation.bouts:
        if bout["kind"] == "point":
            found.append((bout["start"], "POINT", bout))
        else:
            found.append((bout["start"], "START", bout))
            found.append((bout["stop"], "STOP", bout))
    return sorted(found, key=lambda item: (item[0], item[1] != "STOP"))


def decimals_for(clock: FrameClock) -> int:
    """Decimals of a second that tell each frame from the next; BORIS keeps three."""
    shortest_s = 1 / clock.fps
    if clock.times_s is not None:
        steps_s = clock.times_s[1:] - clock.times_s[:-1]
        shortest_s = float(steps_s[steps_s > 0].min())
    return 3 if shortest_s >= SLOW_ENOUGH_S else 9


def _layers(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Split rows, sorted by start, so that no two of one key overlap within a layer."""
    layers: list[list[dict[str, Any]]] = []
    ends: list[dict[tuple[str, ...], int]] = []
    for row in rows:
        key = (str(row["individual"]), str(row["behaviour"]), str(row.get("modifiers", "")))
        depth = next((k for k, end in enumerate(ends) if end.get(key, 0) <= row["start"]), None)
        if depth is None:
            depth = len(layers)
            layers.append([])
            ends.append({})
        layers[depth].append(row)
        ends[depth][key] = row["stop"]
    return iter(layers)


def _unused(name: str, taken: set[str]) -> str:
    unused, count = name, 1
    while unused in taken:
        count += 1
        unused = f"{name} ({count})"
    taken.add(unused)
    return unused
