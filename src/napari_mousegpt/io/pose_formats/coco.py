"""COCO keypoint annotations (.json). Knows no image."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.io.doors.safe_json import entries, items, real, text
from napari_mousegpt.io.pose_formats import frame_numbers, pose_json
from napari_mousegpt.io.pose_formats.listed_animals import ListedAnimal, arrange_animals

suffixes = frozenset({".json"})

_IDENTITY_KEYS = ("track_id", "instance_id")


def matches(path: Path) -> bool:
    """Look at the beginning and the end only. Return False for anything unexpected."""
    return pose_json.mentions(path, "images", "annotations", "categories", "keypoints", opening="{")


def read(path: Path, *, fps: float | None = None) -> xr.Dataset:
    """Read poses; a keypoint that is not labelled (visibility 0) is missing.

    Rows are the images in their order; COCO gives no confidences.

    Raises
    ------
    ValueError
        If the file is no COCO annotation, or holds no keypoints.
    OSError
        If it cannot be read.
    """
    path = Path(path)
    document = entries(pose_json.read_json(path))
    images = [entries(image) for image in items(document.get("images"))]
    names_of = {
        text(category.get("id")): [text(name) for name in items(category.get("keypoints"))]
        for category in map(entries, items(document.get("categories")))
    }
    keypoints = list(dict.fromkeys(name for names in names_of.values() for name in names))
    if not images or not keypoints:
        raise ValueError(f"{path.name}: expected images and categories with keypoints, found none")
    row_of = {text(image.get("id")): row for row, image in enumerate(images)}
    animals = []
    for annotation in map(entries, items(document.get("annotations"))):
        row = row_of.get(text(annotation.get("image_id")))
        names = names_of.get(text(annotation.get("category_id")), [])
        if row is not None and len(items(annotation.get("keypoints"))) == 3 * len(names) > 0:
            columns = [keypoints.index(name) for name in names]
            animals.append(_animal(row, annotation, columns, len(keypoints)))
    try:
        found = arrange_animals(animals, n_rows=len(images), n_keypoints=len(keypoints))
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from None
    frames, problems = frame_numbers.from_image_names(
        [text(image.get("file_name")) for image in images]
    )
    return make_poses(
        found.position,
        found.confidence,
        keypoints=keypoints,
        individuals=found.individuals,
        frames=frames,
        fps=fps,
        source_software="COCO",
        source_file=str(path),
        problems=[*problems, *found.problems],
    )


def _animal(
    row: int, annotation: dict[str, Any], columns: list[int], n_keypoints: int
) -> ListedAnimal:
    listed = np.array([real(value) for value in annotation["keypoints"]]).reshape(-1, 3)
    points = np.full((n_keypoints, 2), np.nan)
    points[columns] = np.where(listed[:, 2:] > 0, listed[:, :2], np.nan)
    identity = next((text(annotation[key]) for key in _IDENTITY_KEYS if key in annotation), None)
    return ListedAnimal(row, points, np.full(n_keypoints, np.nan), identity)
