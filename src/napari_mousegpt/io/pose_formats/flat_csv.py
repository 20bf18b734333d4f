"""Csv tables of poses with one header row, such as ``nose_x, nose_y, nose_p``. Knows no tool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.io.doors import delimited_text
from napari_mousegpt.io.pose_formats.pose_arrays import single

_HEADER_ROWS = 3


@dataclass(frozen=True, slots=True)
class FlatTable:
    """A table read whole, its columns sorted into poses."""

    keypoints: list[str]
    position: NDArray[np.float32]
    """Shape (time, space, keypoint)."""
    confidence: NDArray[np.float32]
    """Shape (time, keypoint)."""
    frames: NDArray[np.float64] | None
    """The column of frame numbers, where there is one."""


@dataclass(frozen=True, slots=True)
class FlatHeader:
    """The row of names; empty where there is none."""

    columns: list[str]
    keypoints: list[str]
    skip_rows: int
    """How many rows end with the names."""


def find_header(path: Path, endings: Sequence[str]) -> FlatHeader:
    """Look in the first rows for keypoints that have a column with each of the endings.

    Raises
    ------
    ValueError
        If the file is no text with lines of a sane length.
    OSError
        If it cannot be read.
    """
    for number, row in enumerate(delimited_text.first_rows(path, _HEADER_ROWS), start=1):
        columns = [cell.strip() for cell in row]
        known = set(columns)
        starts = [name.removesuffix(endings[0]) for name in columns if name.endswith(endings[0])]
        keypoints = [start for start in starts if all(start + end in known for end in endings)]
        if any(keypoints):
            return FlatHeader(columns, list(filter(None, keypoints)), number)
    return FlatHeader([], [], 0)


def read_flat(
    path: Path,
    *,
    endings: Sequence[str],
    space: Sequence[str],
    confidence: str,
    frame_columns: Sequence[str],
) -> FlatTable:
    """Read a table.

    Parameters
    ----------
    path
        Comma-separated text.
    endings
        What the columns of each keypoint end with.
    space
        Those of them that hold coordinates, in order.
    confidence
        The one that holds confidences.
    frame_columns
        Names that the column of frame numbers may have.

    Raises
    ------
    ValueError
        If no keypoint has all columns, or the table holds anything but numbers.
    OSError
        If it cannot be read.
    """
    header = find_header(path, endings)
    columns, keypoints = header.columns, header.keypoints
    if not keypoints:
        wanted = ", ".join(f"nose{end}" for end in endings)
        raise ValueError(f"{path.name}: expected columns such as {wanted}, found none")
    place = {name: k for k, name in enumerate(columns)}
    coordinates = [place[keypoint + end] for end in space for keypoint in keypoints]
    scores = [place[keypoint + confidence] for keypoint in keypoints]
    frame_column = next((place[name] for name in frame_columns if name in place), None)
    positions, confidences, frames = [], [], []
    for block in delimited_text.blocks(path, skip_rows=header.skip_rows, n_columns=len(columns)):
        numbers = block.numbers
        positions.append(single(numbers[:, coordinates]))
        confidences.append(single(numbers[:, scores]))
        if frame_column is not None:
            frames.append(numbers[:, frame_column].copy())
    position = np.concatenate(positions)
    return FlatTable(
        keypoints=keypoints,
        position=position.reshape(len(position), len(space), len(keypoints)),
        confidence=np.concatenate(confidences),
        frames=np.concatenate(frames) if frames else None,
    )
