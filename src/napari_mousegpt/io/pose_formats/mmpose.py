"""Predictions of MMPose (.json), with or without its meta information. Knows no video."""

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


def matches(path: Path) -> bool:
    """Look at the beginning and the end only. Return False for anything unexpected."""
    return pose_json.mentions(
        path, "instance_info", "instances", "keypoints", opening="{"
    ) or pose_json.mentions(path, "frame_id", "instances", "keypoints", opening="[")


def read(path: Path, *, fps: float | None = None) -> xr.Dataset:
    """Read poses; the confidence is the keypoint's score.

    Rows are the frames listed. Frame numbers that begin at 1 count from 1, as MMPose's demo
    writes them.

    Raises
    ------
    ValueError
        If the file is no prediction of MMPose, or holds no keypoints.
    OSError
        If it cannot be read.
    """
    path = Path(path)
    document = pose_json.read_json(path)
    listed = document if isinstance(document, list) else entries(document).get("instance_info")
    frames = [entries(frame) for frame in items(listed)]
    animals = [
        animal
        for row, frame in enumerate(frames)
        for instance in items(frame.get("instances"))
        if (animal := _animal(row, entries(instance))) is not None
    ]
    sizes = {animal.points.shape for animal in animals}
    if len(sizes) != 1:
        raise ValueError(
            f"{path.name}: expected instances with equally many keypoints, found {sizes or 'none'}"
        )
    n_keypoints, n_space = sizes.pop()
    found = arrange_animals(animals, n_rows=len(frames), n_keypoints=n_keypoints, n_space=n_space)
    keypoints, problems = _keypoints(document, n_keypoints)
    numbers, more = _numbers(frames)
    return make_poses(
        found.position,
        found.confidence,
        keypoints=keypoints,
        individuals=found.individuals,
        frames=numbers,
        fps=fps,
        source_software="MMPose",
        source_file=str(path),
        problems=[*problems, *more, *found.problems],
    )


def _animal(row: int, instance: dict[str, Any]) -> ListedAnimal | None:
    rows = [[real(value) for value in items(point)] for point in items(instance.get("keypoints"))]
    if not rows or len(rows[0]) not in (2, 3) or any(len(row) != len(rows[0]) for row in rows):
        return None
    points = np.array(rows)
    scores = [real(score) for score in items(instance.get("keypoint_scores"))]
    known = len(scores) == len(points)
    identity = instance.get("track_id")
    return ListedAnimal(
        row,
        points,
        np.array(scores) if known else np.full(len(points), np.nan),
        None if identity is None else text(identity),
    )


def _keypoints(document: Any, n_keypoints: int) -> tuple[list[str], list[str]]:
    names = entries(entries(entries(document).get("meta_info")).get("keypoint_id2name"))
    if len(names) == n_keypoints and all(str(k) in names for k in range(n_keypoints)):
        return [text(names[str(k)]) for k in range(n_keypoints)], []
    return counted_keypoints(n_keypoints)


def _numbers(frames: list[dict[str, Any]]) -> tuple[Any, list[str]]:
    numbers = np.array([real(frame.get("frame_id")) for frame in frames])
    if np.isnan(numbers).all():
        return None, []
    if numbers[0] != 1:
        return frame_numbers.from_numbers(numbers)
    found, problems = frame_numbers.from_numbers(numbers - 1)
    return found, [*problems, "frame numbers begin at 1: number 1 is taken as the first frame"]
