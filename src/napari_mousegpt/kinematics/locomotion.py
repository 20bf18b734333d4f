"""How an animal's trunk and head move over the ground and turn. Knows no paw and no tail."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.kinematics.body import Body, Column, Path, angle_deg
from napari_mousegpt.kinematics.filters import derivative, odd_frames, smooth

SMOOTHING_S = 0.15
SHORTEST_AXIS_BL = 0.2
FASTEST_TURN_DEG_PER_S = 900.0
"""A shorter trunk has no direction, and a faster turn is an exchange of head and tail."""
_TURN_SMOOTHING_S = 0.2


def velocity(path: Path, times_s: NDArray[np.float64], fps: float) -> Path:
    """Velocity of a point on the ground in pixels/s, positions smoothed over `SMOOTHING_S`."""
    return derivative(smooth(path[:2], odd_frames(SMOOTHING_S, fps)), times_s)


def magnitude(vectors: Path) -> Column:
    """Length of each vector on the ground, shape (time,)."""
    return np.sqrt(vectors[0] * vectors[0] + vectors[1] * vectors[1])


def locomotion_features(
    body: Body, *, body_length: float, times_s: NDArray[np.float64], fps: float
) -> dict[str, Column]:
    """Speeds, heading and turning in each frame, by the names of `frame_features`."""
    axis = smooth(body.axis(), odd_frames(SMOOTHING_S, fps))
    axis[:, magnitude(axis) < SHORTEST_AXIS_BL * body_length] = np.nan
    centre = velocity(body.centre, times_s, fps)
    fore, rear = velocity(body.fore, times_s, fps), velocity(body.rear, times_s, fps)
    snout = fore
    if body.snout is not None and body.snout is not body.fore:
        snout = velocity(body.snout, times_s, fps)
    speed = magnitude(centre)
    with np.errstate(invalid="ignore", divide="ignore"):
        forward = (centre[0] * axis[0] + centre[1] * axis[1]) / magnitude(axis)
    acceleration = derivative(smooth(speed, odd_frames(SMOOTHING_S, fps)), times_s)
    features = {
        "speed_bl_per_s": speed / body_length,
        "forward_speed_bl_per_s": forward / body_length,
        "acceleration_bl_per_s2": acceleration / body_length,
        "rear_speed_bl_per_s": magnitude(rear) / body_length,
        "motion_bl_per_s": _mean_speed((snout, fore, centre, rear)) / body_length,
        "shape_speed_bl_per_s": _mean_speed(part - centre for part in (snout, fore, rear))
        / body_length,
    }
    if body.snout is not None:
        features["head_speed_bl_per_s"] = magnitude(snout - centre) / body_length
    return features | {
        "x_px": body.centre[0],
        "y_px": body.centre[1],
        "speed_px_per_s": speed,
        "heading_deg": np.degrees(np.arctan2(axis[1], axis[0])),
        "turning_deg_per_s": body.left_sign * _turning(axis, times_s, fps),
    }


def _mean_speed(velocities: Iterable[Path]) -> Column:
    """Mean over the parts that are seen; NaN if none is."""
    speeds = np.stack([magnitude(one) for one in velocities])  # (part, time)
    known = np.isfinite(speeds)
    seen: Column = known.sum(axis=0, dtype=np.float32)
    seen[seen == 0] = np.nan
    total: Column = speeds.sum(axis=0, where=known)
    return total / seen


def _turning(axis: Path, times_s: NDArray[np.float64], fps: float) -> Column:
    rate = np.full(axis.shape[1], np.nan, np.float32)
    if rate.size > 2:
        turned = angle_deg(axis[:, :-2], axis[:, 2:])
        rate[1:-1] = turned / (times_s[2:] - times_s[:-2])
        rate[np.abs(rate) > FASTEST_TURN_DEG_PER_S] = np.nan
        rate[0], rate[-1] = rate[1], rate[-2]
    return smooth(rate, odd_frames(_TURN_SMOOTHING_S, fps))
