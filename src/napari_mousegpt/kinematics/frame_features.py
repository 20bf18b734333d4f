"""Kinematics of each animal in each frame, from poses. Knows no window and no wording."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt.kinematics.animal import Animal, find_animal, share_lengths
from napari_mousegpt.kinematics.behaviour_states import behaviour_states
from napari_mousegpt.kinematics.locomotion import locomotion_features
from napari_mousegpt.kinematics.paws import paw_features
from napari_mousegpt.kinematics.posture import posture_features
from napari_mousegpt.kinematics.surroundings import (
    height_features,
    neighbour_distances,
    wall_distance,
)

Columns = dict[str, NDArray]
"""Name to one individual's column, shape (time,); empty for one that is never seen."""

MIN_CONFIDENCE = 0.4
"""Points below are missing; DeepLabCut, SLEAP and JABS rate well-placed points above it."""

FEATURES = {
    "x_px": "centre of the trunk",
    "y_px": "centre of the trunk",
    "speed_px_per_s": "speed of the centre over the ground",
    "speed_mm_per_s": "the same",
    "speed_bl_per_s": "the same, in body lengths",
    "forward_speed_bl_per_s": "its part along the body axis, negative backwards",
    "acceleration_bl_per_s2": "change of speed",
    "rear_speed_bl_per_s": "speed of the tail base",
    "motion_bl_per_s": "mean speed of snout and trunk",
    "shape_speed_bl_per_s": "mean speed of snout and trunk against the centre",
    "heading_deg": "direction of the body axis, atan2(y, x)",
    "turning_deg_per_s": "turning of the body axis, positive to the animal's left",
    "body_length_px": "straight from snout to tail base",
    "body_length_mm": "the same",
    "elongation": "length along the body against its median while walking",
    "straightness": "straight length against length along the body, 1 is straight",
    "bend_deg": "angle between hind and fore trunk, positive to the left",
    "head_angle_deg": "angle between trunk and head, positive to the left",
    "head_speed_bl_per_s": "speed of the snout against the centre",
    "head_beat_bl": "amplitude of the snout against the trunk above 3 Hz, without jitter",
    "forepaw_snout_distance_bl": "distance of the farther forepaw from the snout",
    "forepaw_speed_bl_per_s": "speed of the faster forepaw against the centre",
    "forepaw_beat_bl": "the same of the quieter forepaw",
    "hindpaw_head_distance_bl": "distance of the nearer hindpaw from the head",
    "hindpaw_reach_bl": "how much nearer to the head than the other hindpaw it is",
    "hindpaw_speed_bl_per_s": "speed of the faster hindpaw against the centre",
    "hindpaw_beat_bl": "the same of the livelier hindpaw",
    "tail_angle_deg": "angle between tail and trunk, positive to the left",
    "head_height_bl": "snout above ground, poses in three dimensions only",
    "rear_height_bl": "tail base above ground, poses in three dimensions only",
    "pitch_deg": "trunk against the ground, poses in three dimensions only",
    "wall_distance_px": "centre to the nearest wall of a given arena",
    "wall_distance_mm": "the same",
    "wall_distance_bl": "the same",
    "neighbour_distance_bl": "centre to the nearest other animal's centre",
}
"""Name, unit at its end, to meaning; a body length (bl) is explained in `frame_features`."""


def frame_features(
    poses: xr.Dataset,
    *,
    roles: Mapping[str, str],
    fps: float,
    times_s: NDArray[np.float64] | None = None,
    pixel_size_mm: float | None = None,
    arena: NDArray[np.floating] | None = None,
    camera_view: str | None = None,
    min_confidence: float = MIN_CONFIDENCE,
) -> xr.Dataset:
    """Measure how each animal moves and holds itself in each frame.

    Needs two parts along the body; whatever needs a part that is not tracked is NaN. Positions are
    smoothed over 0.15 s, gaps of up to 0.25 s are bridged, brief excursions are dropped.

    Parameters
    ----------
    poses
        As made by `datamodel.poses.make_poses`, in two or three dimensions.
    roles
        Body part to the name of its keypoint (see `datamodel.skeleton.guess_roles`).
    fps
        Frames per second of the video; the mean rate where it varies.
    times_s
        Times of all rows, shape (time,), not decreasing; evenly spaced if None.
    pixel_size_mm
        Side of a pixel at the floor; what is in mm is NaN without it.
    arena
        Corners of the floor, shape (corners, 2), in pixels. Walls are never guessed from where the
        animal went: a short recording shows only part of them.
    camera_view
        ``bottom`` mirrors left and right where no left and right parts are tracked; where they
        are, the poses themselves show from which side the animal is seen.
    min_confidence
        Points with a lower confidence are missing; an unknown confidence passes.

    Returns
    -------
    xarray.Dataset
        Dims ``time, individual``; a float32 variable for each of `FEATURES`, and ``behaviour``
        (int8, index in `datamodel.description.BEHAVIOURS`, -1 without a pose). Coordinates
        ``time_s`` and ``reference_length_px``: a body length (bl) is the animal's median distance
        from snout to tail base while it walks. ``attrs`` hold ``fps`` and ``pixel_size_mm``.

    Raises
    ------
    ValueError
        If ``fps``, ``times_s`` or ``roles`` do not fit the poses.
    """
    times_s = _check_times(poses.sizes["time"], fps, times_s)
    _check_roles(poses, roles)
    found = [
        find_animal(
            poses,
            individual,
            roles=roles,
            times_s=times_s,
            fps=fps,
            camera_view=camera_view,
            min_confidence=min_confidence,
        )
        for individual in range(poses.sizes["individual"])
    ]
    animals = share_lengths(found)
    columns = [{} if animal is None else _features(animal, times_s, fps) for animal in animals]
    _add_surroundings(columns, animals, arena)
    for column in columns:
        _add_millimetres(column, pixel_size_mm)
        if column:
            column["behaviour"] = behaviour_states(column, fps=fps)
    lengths = [np.nan if animal is None else animal.body_length for animal in animals]
    return _dataset(columns, poses, lengths, times_s, fps, pixel_size_mm)


