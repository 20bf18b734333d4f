"""PoseR's ``_classification.csv``: bouts in frames. Knows no video."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.io.doors.text_rows import named_rows, number, read_rows
from napari_mousegpt.io.label_formats.bout_rows import bouts_in_frames, whole_frames

suffixes = frozenset({".csv"})

HEADER = ["individual", "nbehaviour", "start", "stop", "behaviour"]
FILE_END = "_classification.csv"
"""PoseR writes ``VIDEO_classification.csv``."""


def matches(path: Path) -> bool:
    """Whether the first row has PoseR's columns, behind that of the row number or without."""
    try:
        rows = read_rows(path, 1)
    except (OSError, ValueError):
        return False
    return bool(rows) and rows[0] in (HEADER, ["", *HEADER])


def read(
    path: Path,
    *,
    fps: float | None = None,
    times_s: NDArray[np.floating] | None = None,
) -> pd.DataFrame:
    """Read bouts. The file holds half-open frames; ``fps`` and ``times_s`` change nothing.

    Raises
    ------
    ValueError
        If the columns are missing.
    """
    rows = read_rows(path)
    if not rows or rows[0] not in (HEADER, ["", *HEADER]):
        raise ValueError(f"{path.name}: expected columns {HEADER}, found {rows[:1]}")
    cells = named_rows(rows)
    video = path.name.removesuffix(FILE_END) if path.name.endswith(FILE_END) else ""
    starts = whole_frames(np.array([number(row["start"]) for row in cells], np.float64))
    stops = whole_frames(np.array([number(row["stop"]) for row in cells], np.float64))
    return bouts_in_frames(
        [
            {"video": video, "individual": row["individual"], "behaviour": row["behaviour"]}
            for row in cells
        ],
        starts,
        stops,
    )
