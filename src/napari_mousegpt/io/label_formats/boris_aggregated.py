"""BORIS aggregated events, one row for each state or point. Knows the headers of BORIS 2 to 9."""

from __future__ import annotations

from pathlib import Path

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
from napari_mousegpt.io.label_formats.state_pairs import Event, Interval

suffixes = frozenset({".csv", ".tsv", ".txt", ".xlsx"})

_HEADER = {"Behavior", "Behavior type", "Start (s)", "Stop (s)"}


def matches(path: Path) -> bool:
    """Whether the first row is a header of BORIS aggregated events."""
    try:
        return _is_header(read_rows(path, 1))
    except (OSError, ValueError):
        return False


def read(
    path: Path,
    *,
    fps: float | None = None,
    times_s: NDArray[np.floating] | None = None,
) -> pd.DataFrame:
    """Read bouts, with ``category``, ``modifiers``, ``comment_stop`` and ``observation``.

    Raises
    ------
    ValueError
        If the table is not one of BORIS' or no frame rate is known.
    """
    rows = read_rows(path)
    if not _is_header(rows):
        raise ValueError(
            f"{path.name}: expected columns {sorted(_HEADER)}, found {rows[0] if rows else []}. "
            "Export the events from BORIS as aggregated events."
        )
    cells = named_rows(rows)
    timelines, rates = timelines_of(cells), own_rates(cells)
    intervals = [_interval(row) for row in cells]
    placed, past_end = rows_of(intervals, timelines)
    clocks, no_clock = clocks_of(path.name, placed, rates, fps=fps, times_s=times_s)
    return bouts_in_seconds(
        [row for row in placed if row["video"] in clocks],
        clocks,
        problems=[*past_end, *no_clock, *unknown_lengths(timelines)],
        ethogram=one_kind_each(placed),
        fps=first_rate(rates),
    )


def _is_header(rows: list[list[str]]) -> bool:
    return bool(rows) and {name.strip() for name in rows[0]} >= _HEADER


def _interval(row: dict[str, str]) -> Interval:
    columns = columns_of(row)
    is_point = row["Behavior type"].strip().upper() == "POINT"
    start_s = number(row["Start (s)"])
    first = Event(
        time_s=start_s,
        status="POINT" if is_point else "START",
        behaviour=row["Behavior"],
        subject=row.get("Subject", ""),
        modifiers=columns["modifiers"],
        observation=row.get(OBSERVATION, ""),
        comment=row.get("Comment start", ""),
        columns=columns,
    )
    stop_s = start_s if is_point else number(row["Stop (s)"])
    return Interval(first, stop_s, row.get("Comment stop", ""))
