"""The header of a DeepLabCut table, and how its columns become poses. Knows no file layout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.io.pose_formats.pose_arrays import single


@dataclass(frozen=True, slots=True)
class Columns:
    """Names along the axes of the poses, and where each column of the table goes."""

    keypoints: tuple[str, ...]
    individuals: tuple[str, ...]
    space: str
    position_columns: NDArray[np.intp]
    position_places: NDArray[np.intp]
    """Places of these columns in one frame, flattened from (space, keypoint, individual)."""
    confidence_columns: NDArray[np.intp]
    confidence_places: NDArray[np.intp]
    """Places of these columns in one frame, flattened from (keypoint, individual)."""
    problems: tuple[str, ...]


def plan_columns(level_names: Sequence[str], columns: Sequence[Sequence[str]]) -> Columns:
    """Work out what the columns of a DeepLabCut table are.

    Parameters
    ----------
    level_names
        Names of the header rows: ``scorer``, ``individuals`` (if there are several animals),
        ``bodyparts``, ``coords``. The scorer does not matter.
    columns
        For each column of numbers, its cell in each of these rows.

    Raises
    ------
    ValueError
        If this is no DeepLabCut header, or two columns say the same.
    """
    levels = {str(name).strip().lower(): k for k, name in enumerate(level_names)}
    if not {"bodyparts", "coords"} <= set(levels):
        raise ValueError(
            "expected the header rows scorer, bodyparts and coords, "
            f"found {', '.join(levels) or 'none'}"
        )
    if any(len(column) != len(level_names) for column in columns):
        raise ValueError(f"expected {len(level_names)} header cells for every column, found others")
    cells = list(zip(*columns, strict=True)) or [()] * len(level_names)
    coords = [str(cell).strip().lower() for cell in cells[levels["coords"]]]
    parts = cells[levels["bodyparts"]]
    owners = cells[levels["individuals"]] if "individuals" in levels else [""] * len(parts)
    _refuse_twice(list(zip(owners, parts, coords, strict=True)))

    space = "xyz" if "z" in coords else "xy"
    ignored = sorted(set(coords) - {*space, "likelihood"})
    used = np.array([coord not in ignored for coord in coords])
    part_codes, keypoints = pd.factorize(np.array(parts, object)[used])
    owner_codes, individuals = pd.factorize(np.array(owners, object)[used])
    coord_codes = np.array([(space.find(coord)) for coord in np.array(coords, object)[used]])
    places = part_codes * len(individuals) + owner_codes
    is_position = coord_codes >= 0
    return Columns(
        keypoints=tuple(keypoints),
        individuals=tuple(individuals),
        space=space,
        position_columns=np.flatnonzero(used)[is_position],
        position_places=(coord_codes * len(keypoints) * len(individuals) + places)[is_position],
        confidence_columns=np.flatnonzero(used)[~is_position],
        confidence_places=places[~is_position],
        problems=(f"columns that are not read: {', '.join(ignored)}",) if ignored else (),
    )


def _refuse_twice(keys: list[tuple[str, str, str]]) -> None:
    if not {"x", "y"} <= {coord for _, _, coord in keys}:
        found = ", ".join(sorted({coord for _, _, coord in keys})[:6])
        raise ValueError(f"expected columns x and y under coords, found {found or 'none'}")
    key, count = Counter(keys).most_common(1)[0]
    if count > 1:
        raise ValueError(
            f"expected one column for each keypoint and coordinate, found {count} for "
            f"{' '.join(filter(None, key))}: the points of several scorers have to be split first"
        )


def arrange(
    columns: Columns, blocks: Iterable[NDArray]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Sort the numbers of a table into positions and confidences.

    Parameters
    ----------
    columns
        From `plan_columns`.
    blocks
        Rows of the table, each of shape (rows, columns), any number type.

    Returns
    -------
    position
        Shape (time, space, keypoint, individual); NaN where the table has no column.
    confidence
        Shape (time, keypoint, individual); NaN where the table has no column or no finite value.
    """
    n_places = len(columns.keypoints) * len(columns.individuals)
    positions, confidences = [], []
    for block in blocks:
        position = np.full((len(block), len(columns.space) * n_places), np.nan, np.float32)
        confidence = np.full((len(block), n_places), np.nan, np.float32)
        position[:, columns.position_places] = single(block[:, columns.position_columns])
        confidence[:, columns.confidence_places] = single(block[:, columns.confidence_columns])
        confidence[~np.isfinite(confidence)] = np.nan
        positions.append(position)
        confidences.append(confidence)
    if not any(map(len, positions)):
        raise ValueError("expected at least one row of poses, found a header and no rows")
    shape = (-1, len(columns.keypoints), len(columns.individuals))
    position = np.concatenate(positions)
    positions.clear()  # at a million frames each copy counts
    return (
        position.reshape(len(position), len(columns.space), *shape[1:]),
        np.concatenate(confidences).reshape(shape),
    )
