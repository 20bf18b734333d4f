"""How far an animal is from walls, from the ground and from others. Knows no posture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.kinematics.body import Body, Column, Path, distance
from napari_mousegpt.kinematics.tracks import Tracks

_FRAMES_FOR_GROUND = 20_000


def wall_distance(path: Path, arena: NDArray[np.floating]) -> Column:
    """Distance in pixels from each position to the nearest wall.

    Parameters
    ----------
    path
        Positions, shape (2, time).
    arena
        Corners of the floor in order, shape (corners, 2), x then y in pixels; a round arena is a
        polygon of many corners.

    Returns
    -------
    numpy.ndarray
        Shape (time,), NaN where the position is; never negative, also outside.

    Raises
    ------
    ValueError
        If the arena is not a polygon.
    """
    corners = np.asarray(arena, np.float32)
    if corners.ndim != 2 or corners.shape[1] != 2 or len(corners) < 3:
        raise ValueError(
            f"expected the arena as three or more corners (x, y), found shape {corners.shape}"
        )
    nearest: Column = np.full(path.shape[1], np.inf, np.float32)
    for start, stop in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along = stop - start
        x, y = path[0] - start[0], path[1] - start[1]
        share = (x * along[0] + y * along[1]) / max(float(along @ along), 1e-12)
        share = np.clip(share, 0, 1)
        squared = (x - share * along[0]) ** 2 + (y - share * along[1]) ** 2
        nearest = np.minimum(nearest, squared)
    return np.sqrt(nearest)


def neighbour_distances(centres: Sequence[Path]) -> list[Column]:
    """Distance in pixels from each animal to the nearest other one, NaN where there is none."""
    nearest = [np.full(centre.shape[1], np.nan, np.float32) for centre in centres]
    for i, one in enumerate(centres):
        for j in range(i):
            apart = distance(one, centres[j])
            nearest[i] = np.fmin(nearest[i], apart)
            nearest[j] = np.fmin(nearest[j], apart)
    return nearest


def height_features(body: Body, tracks: Tracks, *, body_length: float) -> dict[str, Column]:
    """Heights above the ground and pitch of the trunk; nothing for poses in two dimensions.

    The third coordinate is taken as vertical. Up is where the back lies against the hindpaws, or
    else where the coordinate grows; the ground is the lowest hundredth of all parts.
    """
    if len(body.fore) < 3:
        return {}
    up = _upwards(body, tracks)
    front = body.fore if body.snout is None else body.snout
    every = max(1, body.fore.shape[1] // _FRAMES_FOR_GROUND)
    ground = np.nanquantile([up * track[2, ::every] for track in tracks.values()], 0.01)
    rise = up * (body.fore[2] - body.rear[2])
    return {
        "head_height_bl": (up * front[2] - ground) / body_length,
        "rear_height_bl": (up * body.rear[2] - ground) / body_length,
        "pitch_deg": np.degrees(np.arctan2(rise, distance(body.fore, body.rear))),
    }


def _upwards(body: Body, tracks: Tracks) -> int:
    paw = next((tracks[role] for role in ("hindpaw_left", "hindpaw_right") if role in tracks), None)
    if paw is None:
        return 1
    above = body.centre[2] - paw[2]
    return -1 if np.count_nonzero(above < 0) > np.count_nonzero(above > 0) else 1
