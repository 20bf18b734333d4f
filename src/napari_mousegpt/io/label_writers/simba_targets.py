"""Bouts as SimBA's ``targets_inserted``: columns of 0 and 1 behind its features. Knows no video."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.io.durable import replace_file
from napari_mousegpt.io.label_writers.what_is_lost import lost_columns, only_video

_FORBIDDEN = (",", '"', "\n", "\r")


def write(
    bouts: pd.DataFrame,
    path: Path,
    *,
    features: Path | None = None,
    n_frames: int | None = None,
    behaviours: Sequence[str] = (),
) -> list[str]:
    """Write a column of 0 and 1 for each behaviour.

    Parameters
    ----------
    bouts
        Bout table of one video.
    path
        Of the csv file, in SimBA's folder ``targets_inserted``.
    features
        SimBA's file for the same video in ``features_extracted``; its columns come first,
        character by character. Without it only the frame number does.
    n_frames
        Frames of the video; as many as ``features`` has rows, or up to the last bout, if None.
    behaviours
        SimBA's classifiers, each a column even if it does not occur.

    Returns
    -------
    list of str
        What SimBA cannot hold.

    Raises
    ------
    ValueError
        If the bouts are of several videos, or rows and frames differ.
    OSError
        If a file cannot be read or written.
    """
    only_video(bouts, "a SimBA file")
    names = list(dict.fromkeys([*behaviours, *bouts["behaviour"]]))
    for name in names:
        if any(character in name for character in _FORBIDDEN):
            raise ValueError(f"SimBA's columns take no commas, quotes or lines: rename {name!r}")
    last = int(bouts["stop"].max()) if len(bouts) else 0
    length = max(last, n_frames or 0)
    labels = np.zeros((length, len(names)), np.int8)
    for start, stop, name in zip(bouts["start"], bouts["stop"], bouts["behaviour"], strict=True):
        labels[start:stop, names.index(name)] = 1
    lines = _rows_of(features) if features else _numbered(n_frames or last)

    def fill(beside: Path) -> None:
        with beside.open("w", encoding="utf-8", newline="") as file:
            _append_columns(file, lines, names, labels, features or path, n_frames)

    replace_file(path, fill)
    lost = lost_columns(bouts, (), "SimBA")
    if bouts["individual"].nunique() > 1:
        lost.append("SimBA's columns are of the whole video: the individuals were put together")
    if n_joined := len(bouts) - _n_runs(labels):
        lost.append(f"{n_joined} bouts touch another one of their behaviour: joined")
    return lost


def _append_columns(
    file: io.TextIOBase,
    lines: Iterator[str],
    names: Sequence[str],
    labels: NDArray[np.int8],
    source: Path,
    n_frames: int | None,
) -> None:
    file.write(",".join([next(lines, ""), *names]) + "\n")
    n_rows = 0
    for n_rows, line in enumerate(lines, 1):
        row = labels[n_rows - 1] if n_rows <= len(labels) else np.zeros(len(names), np.int8)
        file.write(",".join([line, *map(str, row.tolist())]) + "\n")
    if n_rows < len(labels) or (n_frames is not None and n_rows != n_frames):
        raise ValueError(
            f"{source.name}: expected a row for each of the {len(labels)} frames, found {n_rows}. "
            "Check that features and labels are of the same video."
        )


def _rows_of(features: Path) -> Iterator[str]:
    with features.open(encoding="utf-8-sig", newline="") as file:
        for line in file:
            if line.strip():
                yield line.rstrip("\r\n")


def _numbered(n_frames: int) -> Iterator[str]:
    yield ""
    yield from map(str, range(n_frames))


def _n_runs(labels: NDArray[np.int8]) -> int:
    before = np.vstack((np.zeros((1, labels.shape[1]), np.int8), labels[:-1]))
    return int(((labels == 1) & (before == 0)).sum())
