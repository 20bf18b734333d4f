"""BORIS events, one row for each start, stop and point. Knows the headers of BORIS 2 to 9.

Up to version 7 a list of facts about the observation stands above the header; from version 8 on
each row repeats them. BORIS exports to csv, tsv and xlsx.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.io.doors.text_rows import named_rows, number, read_rows
from napari_mousegpt.io.label_formats.boris_media import rows_of
from napari_mousegpt.io.label_formats.boris_tables import (
    OBSERVATION,
    columns_of,
    first_rate,
    own_rates,
    timelines_of,
    unknown_lengths,
)
from napari_mousegpt.io.label_formats.bout_rows import bouts_in_seconds, one_kind_each
from napari_mousegpt.io.label_formats.media_clocks import clocks_of
from napari_mousegpt.io.label_formats.state_pairs import Event, Status, pair

suffixes = frozenset({".csv", ".tsv", ".txt", ".xlsx"})

FACTS_ROWS = 200
"""How far down the header may stand."""
_STATUS = ("Behavior type", "Status")
_FACTS = (OBSERVATION, "Time offset (s)")


def matches(path: Path) -> bool:
    """Whether a header of BORIS events stands within the first rows."""
    try:
        return header_position(read_rows(path, FACTS_ROWS)) is not None
    except (OSError, ValueError):
        return False


def read(
    path: Path,
    *,
    fps: float | None = None,
    times_s: NDArray[np.floating] | None = None,
) -> pd.DataFrame:
    """Read bouts; starts and stops are paired by observation, subject, behaviour, modifiers.

    ``category``, ``modifiers``, ``comment_stop`` and ``observation`` are further columns.

    Raises
    ------
    ValueError
        If the table is not one of BORIS' or no frame rate is known.
    """
    rows = read_rows(path)
    position = header_position(rows)
    if position is None:
        raise ValueError(
            f"{path.name}: expected a row with Time, Behavior and Behavior type or Status, found "
            "none. Export the events from BORIS as tabular events."
        )
    facts = {row[0].strip(): row[1].strip() for row in rows[:position] if len(row) > 1}
    above = {name: facts[name] for name in _FACTS if name in facts}
    cells = [above | row for row in named_rows(rows[position:])]
    events, odd = _events(cells)
    timelines, rates = timelines_of(cells), own_rates(cells)
    ends = _last_times(events)
    for observation, timeline in timelines.items():
        if math.isfinite(timeline.end_s):
            ends[observation] = timeline.end_s
    intervals, unpaired = pair(events, ends)
    placed, past_end = rows_of(intervals, timelines)
    clocks, no_clock = clocks_of(path.name, placed, rates, fps=fps, times_s=times_s)
    return bouts_in_seconds(
        [row for row in placed if row["video"] in clocks],
        clocks,
        problems=[*odd, *unpaired, *past_end, *no_clock, *unknown_lengths(timelines)],
        ethogram=one_kind_each(placed),
        fps=first_rate(rates),
    )


def header_position(rows: list[list[str]]) -> int | None:
    """Row of the header, None if there is none."""
    for position, row in enumerate(rows[:FACTS_ROWS]):
        names = {name.strip() for name in row}
        if {"Time", "Behavior"} <= names and names & set(_STATUS):
            return position
    return None


def _events(cells: Sequence[dict[str, str]]) -> tuple[list[Event], list[str]]:
    events: list[Event] = []
    n_odd = 0
    for row in cells:
        status = next((row[name] for name in _STATUS if row.get(name)), "POINT").strip().upper()
        if status not in ("START", "STOP", "POINT"):
            n_odd += 1
            continue
        columns = columns_of(row)
        events.append(
            Event(
                time_s=number(row["Time"]),
                status=cast(Status, status),
                behaviour=row["Behavior"],
                subject=row.get("Subject", ""),
                modifiers=columns["modifiers"],
                observation=row.get(OBSERVATION, ""),
                comment=row.get("Comment", ""),
                columns=columns,
            )
        )
    return events, [f"rows that are neither start, stop nor point, left out: {n_odd}"] * bool(n_odd)


def _last_times(events: Sequence[Event]) -> dict[str, float]:
    last_s: dict[str, float] = {}
    for event in events:
        if math.isfinite(event.time_s):
            before_s = last_s.get(event.observation, event.time_s)
            last_s[event.observation] = max(before_s, event.time_s)
    return last_s
