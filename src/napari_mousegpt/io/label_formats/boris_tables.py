"""What the rows of BORIS' tables say of media, frame rates and modifiers. Knows no events.

Shared by the tabular and the aggregated export, whose columns have the same names.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from napari_mousegpt.datamodel.bouts import SOURCES
from napari_mousegpt.io.doors.text_rows import number
from napari_mousegpt.io.label_formats.boris_media import ABSENT, MediaTimeline
from napari_mousegpt.io.label_formats.media_clocks import file_name

OBSERVATION = "Observation id"
_MEDIUM = ("Media file name", "Media file path", "Media file")
_RATE = ("FPS", "FPS (frame/s)")


def timelines_of(cells: Sequence[Mapping[str, str]]) -> dict[str, MediaTimeline]:
    """Media of each observation."""
    timelines: dict[str, MediaTimeline] = {}
    own_media: dict[str, dict[str, None]] = {}
    for row in cells:
        own_media.setdefault(row.get(OBSERVATION, ""), {})[medium_of(row)] = None
    for row in cells:
        observation = row.get(OBSERVATION, "")
        if observation in timelines:
            continue
        offset_s = number(row.get("Time offset (s)", ""))
        names = [file_name(part) for part in _first_player(row.get("Source", ""))]
        lengths_s = [number(part) for part in _first_player(row.get("Media duration (s)", ""))]
        if not names:
            names = [name for name in own_media[observation] if name]
            lengths_s = [number(row.get("Total length", ""))]
        if len(lengths_s) != len(names):
            lengths_s = [math.nan] * len(names)
        timelines[observation] = MediaTimeline(
            tuple(names), tuple(lengths_s), offset_s if math.isfinite(offset_s) else 0.0
        )
    return timelines


def own_rates(cells: Sequence[Mapping[str, str]]) -> dict[str, float]:
    """Frame rate of each medium, NaN if the file does not say."""
    rates: dict[str, float] = {}
    for source, text in dict.fromkeys((row.get("Source", ""), _rate(row)) for row in cells):
        names = [file_name(part) for part in _first_player(source)]
        values = [number(part) for part in _first_player(text)]
        if len(values) == len(names):
            rates.update(zip(names, values, strict=True))
    for row in cells:
        medium = medium_of(row)
        if medium not in rates:
            rates[medium] = number(_rate(row))
    return rates


def first_rate(rates: Mapping[str, float]) -> float | None:
    """The first rate that is known."""
    return next((rate for rate in rates.values() if math.isfinite(rate)), None)


def medium_of(row: Mapping[str, str]) -> str:
    """Name of the medium that a row names for itself, or ""."""
    for name in _MEDIUM:
        path = row.get(name, "").strip()
        if path not in ("Not found", *ABSENT):
            return file_name(path)
    return ""


def columns_of(row: Mapping[str, str]) -> dict[str, Any]:
    """Columns of a bout that BORIS has, and those which only our own export adds."""
    modifiers = [value for name, value in row.items() if name.startswith("Modifier")]
    category = row.get("Behavioral category", "")
    return {
        "video": medium_of(row),
        "category": None if category in ("", "Not defined") else category,
        "modifiers": joined_modifiers(modifiers),
        "target": row.get("target", ""),
        "annotator": row.get("annotator", ""),
        "run_id": row.get("run_id", ""),
        "confidence": number(row.get("confidence", "")),
        "source": row["label_source"] if row.get("label_source") in SOURCES else "import",
    }


def joined_modifiers(chosen: Sequence[str]) -> str:
    """Modifiers as one text, "" if none was chosen; empty sets at the end are left away."""
    chosen = list(chosen)
    while chosen and chosen[-1] in ABSENT:
        chosen.pop()
    return "|".join(chosen)


def unknown_lengths(timelines: Mapping[str, MediaTimeline]) -> list[str]:
    """Sentence on observations whose times cannot be told apart by medium."""
    several = [
        line
        for line in timelines.values()
        if len(line.names) > 1 and not math.isfinite(sum(line.lengths_s[:-1]))
    ]
    if not several:
        return []
    return [
        "the times of observations with several media of unknown length count from the start of "
        f"the first: {len(several)}. Read the .boris project instead, which holds the lengths"
    ]


def _rate(row: Mapping[str, str]) -> str:
    return next((row[name] for name in _RATE if row.get(name)), "")


def _first_player(text: str) -> list[str]:
    """Parts of ``player #1:a.mp4;b.mp4|player #2:c.mp4`` that are of the first player."""
    first = text.split("|player #")[0] if "player #" in text else text.split("|")[0]
    if first.startswith("player #"):
        first = first.partition(":")[2]
    return [part for part in first.split(";") if part not in ABSENT]
