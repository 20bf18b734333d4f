"""DeepLabCut output and labels: .h5 and .csv, one or many animals, 2D and 3D. Knows no video.

Lightning Pose writes the same csv.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.io.doors.safe_h5 import open_h5
from napari_mousegpt.io.pose_formats import frame_numbers
from napari_mousegpt.io.pose_formats.deeplabcut_columns import Columns, arrange, plan_columns
from napari_mousegpt.io.pose_formats.deeplabcut_csv import read_header, row_blocks
from napari_mousegpt.io.pose_formats.deeplabcut_h5 import find_tables, stored_table
from napari_mousegpt.io.pose_formats.individuals import individual_names
from napari_mousegpt.io.pose_formats.keypoint_names import WORLD_PROBLEM

suffixes = frozenset({".h5", ".hdf5", ".csv"})

Arrays = tuple[NDArray[np.float32], NDArray[np.float32]]
RowLabels = Sequence[str] | NDArray


def matches(path: Path) -> bool:
    """Look at the header only. Return False for anything unexpected."""
    try:
        if path.suffix.lower() == ".csv":
            return read_header(path) is not None
        with open_h5(path) as file:
            return bool(find_tables(file))
    except (OSError, ValueError):
        return False


def read(path: Path, *, fps: float | None = None) -> xr.Dataset:
    """Read poses; a missing point is NaN, and so is a confidence the file does not give.

    Rows are frames in their order, unless the file numbers them otherwise or they are labelled
    images whose names hold increasing numbers.

    Raises
    ------
    ValueError
        If the file is no DeepLabCut table, holds anything but numbers, or refuses `open_h5`.
    OSError
        If it cannot be read.
    """
    path = Path(path)
    if path.suffix.lower() == ".csv":
        columns, arrays, rows = _read_csv(path)
    else:
        columns, arrays, rows = _read_h5(path)
    frames, problems = _frames(rows)
    position, confidence = arrays
    return make_poses(
        position,
        confidence,
        keypoints=columns.keypoints,
        individuals=_names(columns.individuals),
        frames=frames,
        fps=fps,
        source_software="DeepLabCut",
        source_file=str(path),
        problems=[
            *columns.problems,
            *problems,
            *_zero_problems(position, confidence),
            *([WORLD_PROBLEM] if position.shape[1] == 3 else []),
        ],
    )


def _read_csv(path: Path) -> tuple[Columns, Arrays, RowLabels]:
    header = read_header(path)
    if header is None:
        raise ValueError(
            f"{path.name}: expected the header rows scorer, (individuals,) bodyparts and coords"
        )
    labels: list[RowLabels] = []

    def blocks() -> Iterator[NDArray]:
        for block_labels, numbers in row_blocks(path, header):
            labels.append(block_labels)
            yield numbers

    try:
        columns = plan_columns(header.level_names, header.columns)
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from None
    arrays = arrange(columns, blocks())
    if header.rows_are_named:
        return columns, arrays, [str(name) for block in labels for name in block]
    return columns, arrays, np.concatenate([np.asarray(block) for block in labels])


def _read_h5(path: Path) -> tuple[Columns, Arrays, RowLabels]:
    with open_h5(path) as file:
        tables = find_tables(file)
        if len(tables) != 1:
            found = ", ".join(table.name for table in tables) or "none"
            raise ValueError(f"expected one DeepLabCut table, found {found}")
        table = stored_table(tables[0])
        columns = plan_columns(table.level_names, table.columns)
        return columns, arrange(columns, table.blocks()), table.rows


def _frames(rows: RowLabels) -> tuple[NDArray[np.int64] | None, list[str]]:
    if isinstance(rows, np.ndarray):
        return frame_numbers.from_numbers(rows)
    return frame_numbers.from_image_names(rows)


def _names(individuals: Sequence[str]) -> list[str]:
    return individual_names(["" if name == "" else name for name in individuals])


def _zero_problems(position: NDArray, confidence: NDArray) -> list[str]:
    at_zero = (position == 0).all(axis=1) & (confidence == 0)
    if not at_zero.any():
        return []
    return [
        f"{int(at_zero.sum())} points lie at 0, 0 with likelihood 0: they are probably missing, "
        "and are kept as they are"
    ]
