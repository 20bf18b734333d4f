"""SimBA's ``targets_inserted``: poses, features and, last, a column of 0 and 1 per behaviour.

The file does not say which columns are behaviours: the last ones that hold only 0 and 1 are taken,
and named in a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.io.doors.delimited_text import blocks, first_rows
from napari_mousegpt.io.label_formats.assessed_spans import whole
from napari_mousegpt.io.label_formats.bout_rows import bouts_in_frames, shown
from napari_mousegpt.io.label_formats.frame_columns import bouts_of_columns, is_binary

suffixes = frozenset({".csv"})

_ROWS_LOOKED_AT = 30
_POSE_PARTS = ("_x", "_y", "_p")
_FEATURE = re.compile(
    r"(?i).*_(x|y|p)|(low_prob|sum_prob|probability_|unnamed).*|.*(_percentile_rank|_deviation)"
)
"""Names of columns that SimBA computes and that may hold only 0 and 1 for a while."""


def matches(path: Path) -> bool:
    """Whether there are SimBA's pose columns and, as the last one, a behaviour."""
    try:
        rows = first_rows(path, _ROWS_LOOKED_AT)
    except (OSError, ValueError):
        return False
    return len(rows) > 1 and _has_poses(rows[0]) and bool(_candidates(rows))


def read(
    path: Path,
    *,
    fps: float | None = None,
    times_s: NDArray[np.floating] | None = None,
) -> pd.DataFrame:
    """Read bouts; row k is frame k. ``fps`` and ``times_s`` change nothing.

    Raises
    ------
    ValueError
        If there is no column of behaviours, or the file is no table of numbers.
    """
    rows = first_rows(path, _ROWS_LOOKED_AT)
    columns = _candidates(rows) if len(rows) > 1 and _has_poses(rows[0]) else []
    if not columns:
        raise ValueError(
            f"{path.name}: expected SimBA's pose columns and, last, columns of 0 and 1, found "
            "none. Choose a file from the folder targets_inserted."
        )
    labels = [np.zeros((0, len(columns)), bool)]
    for block in blocks(path, skip_rows=1, n_columns=len(rows[0])):
        values = block.numbers[:, columns]
        binary = np.isin(values, (0, 1)).all(axis=0)
        if not binary.all():  # only what stands behind the last column that is no behaviour
            behind = int(np.flatnonzero(~binary)[-1]) + 1
            columns, labels = columns[behind:], [part[:, behind:] for part in labels]
            values = values[:, behind:]
        labels.append(values == 1)
    if not columns:
        raise ValueError(f"{path.name}: expected the last column to hold only 0 and 1")
    behaviours = [rows[0][column] for column in columns]
    shown_at = np.concatenate(labels)
    bouts, starts, stops = bouts_of_columns(behaviours, shown_at, np.arange(len(shown_at)))
    return bouts_in_frames(
        bouts,
        starts,
        stops,
        problems=[f"taken as behaviours, for holding only 0 and 1: {shown(behaviours)}"],
        ethogram=[{"name": name, "kind": "state"} for name in behaviours],
        assessed=whole(len(shown_at)),
    )


def _has_poses(header: Sequence[str]) -> bool:
    """Whether the first columns, behind one that counts or not, are x, y and p of a keypoint."""
    for first in (0, 1):
        three = header[first : first + 3]
        endings = [name[-2:].lower() for name in three]
        if endings == list(_POSE_PARTS) and len({name[:-2] for name in three}) == 1:
            return True
    return False


def _candidates(rows: Sequence[Sequence[str]]) -> list[int]:
    """Last columns that hold only 0 and 1 in the first rows and are no known feature."""
    header, body = rows[0], rows[1:]
    if any(len(row) != len(header) for row in body):
        return []
    columns: list[int] = []
    for column in range(len(header) - 1, -1, -1):
        cells = [row[column] for row in body]
        if _FEATURE.fullmatch(header[column]) or not is_binary(cells) or "" in cells:
            break
        columns.insert(0, column)
    return columns
