"""Where an animal's body is and how long it is, from its poses. Knows no pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt.datamodel.skeleton import guess_roles

LEAST_CONFIDENCE = 0.3
SNOUT_SHARE = 0.4
"""Of the way from tail base to snout, the middle of the body's mass."""
LONGEST_STRETCH = 2.0
"""Times the usual distance from snout to tail base, beyond which one of them is misplaced."""
LENGTH_FRAMES = 10_000
"""Frames looked at, at most, to measure a body length."""
_BESIDE_THE_TRUNK = (
    "tail_mid",
    "tail_tip",
    "elbow",
    "wrist",
    "forepaw",
    "knee",
    "ankle",
    "hindpaw",
)
STEADY_FRAMES = 9
"""A centre is the median of so many frames: a tracker that jumps away for up to four is ignored."""


def body_centres(
    poses: xr.Dataset,
    individual: str,
    frames: Sequence[int] | NDArray[np.integer],
    roles: Mapping[str, str] | None = None,
) -> NDArray[np.float64]:
    """Find the middle of an animal's body.

    It lies between snout and tail base, nearer to the tail base. Where either is missing, it is
    the median of what is seen of the trunk: tail and limbs do not move it, nor do points of a
    confidence below 0.3.

    Parameters
    ----------
    poses
        Pose data set; only x and y are used.
    frames
        Frame numbers, n of them.
    roles
        Role to keypoint name (see `guess_roles`); guessed from the names if None.

    Returns
    -------
    numpy.ndarray
        Shape (n, 2), pixels; NaN where no point of the trunk is seen.
    """
    roles = _roles(poses, roles)
    window = poses.reindex(time=list(frames))
    centres = _median_of_seen(_seen_points(window, individual, _trunk(poses, roles)))
    if not {"snout", "tail_base"} <= roles.keys():
        return _steady(centres)
    ends = _seen_points(window, individual, [roles["snout"], roles["tail_base"]])
    stretch = np.linalg.norm(ends[:, :, 0] - ends[:, :, 1], axis=1)
    if np.isnan(stretch).all():
        return _steady(centres)
    along = SNOUT_SHARE * ends[:, :, 0] + (1 - SNOUT_SHARE) * ends[:, :, 1]
    plausible = stretch <= LONGEST_STRETCH * np.nanmedian(stretch)
    return _steady(np.where(plausible[:, None], along, centres))


def body_length_px(
    poses: xr.Dataset, individual: str, roles: Mapping[str, str] | None = None
) -> float:
    """Measure an animal from snout to tail base: the median over the frames.

    Where these two are never seen together, it is the median of the longest distance between two
    points of the trunk. NaN if no frame shows two points.
    """
    roles = _roles(poses, roles)
    some = poses.isel(time=slice(None, None, 1 + poses.sizes["time"] // LENGTH_FRAMES))
    ends = [roles[role] for role in ("snout", "tail_base") if role in roles]
    for keypoints in (ends, _trunk(poses, roles)):
        if len(keypoints) < 2:
            continue
        lengths = _longest_distances(_seen_points(some, individual, keypoints))
        if np.isfinite(lengths).any():
            return float(np.nanmedian(lengths))
    return float("nan")


def _roles(poses: xr.Dataset, roles: Mapping[str, str] | None) -> Mapping[str, str]:
    return guess_roles(poses["keypoint"].values.tolist()) if roles is None else roles


def _trunk(poses: xr.Dataset, roles: Mapping[str, str]) -> list[str]:
    """Keypoints that are not known to be tail or limb."""
    beside = {name for role, name in roles.items() if role.startswith(_BESIDE_THE_TRUNK)}
    return [name for name in poses["keypoint"].values.tolist() if name not in beside]


def _seen_points(
    poses: xr.Dataset, individual: str, keypoints: Sequence[str]
) -> NDArray[np.float64]:
    """Points of one individual, (time, space, keypoint); NaN below the least confidence, and at
    exactly (0, 0), where trackers put what they do not see."""
    one = poses.sel(individual=individual, keypoint=list(keypoints), space=["x", "y"])
    nowhere = (one["position"] == 0).all("space")
    seen = one["position"].where(~(one["confidence"] < LEAST_CONFIDENCE) & ~nowhere)
    return seen.transpose("time", "space", "keypoint").values.astype(np.float64)


def _steady(centres: NDArray[np.float64]) -> NDArray[np.float64]:
    """Running median of centres, shape (n, 2); what is missing stays missing."""
    half = STEADY_FRAMES // 2
    padded = np.pad(centres, ((half, half), (0, 0)), constant_values=np.nan)
    around = np.lib.stride_tricks.sliding_window_view(padded, STEADY_FRAMES, axis=0)
    return np.where(np.isnan(centres), np.nan, _median_of_seen(around))


def _longest_distances(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Longest distance between two points in each frame; NaN where fewer are seen."""
    longest = np.full(len(points), np.nan)
    for first in range(points.shape[2] - 1):
        others = points[:, :, first + 1 :] - points[:, :, first : first + 1]
        longest = np.fmax(longest, np.fmax.reduce(np.linalg.norm(others, axis=1), axis=1))
    return longest


def _median_of_seen(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Median over the last axis, leaving out NaN; NaN where nothing is left."""
    ordered = np.sort(points, axis=-1)  # NaN comes last
    seen = np.isfinite(ordered).sum(axis=-1, keepdims=True)
    pair = np.concatenate([(seen - 1) // 2, seen // 2], axis=-1)
    middle = np.take_along_axis(ordered, pair.clip(0, ordered.shape[-1] - 1), axis=-1)
    return middle.mean(axis=-1)
