"""Tables with a row for each frame and a column of 0 and 1 for each behaviour. Knows no video.

DeepEthogram writes such files, and so do several others. Several behaviours may be 1 at once; -1
means that nobody looked.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.io.doors.delimited_text import blocks, first_rows
from napari_mousegpt.io.label_formats import asoid
from napari_mousegpt.io.label_formats.assessed_spans import Span, spans_of_columns
from napari_mousegpt.io.label_formats.bout_rows import Row, bouts_in_frames, bouts_in_seconds
from napari_mousegpt.io.label_formats.frame_clock import LARGEST_S, FrameClock, make_clock
from napari_mousegpt.io.label_formats.frame_runs import runs_of
from napari_mousegpt.io.pose_formats.frame_numbers import from_numbers

suffixes = frozenset({".csv"})

LABELS_LIMIT = 2_000_000_000
"""Frames times behaviours of one file."""
_ROWS_LOOKED_AT = 50
_INDEX_NAMES = ("", "frame", "frames", "frame_id", "frame_number", "index", "unnamed: 0")
_TIME_NAMES = ("time", "time (s)", "time_s")
_VALUES = ("0", "1", "-1", "0.0", "1.0", "-1.0", "")


def matches(path: Path) -> bool:
    """Whether the first rows hold only 0 and 1 below names, but for a column that counts."""
    try:
        rows = first_rows(path, _ROWS_LOOKED_AT)
    except (OSError, ValueError):
        return False
    if len(rows) < 2:
        return False
    header, body = rows[0], rows[1:]
    first = 1 if _counts(header[0]) else 0
    named = len(header) > first and all(name.strip() for name in header[first:])
    return (
        named
        and header != asoid.HEADER
        and not any(is_binary([name]) for name in header[first:])
        and all(len(row) == len(header) for row in body)
        and all(is_binary(row[first:]) and any(row[first:]) for row in body)
    )


def read(
    path: Path,
    *,
    fps: float | None = None,
    times_s: NDArray[np.floating] | None = None,
) -> pd.DataFrame:
    """Read bouts. If the first column counts seconds, a row lasts until the next one's time.

    Raises
    ------
    ValueError
        If a value is not 0, 1 or -1, or rows have times and no frame rate is known.
    """
    header = (first_rows(path, 1) or [[]])[0]
    if not header:
        raise ValueError(f"{path.name}: expected a header with the names of behaviours, found none")
    first = 1 if _counts(header[0]) else 0
    behaviours = [name.strip() for name in header[first:]]
    counts, values = _columns(path, len(header), first)
    problems = []
    if (unseen := (values == -1).any(axis=1).sum()) > 0:
        problems.append(f"frames marked as not labelled, which is not free of behaviour: {unseen}")
    ethogram = [{"name": name, "kind": "state"} for name in behaviours]
    if first and header[0].strip().lower() in _TIME_NAMES:
        clock, notes = make_clock(path.name, fps=fps, times_s=times_s)
        edges_s = _edges_s(counts)
        return bouts_in_seconds(
            _rows_in_seconds(behaviours, values, edges_s),
            clock,
            problems=[*problems, *notes],
            ethogram=ethogram,
            assessed=_in_seconds(
                spans_of_columns(behaviours, values != -1, np.arange(len(values))), edges_s, clock
            ),
        )
    frames, notes = from_numbers(counts) if first else (None, [])
    frames = np.arange(len(values)) if frames is None else frames
    rows, starts, stops = bouts_of_columns(behaviours, values == 1, frames)
    return bouts_in_frames(
        rows,
        starts,
        stops,
        problems=[*problems, *notes],
        ethogram=ethogram,
        assessed=spans_of_columns(behaviours, values != -1, frames),
    )


def bouts_of_columns(
    behaviours: Sequence[str], labels: NDArray[np.bool_], frames: NDArray[np.int64]
) -> tuple[list[Row], NDArray[np.int64], NDArray[np.int64]]:
    """Cut labels per frame into bouts.

    Parameters
    ----------
    behaviours
        One for each column.
    labels
        Shape (rows, behaviours).
    frames
        Frame of each row, increasing; where one is missing, bouts end.

    Returns
    -------
    rows, starts, stops
        As for `bouts_in_frames`.
    """
    part = np.concatenate(([0], np.cumsum(np.diff(frames) != 1))) if len(frames) else frames
    rows: list[Row] = []
    starts, stops = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for column, behaviour in enumerate(behaviours):
        begins, ends = runs_of(np.where(labels[:, column], part, -1))
        present = labels[begins, column]
        rows += [{"behaviour": behaviour, "kind": "state"}] * int(present.sum())
        starts.append(frames[begins[present]])
        stops.append(frames[ends[present] - 1] + 1)
    return rows, np.concatenate(starts), np.concatenate(stops)


def is_binary(cells: Sequence[str]) -> bool:
    """Whether these cells hold 0, 1, -1 or nothing."""
    return all(cell.strip() in _VALUES for cell in cells)


def _counts(name: str) -> bool:
    return name.strip().lower() in (*_INDEX_NAMES, *_TIME_NAMES)


def _columns(path: Path, n_columns: int, first: int) -> tuple[NDArray, NDArray[np.int8]]:
    """Column that counts, or an empty one, and the labels, -1 where there is none."""
    counts, labels = [np.zeros(0)], [np.zeros((0, n_columns - first), np.int8)]
    n_labels = 0
    for block in blocks(path, skip_rows=1, n_columns=n_columns):
        values = np.nan_to_num(block.numbers[:, first:], nan=-1.0, posinf=2.0, neginf=2.0)
        if not np.isin(values, (-1, 0, 1)).all():
            odd = values[~np.isin(values, (-1, 0, 1))][0]
            raise ValueError(f"{path.name}: expected 0, 1 or -1 for each frame, found {odd:g}")
        n_labels += values.size
        if n_labels > LABELS_LIMIT:
            raise ValueError(f"{path.name}: expected at most {LABELS_LIMIT} labels, found more")
        labels.append(values.astype(np.int8))
        if first:
            counts.append(block.numbers[:, 0])
    return np.concatenate(counts), np.concatenate(labels)


def _edges_s(row_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """When each row begins, and the end of the last; shape (rows + 1,)."""
    if len(row_s) < 2 or not (np.abs(row_s) <= LARGEST_S).all() or not (np.diff(row_s) > 0).all():
        raise ValueError("expected times that increase from row to row, found others")
    return np.append(row_s, row_s[-1] + np.median(np.diff(row_s)))


def _in_seconds(
    spans: Sequence[Span], edges_s: NDArray[np.float64], clock: FrameClock
) -> list[Span]:
    """Spans of rows as spans of frames."""
    frames = np.maximum(clock.frames(np.minimum(edges_s, LARGEST_S)), 0)
    return [
        one | {"start": int(frames[one["start"]]), "stop": int(frames[one["stop"]])}
        for one in spans
    ]


def _rows_in_seconds(
    behaviours: Sequence[str], values: NDArray[np.int8], edges_s: NDArray[np.float64]
) -> list[Row]:
    rows, starts, stops = bouts_of_columns(behaviours, values == 1, np.arange(len(values)))
    return [
        row | {"start_s": edges_s[start], "stop_s": edges_s[stop]}
        for row, start, stop in zip(rows, starts, stops, strict=True)
    ]
