"""Solomon Coder tables: a row for each moment, a column for each group of behaviours.

A cell names the behaviour of its group at that time, or is empty. Knows no video.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.io.doors.text_rows import number, read_rows
from napari_mousegpt.io.label_formats.bout_rows import Row, bouts_in_seconds
from napari_mousegpt.io.label_formats.frame_clock import make_clock
from napari_mousegpt.io.label_formats.frame_runs import runs_of

suffixes = frozenset({".csv", ".txt", ".tsv"})

_ROWS_LOOKED_AT = 50
_BEHAVIOUR = ("behaviour", "behavior")


def matches(path: Path) -> bool:
    """Whether rows of rising time, the first 0, hold a column of behaviour names or nothing."""
    try:
        rows = read_rows(path, _ROWS_LOOKED_AT)
    except (OSError, ValueError):
        return False
    if len(rows) < 3 or not _is_header(rows[0]):
        return False
    times_s = np.array([number(row[0]) if row else np.nan for row in rows[1:]], np.float64)
    cells = [cell for row in rows[1:] for cell in row[1:] if cell.strip()]
    return bool(
        times_s[0] == 0
        and (np.diff(times_s) > 0).all()
        and all(np.isnan(number(cell)) for cell in cells)
    )


def read(
    path: Path,
    *,
    fps: float | None = None,
    times_s: NDArray[np.floating] | None = None,
) -> pd.DataFrame:
    """Read bouts; a row lasts until the next one's time. ``category`` is the column.

    Raises
    ------
    ValueError
        If the file is not of this format or no frame rate is known.
    """
    rows = [row for row in read_rows(path) if any(cell.strip() for cell in row)]
    if len(rows) < 3 or not _is_header(rows[0]):
        raise ValueError(
            f"{path.name}: expected the columns Time and Behaviour and at least two rows"
        )
    clock, problems = make_clock(path.name, fps=fps, times_s=times_s)
    row_s = np.array([number(row[0]) for row in rows[1:]], np.float64)
    if not (np.isfinite(row_s).all() and (np.diff(row_s) > 0).all()):
        raise ValueError(f"{path.name}: expected times that increase from row to row")
    edges_s = np.append(row_s, row_s[-1] + np.median(np.diff(row_s)))
    bouts = [
        bout
        for column, category in enumerate(rows[0])
        if column
        for bout in _bouts([row[column : column + 1] for row in rows[1:]], category, edges_s)
    ]
    return bouts_in_seconds(bouts, clock, problems=problems)


def _bouts(cells: Sequence[list[str]], category: str, edges_s: NDArray[np.float64]) -> list[Row]:
    names = np.array([cell[0].strip() if cell else "" for cell in cells], object)
    starts, stops = runs_of(names)
    return [
        {
            "start_s": edges_s[start],
            "stop_s": edges_s[stop],
            "behaviour": names[start],
            "kind": "state",
            "source": "person",
            "category": category.strip(),
        }
        for start, stop in zip(starts, stops, strict=True)
        if names[start]
    ]


def _is_header(row: Sequence[str]) -> bool:
    names = [name.strip().lower() for name in row]
    return bool(names) and names[0] == "time" and any(name in _BEHAVIOUR for name in names[1:])
