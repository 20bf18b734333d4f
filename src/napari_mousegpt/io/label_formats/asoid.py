"""A-SOiD labels: a number per frame, several sequences below each other. Knows no video."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.io.doors.delimited_text import blocks, first_rows
from napari_mousegpt.io.label_formats.assessed_spans import span
from napari_mousegpt.io.label_formats.bout_rows import bouts_in_frames
from napari_mousegpt.io.label_formats.frame_runs import runs_of

suffixes = frozenset({".csv"})

HEADER = ["sequence number", "annotation"]
_LARGEST = 1 << 31


def matches(path: Path) -> bool:
    """Whether the first row is A-SOiD's."""
    try:
        return first_rows(path, 1) == [HEADER]
    except (OSError, ValueError):
        return False


def read(
    path: Path,
    *,
    fps: float | None = None,
    times_s: NDArray[np.floating] | None = None,
) -> pd.DataFrame:
    """Read bouts. The file holds frames; ``fps`` and ``times_s`` change nothing.

    The k-th row of a sequence is its frame k. ``video`` is the number of the sequence, the
    behaviour the number of the class, since the file names neither.

    Raises
    ------
    ValueError
        If the file is not of this format.
    """
    if not matches(path):
        raise ValueError(f"{path.name}: expected the columns {', '.join(HEADER)}")
    parts = [block.numbers for block in blocks(path, skip_rows=1, n_columns=2)]
    values = np.concatenate([np.zeros((0, 2)), *parts])
    if not ((np.abs(values) < _LARGEST) & (values == np.floor(values))).all():
        raise ValueError(f"{path.name}: expected whole numbers, found others")
    sequences, classes = values.astype(np.int64).T
    frames = _position_within(sequences)
    starts, stops = runs_of(sequences * 2 * _LARGEST + classes)
    return bouts_in_frames(
        [
            {"video": f"sequence {sequence}", "behaviour": str(label), "kind": "state"}
            for sequence, label in zip(sequences[starts], classes[starts], strict=True)
        ],
        frames[starts],
        frames[stops - 1] + 1,
        problems=["the file numbers its behaviours and videos without naming them"],
        ethogram=[{"name": str(label), "kind": "state"} for label in np.unique(classes)],
        assessed=[
            span(0, count, video=f"sequence {sequence}")
            for sequence, count in zip(*np.unique(sequences, return_counts=True), strict=True)
        ],
    )


def _position_within(sequences: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many rows of the same sequence stand above each row."""
    order = np.argsort(sequences, kind="stable")
    _, first, count = np.unique(sequences[order], return_index=True, return_counts=True)
    positions = np.empty_like(sequences)
    positions[order] = np.arange(len(sequences)) - np.repeat(first, count)
    return positions
