"""DLCAnalyzer label tables: intervals in seconds, several videos and raters. Knows no video."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.io.doors.text_rows import named_rows, number, read_rows
from napari_mousegpt.io.label_formats.bout_rows import bouts_in_seconds, shown
from napari_mousegpt.io.label_formats.frame_clock import make_clock

suffixes = frozenset({".csv", ".txt", ".tsv"})

_HEADER = ["file", "Experimenter", "from", "to", "type", "ID"]


def matches(path: Path) -> bool:
    """Whether the first row has the columns of DLCAnalyzer's label tables."""
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
    """Read bouts; ``video`` is the table's ID, ``annotator`` the experimenter.

    ``observation`` is the file of which the table was made.

    Raises
    ------
    ValueError
        If the columns are missing or no frame rate is known.
    """
    rows = read_rows(path)
    if not _is_header(rows):
        raise ValueError(f"{path.name}: expected columns {_HEADER}, found {rows[:1]}")
    clock, problems = make_clock(path.name, fps=fps, times_s=times_s)
    cells = named_rows(rows)
    videos = list(dict.fromkeys(row["ID"] for row in cells))
    if len(videos) > 1:
        problems.append(
            f"the labels are of {len(videos)} videos ({shown(videos)}); one frame rate was used "
            "for all of them"
        )
    return bouts_in_seconds(
        [
            {
                "video": row["ID"],
                "start_s": number(row["from"]),
                "stop_s": number(row["to"]),
                "behaviour": row["type"],
                "kind": "state",
                "source": "person",
                "annotator": row["Experimenter"],
                "observation": row["file"],
            }
            for row in cells
        ],
        clock,
        problems=problems,
    )


def _is_header(rows: list[list[str]]) -> bool:
    return bool(rows) and [name.strip() for name in rows[0][: len(_HEADER)]] == _HEADER
