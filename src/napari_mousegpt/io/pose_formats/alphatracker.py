"""AlphaTracker's labels (.json): per image a box for each animal, followed by its points."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.io.doors.safe_json import entries, items, real, text
from napari_mousegpt.io.pose_formats import frame_numbers, pose_json
from napari_mousegpt.io.pose_formats.keypoint_names import counted_keypoints
from napari_mousegpt.io.pose_formats.listed_animals import ListedAnimal, arrange_animals

suffixes = frozenset({".json"})

_BOX, _POINT = "Face", "point"


def matches(path: Path) -> bool:
    """Look at the beginning and the end only. Return False for anything unexpected."""
    return pose_json.mentions(path, "annotations", "class", "filename", "x", "y", opening="[")


def read(path: Path, *, fps: float | None = None) -> xr.Dataset:
    """Read poses; a point that an animal lacks is missing.

    Rows are the images in their order; points have no names and no confidences.

    Raises
    ------
    ValueError
        If the file is no AlphaTracker label file, or holds no animal.
    OSError
        If it cannot be read.
    """
    path = Path(path)
    images = [entries(image) for image in items(pose_json.read_json(path))]
    listed = [(row, points) for row, image in enumerate(images) for points in _animals(image)]
    n_keypoints = max((len(points) for _, points in listed), default=0)
    animals = []
    for row, points in listed:
        padded = np.full((n_keypoints, 2), np.nan)
        padded[: len(points)] = points
        animals.append(ListedAnimal(row, padded, np.full(n_keypoints, np.nan)))
    try:
        found = arrange_animals(animals, n_rows=len(images), n_keypoints=n_keypoints)
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from None
    keypoints, unnamed = counted_keypoints(n_keypoints)
    frames, problems = frame_numbers.from_image_names(
        [text(image.get("filename")) for image in images]
    )
    return make_poses(
        found.position,
        found.confidence,
        keypoints=keypoints,
        individuals=found.individuals,
        frames=frames,
        fps=fps,
        source_software="AlphaTracker",
        source_file=str(path),
        problems=[*unnamed, *problems, *found.problems],
    )


def _animals(image: dict[str, Any]) -> list[list[tuple[float, float]]]:
    animals: list[list[tuple[float, float]]] = []
    for annotation in map(entries, items(image.get("annotations"))):
        if annotation.get("class") == _BOX:
            animals.append([])
        elif annotation.get("class") == _POINT and animals:
            animals[-1].append((real(annotation.get("x")), real(annotation.get("y"))))
    return [points for points in animals if points]
