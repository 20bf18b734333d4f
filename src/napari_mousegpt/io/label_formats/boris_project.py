"""BORIS projects, ``.boris`` and ``.boris.gz``: ethogram, subjects and all observations as JSON.

Nothing in a project is evaluated; BORIS itself evaluates modifiers and runs converters.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.datamodel.bouts import SOURCES
from napari_mousegpt.io.doors.safe_json import entries, items, json_head, read_json, real, text
from napari_mousegpt.io.label_formats.boris_media import ABSENT, MediaTimeline, rows_of
from napari_mousegpt.io.label_formats.boris_tables import first_rate, joined_modifiers
from napari_mousegpt.io.label_formats.bout_rows import Row, bouts_in_seconds, shown
from napari_mousegpt.io.label_formats.media_clocks import clocks_of, file_name
from napari_mousegpt.io.label_formats.state_pairs import Event, alternate, pair

suffixes = frozenset({".boris", ".gz", ".json"})

TARGET = "target"
"""Name of the set of modifiers that says towards whom a behaviour is directed."""
VARIABLES = ("annotator", "run_id", "label_source")
"""Independent variables of our own export."""
_HEAD_BYTES = 1 << 14
_PARTS = ("observations", "behaviors_conf")


def matches(path: Path) -> bool:
    """Whether a file named ``.boris`` begins as JSON, or another one like a project."""
    try:
        head = json_head(path, _HEAD_BYTES)
    except (OSError, ValueError):
        return False
    if not head.lstrip().startswith("{"):
        return False
    by_name = path.name.lower().endswith((".boris", ".boris.gz"))
    return by_name or ('"behaviors_conf"' in head or '"subjects_conf"' in head)


def read(
    path: Path,
    *,
    fps: float | None = None,
    times_s: NDArray[np.floating] | None = None,
) -> pd.DataFrame:
    """Read the bouts of all observations and the whole ethogram.

    A set of modifiers called "target" becomes the column ``target``, the others ``modifiers``.
    Observations scored live, without video, are left out unless ``fps`` is given.

    Raises
    ------
    ValueError
        If the file is no project, or no frame rate is known for any observation.
    """
    project = entries(read_json(path))
    if not all(isinstance(project.get(part), dict) for part in _PARTS):
        raise ValueError(
            f"{path.name}: expected a BORIS project with {' and '.join(_PARTS)}, found "
            f"{shown(list(project)) or 'none of them'}"
        )
    ethogram = _ethogram(project["behaviors_conf"])
    timelines: dict[str, MediaTimeline] = {}
    rates: dict[str, float] = {}
    events: list[tuple[Event, bool]] = []
    problems: list[str] = []
    for name, observation in project["observations"].items():
        timelines[name] = _timeline(entries(observation))
        rates.update(_rates(entries(observation)))
        events += _events(name, entries(observation), ethogram, problems)
    ends = _ends(events, timelines)
    intervals, unpaired = pair(alternate(events), ends)
    placed, past_end = rows_of(intervals, timelines)
    clocks, no_clock = clocks_of(path.name, placed, rates, fps=fps, times_s=times_s)
    return bouts_in_seconds(
        [row for row in placed if row["video"] in clocks],
        clocks,
        problems=[*dict.fromkeys(problems), *unpaired, *past_end, *no_clock],
        ethogram=list(ethogram.values()),
        fps=first_rate(rates),
    )


def _ethogram(configured: Mapping[str, Any]) -> dict[str, Row]:
    ethogram: dict[str, Row] = {}
    for value in configured.values():
        entry = entries(value)
        name = text(entry.get("code"))
        if name:
            sets = entries(entry.get("modifiers")).values()
            ethogram[name] = {
                "name": name,
                "key": text(entry.get("key")),
                "colour": text(entry.get("color")),
                "meaning": text(entry.get("description")),
                "kind": "state" if text(entry.get("type")).startswith("State") else "point",
                "category": text(entry.get("category")),
                "modifiers": [text(entries(one).get("name")) for one in sets],
            }
    return ethogram


def _timeline(observation: Mapping[str, Any]) -> MediaTimeline:
    media = entries(observation.get("media_info"))
    lengths = entries(media.get("length"))
    paths = _paths(observation)
    offset_s = real(observation.get("time offset"))
    offset_s = offset_s if math.isfinite(offset_s) else 0.0
    if paths and observation.get("media_creation_date_as_offset") is True:
        created_s = real(entries(media.get("media_creation_time")).get(paths[0]))
        offset_s += created_s if math.isfinite(created_s) else 0.0
    return MediaTimeline(
        tuple(file_name(path) for path in paths),
        tuple(real(lengths.get(path)) for path in paths),
        offset_s,
    )


def _rates(observation: Mapping[str, Any]) -> dict[str, float]:
    rates = entries(entries(observation.get("media_info")).get("fps"))
    return {file_name(path): real(rates.get(path)) for path in _paths(observation)}


def _paths(observation: Mapping[str, Any]) -> list[str]:
    """Media of the first player; before version 2, ``file`` was a list."""
    files = observation.get("file")
    return [text(path) for path in items(entries(files).get("1", files)) if text(path)]


def _events(
    name: str, observation: Mapping[str, Any], ethogram: Mapping[str, Row], problems: list[str]
) -> list[tuple[Event, bool]]:
    events: list[tuple[Event, bool]] = []
    for value in items(observation.get("events")):
        fields = [*items(value), None, None, None, None, None][:5]
        behaviour = text(fields[2])
        listed = ethogram.get(behaviour, {})
        if not listed:
            problems.append(f"{behaviour!r} is not in the ethogram: taken as point events")
        modifiers = text(fields[3])
        event = Event(
            time_s=real(fields[0]),
            status="POINT",
            behaviour=behaviour,
            subject=text(fields[1]),
            modifiers=modifiers,
            observation=name,
            comment=text(fields[4]),
            columns=_modifier_columns(modifiers, listed.get("modifiers", []))
            | _variables(observation)
            | {"category": listed.get("category") or None},
        )
        events.append((event, listed.get("kind") == "state"))
    return events


def _modifier_columns(modifiers: str, sets: list[str]) -> dict[str, str]:
    chosen = modifiers.split("|")
    names = [*sets, *[""] * len(chosen)]
    target = [value for value, name in zip(chosen, names, strict=False) if name == TARGET]
    others = [value for value, name in zip(chosen, names, strict=False) if name != TARGET]
    return {
        "target": target[0] if target and target[0] not in ABSENT else "",
        "modifiers": joined_modifiers(others),
    }


def _variables(observation: Mapping[str, Any]) -> dict[str, str]:
    """Independent variables that our own export uses."""
    variables = entries(observation.get("independent_variables"))
    annotator, run_id, source = (text(variables.get(name)) for name in VARIABLES)
    return {
        "annotator": annotator,
        "run_id": run_id,
        "source": source if source in SOURCES else "import",
    }


def _ends(
    events: list[tuple[Event, bool]], timelines: Mapping[str, MediaTimeline]
) -> dict[str, float]:
    ends: dict[str, float] = {}
    for event, _ in events:
        if math.isfinite(event.time_s):
            before_s = ends.get(event.observation, event.time_s)
            ends[event.observation] = max(before_s, event.time_s)
    known = {name: line.end_s for name, line in timelines.items() if math.isfinite(line.end_s)}
    return ends | known
