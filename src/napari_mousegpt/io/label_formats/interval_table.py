"""Plain tables with a start, a stop and a behaviour in each row: csv, tsv, xlsx and Parquet.

Our own export is one, and so are MABe's annotations. Columns are found by their names, or the
caller says which is which. Knows no video.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.datamodel.bouts import BOUTS, SOURCES
from napari_mousegpt.io.doors.parquet_rows import is_parquet, parquet_rows
from napari_mousegpt.io.doors.text_rows import number, read_rows
from napari_mousegpt.io.label_formats.bout_rows import (
    Row,
    bouts_in_frames,
    bouts_in_seconds,
    whole_frames,
)
from napari_mousegpt.io.label_formats.frame_clock import make_clock

suffixes = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".parquet"})

NAMES: dict[str, tuple[str, ...]] = {
    "video": ("video", "video_id", "video_name", "video_file", "media"),
    "individual": ("individual", "subject", "animal", "agent", "agent_id", "mouse"),
    "behaviour": ("behaviour", "behavior", "action", "label", "behaviour_name", "behavior_name"),
    "target": ("target", "target_id"),
    "start": ("start", "begin", "onset"),
    "stop": ("stop", "end", "offset"),
}
"""Names of columns, in lower case and with underscores."""
FRAME_ENDINGS = ("_frame", "_frames", "frame")
SECOND_ENDINGS = ("_s", "_sec", "_seconds", "_time", "_(s)", "_time_s", "_time_(s)")
_OTHERS_FORMATS = ({"nbehaviour"}, {"Behavior type"}, {"Experimenter"})
"""Columns by which tables of other readers are told."""


def matches(path: Path) -> bool:
    """Whether the first row names a start, a stop and a behaviour, and no other reader's."""
    try:
        header = _rows(path, 1)
    except (OSError, ValueError):
        return False
    if not header or any(others <= set(header[0]) for others in _OTHERS_FORMATS):
        return False
    return {"start", "stop", "behaviour"} <= set(find_columns(header[0]))


def read(
    path: Path,
    *,
    fps: float | None = None,
    times_s: NDArray[np.floating] | None = None,
    columns: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Read bouts.

    Start and stop are frames or seconds as their names say (``start_frame``, ``start_s``); if
    they do not say, whole numbers are frames and others seconds. Frames are half-open.

    Parameters
    ----------
    path
        Of the file.
    fps, times_s
        Of the video, for times in seconds.
    columns
        Column of the file for each of ``video``, ``individual``, ``start``, ``stop``,
        ``behaviour``, ``target`` and so on, where names are not to be guessed.

    Raises
    ------
    ValueError
        If columns are missing, or times are in seconds and no frame rate is known.
    """
    rows = _rows(path, None)
    header = rows[0] if rows else []
    found = find_columns(header) | _positions(header, columns or {}, path.name)
    if missing := {"start", "stop", "behaviour"} - set(found):
        raise ValueError(
            f"{path.name}: expected columns for {', '.join(sorted(missing))}, found "
            f"{', '.join(header) or 'none'}. Name them (columns=...)."
        )
    body = [row for row in rows[1:] if any(row)]
    bouts = [_bout(header, row, found) for row in body]
    starts, stops = (
        np.array([number(_cell(row, found[name])) for row in body], np.float64)
        for name in ("start", "stop")
    )
    in_seconds, problems = _unit(header, found, starts, stops)
    if not in_seconds:
        return bouts_in_frames(bouts, whole_frames(starts), whole_frames(stops), problems=problems)
    clock, notes = make_clock(path.name, fps=fps, times_s=times_s)
    for bout, start_s, stop_s in zip(bouts, starts.tolist(), stops.tolist(), strict=True):
        bout |= {"start_s": start_s, "stop_s": stop_s}
    return bouts_in_seconds(bouts, clock, problems=[*problems, *notes])


def find_columns(header: Sequence[str]) -> dict[str, int]:
    """Positions of the columns of a bout, as far as their names say; the first of several."""
    found: dict[str, int] = {}
    for position, name in enumerate(header):
        plain = "_".join(name.strip().lower().split())
        for column, names in NAMES.items():
            endings = FRAME_ENDINGS + SECOND_ENDINGS if column in ("start", "stop") else ()
            if plain in names or any(plain == one + end for one in names for end in endings):
                found.setdefault(column, position)
        if plain in BOUTS:
            found[plain] = position
    return found


def _rows(path: Path, n_rows: int | None) -> list[list[str]]:
    return parquet_rows(path, n_rows) if is_parquet(path) else read_rows(path, n_rows)


def _positions(header: Sequence[str], columns: Mapping[str, str], name: str) -> dict[str, int]:
    if absent := [column for column in columns.values() if column not in header]:
        raise ValueError(f"{name}: there is no column {absent[0]!r}; it has {', '.join(header)}")
    return {column: header.index(its_name) for column, its_name in columns.items()}


def _bout(header: Sequence[str], row: Sequence[str], found: Mapping[str, int]) -> Row:
    bout: Row = {
        name: _cell(row, position)
        for position, name in enumerate(header)
        if position not in found.values() and name not in BOUTS and name
    }
    for column, position in found.items():
        if column not in ("start", "stop"):
            bout[column] = _cell(row, position)
    if "confidence" in bout:
        bout["confidence"] = number(bout["confidence"])
    if "source" in bout and bout["source"] not in SOURCES:  # another meaning of the word
        bout["origin"] = bout.pop("source")
    return bout


def _cell(row: Sequence[str], position: int) -> str:
    return row[position] if position < len(row) else ""


def _unit(
    header: Sequence[str],
    found: Mapping[str, int],
    starts: NDArray[np.float64],
    stops: NDArray[np.float64],
) -> tuple[bool, list[str]]:
    """Whether times are seconds, with a sentence where that was concluded from the values."""
    name = header[found["stop"]].strip()
    plain = "_".join(name.lower().split())
    if plain.endswith(FRAME_ENDINGS):
        return False, [f"{name!r} was taken as the first frame after the bout"]
    if plain.endswith(SECOND_ENDINGS):
        return True, []
    values = np.concatenate((starts, stops))
    if (values[np.isfinite(values)] % 1 == 0).all():
        return False, []
    return True, ["start and stop are not all whole numbers: taken as seconds"]
