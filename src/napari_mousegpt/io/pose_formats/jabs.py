"""JABS pose files, versions 2 to 8, one or several mice. Knows no predictions and no labels."""

from __future__ import annotations

import heapq
from pathlib import Path

import h5py
import numpy as np
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.io.doors import h5_values
from napari_mousegpt.io.doors.safe_h5 import open_h5
from napari_mousegpt.io.pose_formats.individuals import individual_names
from napari_mousegpt.io.pose_formats.keypoint_names import counted_keypoints
from napari_mousegpt.io.pose_formats.pose_arrays import empty_poses, single

suffixes = frozenset({".h5", ".hdf5"})

KEYPOINTS = (
    "nose",
    "left_ear",
    "right_ear",
    "base_neck",
    "left_front_paw",
    "right_front_paw",
    "center_spine",
    "left_rear_paw",
    "right_rear_paw",
    "base_tail",
    "mid_tail",
    "tip_tail",
)
"""The twelve of every JABS file, which does not name them."""


def matches(path: Path) -> bool:
    """Look at the header only. Return False for anything unexpected."""
    try:
        with open_h5(path) as file:
            group = h5_values.subgroup(file, "poseest")
            points = h5_values.numbers(group, "points")
            return points.shape[-1:] == (2,) and "confidence" in group
    except (OSError, ValueError):
        return False


def read(path: Path, *, fps: float | None = None) -> xr.Dataset:
    """Read poses; a point of confidence 0 is missing.

    Mice are the identities of the file (from version 4), or its tracks joined end to end as JABS
    does it (version 3). Where the file gives a scale, it is ``attrs["pixel_size_mm"]``.

    Raises
    ------
    ValueError
        If the arrays do not fit together or hold no mouse.
    OSError
        If it cannot be read.
    """
    path = Path(path)
    with open_h5(path) as file:
        group = h5_values.subgroup(file, "poseest")
        points = h5_values.values(group, "points")
        scores = h5_values.values(group, "confidence")
        if points.ndim == 3 and scores.ndim == 2:  # version 2: one mouse, no axis for mice
            points, scores = points[:, None], scores[:, None]
        if points.ndim != 4 or points.shape[3] != 2 or points.shape[:3] != scores.shape:
            raise ValueError(
                "expected points (frames, mice, keypoints, 2) and a confidence for each, "
                f"found {points.shape} and {scores.shape}"
            )
        mouse, problems = _mice(group, points.shape[:2])
        cm_per_pixel = h5_values.number_attribute(group, "cm_per_pixel", np.nan)
    n_mice = int(mouse.max(initial=-1)) + 1
    position, confidence = empty_poses(len(points), 2, points.shape[2], n_mice)
    frame, slot = np.nonzero(mouse >= 0)
    chosen = single(scores[frame, slot])
    chosen[~(chosen > 0)] = np.nan
    confidence[frame, :, mouse[frame, slot]] = chosen
    for axis, stored in enumerate((1, 0)):  # y is stored before x
        position[frame, axis, :, mouse[frame, slot]] = np.where(
            np.isnan(chosen), np.nan, points[frame, slot, :, stored]
        )
    keypoints = list(KEYPOINTS)
    if points.shape[2] != len(KEYPOINTS):
        keypoints, more = counted_keypoints(points.shape[2])
        problems += more
    poses = make_poses(
        position,
        confidence,
        keypoints=keypoints,
        individuals=individual_names([], n_mice),
        fps=fps,
        source_software="JABS",
        source_file=str(path),
        problems=problems,
    )
    if np.isfinite(cm_per_pixel):
        poses.attrs["pixel_size_mm"] = 10 * cm_per_pixel
    return poses


def _mice(group: h5py.Group, shape: tuple[int, int]) -> tuple[NDArray[np.int64], list[str]]:
    """Number of the mouse in each slot of each frame, -1 where there is none."""
    if "instance_embed_id" in group:
        identity = h5_values.values(group, "instance_embed_id").astype(np.int64)
        is_unused = (
            h5_values.values(group, "id_mask") if "id_mask" in group else np.zeros(shape, bool)
        )
        if identity.shape != shape or is_unused.shape != shape:
            raise ValueError(f"expected an identity for each of {shape}, found {identity.shape}")
        return np.where(is_unused.astype(bool), -1, identity - 1), []
    if "instance_track_id" in group:
        track = h5_values.values(group, "instance_track_id").astype(np.int64)
        count = h5_values.values(group, "instance_count").astype(np.int64)
        if track.shape != shape or count.shape != shape[:1]:
            raise ValueError(f"expected a track for each of {shape}, found {track.shape}")
        is_used = np.arange(shape[1]) < count[:, None]
        return _joined_tracks(np.where(is_used, track, -1))
    return np.tile(np.arange(shape[1]), (shape[0], 1)), []


def _joined_tracks(track: NDArray[np.int64]) -> tuple[NDArray[np.int64], list[str]]:
    """Give each track the lowest number that is free while it lasts."""
    frame, slot = np.nonzero(track >= 0)
    names, first, inverse = np.unique(track[frame, slot], return_index=True, return_inverse=True)
    last_frame = np.zeros(len(names), np.int64)
    np.maximum.at(last_frame, inverse, frame)
    mouse = np.full(len(names), -1)
    free: list[int] = []
    busy: list[tuple[int, int]] = []  # (last frame, mouse)
    n_mice = 0
    for k in np.argsort(first):  # the order of appearance
        while busy and busy[0][0] < frame[first[k]]:
            heapq.heappush(free, heapq.heappop(busy)[1])
        if not free:
            free.append(n_mice)
            n_mice += 1
        mouse[k] = heapq.heappop(free)
        heapq.heappush(busy, (int(last_frame[k]), int(mouse[k])))
    joined = np.full(track.shape, -1)
    joined[frame, slot] = mouse[inverse]
    if len(names) == n_mice:
        return joined, []
    return joined, [
        f"{len(names)} tracks are joined end to end into {n_mice} mice, whose identities may swap"
    ]