def _features(animal: Animal, times_s: NDArray[np.float64], fps: float) -> Columns:
    body, tracks, length = animal.body, animal.tracks, animal.body_length
    features = locomotion_features(body, body_length=length, times_s=times_s, fps=fps)
    features |= posture_features(body, tracks, midline=animal.midline, fps=fps)
    features |= paw_features(body, tracks, body_length=length, times_s=times_s, fps=fps)
    features |= height_features(body, tracks, body_length=length)
    nothing = np.full(times_s.size, np.nan, np.float32)
    return {name: features.get(name, nothing) for name in FEATURES}


def _add_surroundings(
    columns: list[Columns], animals: list[Animal | None], arena: NDArray[np.floating] | None
) -> None:
    present = [(c, a) for c, a in zip(columns, animals, strict=True) if a is not None]
    apart = neighbour_distances([animal.body.centre for _, animal in present])
    for (column, animal), neighbour in zip(present, apart, strict=True):
        column["neighbour_distance_bl"] = neighbour / animal.body_length
        if arena is not None:
            column["wall_distance_px"] = wall_distance(animal.body.centre, arena)
            column["wall_distance_bl"] = column["wall_distance_px"] / animal.body_length


def _add_millimetres(column: Columns, pixel_size_mm: float | None) -> None:
    for name in [name for name in FEATURES if "_mm" in name]:
        pixels = column.get(name.replace("_mm", "_px"))
        if pixels is not None and pixel_size_mm is not None:
            column[name] = pixels * np.float32(pixel_size_mm)


def _dataset(
    columns: list[Columns],
    poses: xr.Dataset,
    lengths: list[float],
    times_s: NDArray[np.float64],
    fps: float,
    pixel_size_mm: float | None,
) -> xr.Dataset:
    nothing = np.full(poses.sizes["time"], np.nan, np.float32)
    dims = ("time", "individual")
    variables = {
        name: (dims, np.stack([column.get(name, nothing) for column in columns], axis=1))
        for name in FEATURES
    }
    nowhere = np.full(poses.sizes["time"], -1, np.int8)
    states = np.stack([column.get("behaviour", nowhere) for column in columns], axis=1)
    return xr.Dataset(
        variables | {"behaviour": (dims, states)},
        coords={
            "time": poses["time"].values,
            "individual": poses["individual"].values,
            "time_s": ("time", times_s),
            "reference_length_px": ("individual", np.asarray(lengths)),
        },
        attrs={"fps": fps, "pixel_size_mm": pixel_size_mm},
    )


def _check_times(
    n_time: int, fps: float, times_s: NDArray[np.float64] | None
) -> NDArray[np.float64]:
    if not fps > 0:
        raise ValueError(f"expected a frame rate above zero, found {fps}; give fps")
    if times_s is None:
        return np.arange(n_time) / fps
    times_s = np.asarray(times_s, np.float64)
    if times_s.shape != (n_time,) or not (np.diff(times_s) >= 0).all():
        raise ValueError(
            f"expected {n_time} increasing times, one for each row of the poses, "
            f"found shape {times_s.shape}"
        )
    if (np.diff(times_s) > 0).all():
        return times_s
    # Frames with one time stamp are spread up to the next one.
    stamps, first = np.unique(times_s, return_index=True)
    known = np.append(stamps, stamps[-1] + 1 / fps)
    return np.interp(np.arange(n_time), np.append(first, n_time), known)


def _check_roles(poses: xr.Dataset, roles: Mapping[str, str]) -> None:
    unknown = set(roles.values()) - set(poses["keypoint"].values.tolist())
    if unknown:
        raise ValueError(
            f"expected roles of keypoints in the poses, found {sorted(unknown)}; "
            f"the poses have {poses['keypoint'].values.tolist()}"
        )
