"""The square of the picture that a captioner sees. Knows no animal but those that have poses."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from PIL import Image

from napari_mousegpt.datamodel.skeleton import guess_roles

STILL_BODY_LENGTHS = 1.8
"""Side of the square round an animal that stays where it is."""
MOVING_BODY_LENGTHS = 1.5
"""What the square is wider than an animal's path."""
OUTSIDE_GREY = 128
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


@dataclass(frozen=True, slots=True)
class Square:
    """Part of a picture, in pixels; (0, 0) is the centre of the top left pixel."""

    centre_xy: tuple[float, float]
    side_px: float


def whole_picture(shape: Sequence[int]) -> Square:
    """Lay the smallest square that holds a whole picture of shape (y, x)."""
    height, width = shape[:2]
    return Square(((width - 1) / 2, (height - 1) / 2), float(max(height, width)))


def window_square(centres_xy: NDArray[np.floating], body_length: float) -> Square | None:
    """Lay one square round an animal for all frames of a window.

    Its centre is the middle of the range of the body centre. Its side is the larger of 1.8 body
    lengths and the range plus 1.5 body lengths, which is what mousegpt-tiny was trained with.

    Parameters
    ----------
    centres_xy
        Body centre in each frame, shape (n, 2), pixels; NaN where it is not known.
    body_length
        Snout to tail base, pixels.

    Returns
    -------
    Square or None
        None if no centre is known, or the body length is NaN.
    """
    known = centres_xy[np.isfinite(centres_xy).all(axis=1)]
    if not len(known) or not np.isfinite(body_length):
        return None
    low, high = known.min(axis=0), known.max(axis=0)
    x, y = ((low + high) / 2).tolist()
    path = float((high - low).max())
    side_px = max(STILL_BODY_LENGTHS * body_length, path + MOVING_BODY_LENGTHS * body_length)
    return Square((x, y), side_px)


def crop_square(
    frame: NDArray[np.uint8], centre_xy: Sequence[float], side_px: float, size: int
) -> NDArray[np.uint8]:
    """Cut a square out of a frame and resample it, anti-aliased and unshifted.

    Parameters
    ----------
    frame
        Shape (y, x, 3).
    centre_xy, side_px
        The square, as in `Square`.
    size
        Side of the result.

    Returns
    -------
    numpy.ndarray
        Shape (size, size, 3), uint8. The picture's edge is repeated outside of it; a square
        wholly outside is grey.

    Raises
    ------
    ValueError
        If the frame is not RGB, or the square has no place or no area.
    """
    if frame.ndim != 3 or frame.shape[2] != 3 or frame.dtype != np.uint8:
        raise ValueError(f"expected a (y, x, 3) uint8 frame, found {frame.shape} {frame.dtype}")
    if not np.isfinite([*centre_xy, side_px]).all() or side_px <= 0:
        raise ValueError(
            f"expected a square with a place and an area, found {side_px} px round {centre_xy}"
        )
    columns, left, right, beside = _side(centre_xy[0], side_px, frame.shape[1])
    rows, top, bottom, above = _side(centre_xy[1], side_px, frame.shape[0])
    patch = frame[rows, columns]
    if not patch.size:
        return np.full((size, size, 3), OUTSIDE_GREY, np.uint8)
    if any(beside + above):
        patch = np.pad(patch, (above, beside, (0, 0)), mode="edge")
    # Pillow's triangle filter blurs as much as the clips were blurred that mousegpt-tiny learnt
    # from (a Gaussian of 0.4 source pixels per target pixel).
    picture = Image.fromarray(patch).resize(
        (size, size), Image.Resampling.BILINEAR, box=(left, top, right, bottom)
    )
    return np.asarray(picture)


def _side(
    centre: float, side_px: float, length: int
) -> tuple[slice, float, float, tuple[int, int]]:
    """One side of a square on a picture's axis, along which pixel i reaches from i to i + 1.

    Returns the pixels that it touches, where in them (padding included) it begins and ends, and
    how many of them are missing before and after.
    """
    start, stop = centre + 0.5 - side_px / 2, centre + 0.5 + side_px / 2
    first, last = math.floor(start), math.ceil(stop)
    inside = slice(min(max(first, 0), length), min(max(last, 0), length))
    missing = (inside.start - first, last - inside.stop)
    return inside, start - first, stop - first, missing


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
        return centres
    ends = _seen_points(window, individual, [roles["snout"], roles["tail_base"]])
    stretch = np.linalg.norm(ends[:, :, 0] - ends[:, :, 1], axis=1)
    if np.isnan(stretch).all():
        return centres
    along = SNOUT_SHARE * ends[:, :, 0] + (1 - SNOUT_SHARE) * ends[:, :, 1]
    plausible = stretch <= LONGEST_STRETCH * np.nanmedian(stretch)
    return np.where(plausible[:, None], along, centres)


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
    """Points of one individual, (time, space, keypoint); NaN below the least confidence."""
    one = poses.sel(individual=individual, keypoint=list(keypoints), space=["x", "y"])
    seen = one["position"].where(~(one["confidence"] < LEAST_CONFIDENCE))
    return seen.transpose("time", "space", "keypoint").values.astype(np.float64)


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
