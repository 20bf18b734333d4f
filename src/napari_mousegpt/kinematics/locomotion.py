"""How an animal's trunk moves over the ground and turns. Knows no head, paw or tail."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.kinematics.body import Body, Path, angle_deg
from napari_mousegpt.kinematics.filters import derivative, odd_frames, smooth

Column = NDArray[np.float32]

SMOOTHING_S = 0.15
_TURN_SMOOTHING_S = 0.2


def velocity(path: Path, times_s: NDArray[np.float64], fps: float) -> Path:
    """Velocity of a point in pixels/s, positions smoothed over `SMOOTHING_S`."""
    return derivative(smooth(path, odd_frames(SMOOTHING_S, fps)), times_s)


def magnitude(vectors: Path) -> Column:
    """Length of each vector, shape (time,)."""
    return np.sqrt(vectors[0] * vectors[0] + vectors[1] * vectors[1])


def locomotion_features(
    body: Body, *, body_length: float, times_s: NDArray[np.float64], fps: float
) -> dict[str, Column]:
    """Speed, heading and turning in each frame, by the names of `frame_features`."""
    axis = smooth(body.axis(), odd_frames(SMOOTHING_S, fps))
    moved = velocity(body.centre, times_s, fps)
    speed = magnitude(moved)
    parts = [part for part in (body.snout, body.fore, body.rear) if part is not None]
    shape = [part - body.centre for part in parts]
    parts.append(body.centre)
    with np.errstate(invalid="ignore", divide="ignore"):
        forward = (moved[0] * axis[0] + moved[1] * axis[1]) / magnitude(axis)
    return {
        "x_px": body.centre[0],
        "y_px": body.centre[1],
        "speed_px_per_s": speed,
        "speed_bl_per_s": speed / body_length,
        "forward_speed_bl_per_s": forward / body_length,
        "acceleration_bl_per_s2": derivative(
            smooth(speed / body_length, odd_frames(SMOOTHING_S, fps)), times_s
        ),
        "rear_speed_bl_per_s": magnitude(velocity(body.rear, times_s, fps)) / body_length,
        "motion_bl_per_s": _mean_speed(parts, times_s, fps) / body_length,
        "shape_speed_bl_per_s": _mean_speed(shape, times_s, fps) / body_length,
        "heading_deg": np.degrees(np.arctan2(axis[1], axis[0])),
        "turning_deg_per_s": body.left_sign * _turning(axis, times_s, fps),
    }


def _mean_speed(paths: list[Path], times_s: NDArray[np.float64], fps: float) -> Column:
    """Mean over the parts that are seen, in pixels/s."""
    total = np.zeros(paths[0].shape[1], np.float32)
    seen = np.zeros_like(total)
    for path in paths:
        speed = magnitude(velocity(path, times_s, fps))
        known = np.isfinite(speed)
        total[known] += speed[known]
        seen += known
    with np.errstate(invalid="ignore"):
        return total / seen


def _turning(axis: Path, times_s: NDArray[np.float64], fps: float) -> Column:
    rate = np.full(axis.shape[1], np.nan, np.float32)
    if rate.size > 2:
        turned = angle_deg(axis[:, :-2], axis[:, 2:])
        rate[1:-1] = turned / (times_s[2:] - times_s[:-2])
        rate[0], rate[-1] = rate[1], rate[-2]
    return smooth(rate, odd_frames(_TURN_SMOOTHING_S, fps))
