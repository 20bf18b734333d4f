"""SimBA's tables of poses (``nose_x, nose_y, nose_p``). Knows no features and no labels."""

from __future__ import annotations

import re
from pathlib import Path

import xarray as xr

from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.io.pose_formats import flat_csv, frame_numbers
from napari_mousegpt.io.pose_formats.individuals import individual_names

suffixes = frozenset({".csv"})

_ENDINGS = ("_x", "_y", "_p")
_INDEX_COLUMNS = ("", "scorer", "Unnamed: 0", "frame")


def matches(path: Path) -> bool:
    """Look at the header only. Return False for anything unexpected, also for further columns.

    SimBA's tables of features and labels repeat these columns, and are no poses.
    """
    try:
        header = flat_csv.find_header(path, _ENDINGS)
    except (OSError, ValueError):
        return False
    columns = [name for name in header.columns if name not in _INDEX_COLUMNS]
    return bool(columns) and len(columns) == len(_ENDINGS) * len(header.keypoints)


def read(path: Path, *, fps: float | None = None) -> xr.Dataset:
    """Read poses; a missing point is NaN.

    Body parts whose names end in ``_1``, ``_2``, ... and otherwise repeat are several animals.
    Rows above the names, as in SimBA's folder ``input_csv``, are skipped.

    Raises
    ------
    ValueError
        If the columns are not those of SimBA, or hold anything but numbers.
    OSError
        If it cannot be read.
    """
    path = Path(path)
    table = flat_csv.read_flat(
        path, endings=_ENDINGS, space=_ENDINGS[:2], confidence="_p", frame_columns=_INDEX_COLUMNS
    )
    frames, problems = frame_numbers.from_column(table.frames)
    parts, animals = _animals(table.keypoints)
    if len(animals) > 1:
        problems.append(
            f"body parts that end in {', '.join(animals)} are read as different animals"
        )
    order = [table.keypoints.index(part + animal) for part in parts for animal in animals]
    shape = (len(table.position), 2, len(parts), len(animals))
    return make_poses(
        table.position[:, :, order].reshape(shape),
        table.confidence[:, order].reshape(shape[0], *shape[2:]),
        keypoints=parts,
        individuals=individual_names([f"animal{animal}" for animal in animals]),
        frames=frames,
        fps=fps,
        source_software="SimBA",
        source_file=str(path),
        problems=problems,
    )


def _animals(keypoints: list[str]) -> tuple[list[str], list[str]]:
    """Split names into body parts and the endings that tell animals apart."""
    split = [re.fullmatch(r"(.+)(_\d+)", keypoint) for keypoint in keypoints]
    parts = list(dict.fromkeys(match[1] for match in split if match))
    animals = list(dict.fromkeys(match[2] for match in split if match))
    if all(split) and len(animals) > 1 and len(parts) * len(animals) == len(keypoints):
        return parts, animals
    return keypoints, [""]
