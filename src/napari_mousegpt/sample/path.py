"""Where the hip goes: speed and turning, smoothed and integrated. Knows no behaviour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.sample.arena import FPS

BLEND_S = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class HipPath:
    """Track of the hip, one row for each frame.

    Attributes
    ----------
    xy_cm
        Shape (frames, 2), arena coordinates.
    angle_rad
        Direction of the pelvis, shape (frames,): ``atan2(dy, dx)`` with y down, continuous.
    speed_cm_per_s, left_turn_rad_per_s
        Shape (frames,); backwards is negative, and so is a turn to the animal's right.
    """

    xy_cm: NDArray[np.float64]
    angle_rad: NDArray[np.float64]
    speed_cm_per_s: NDArray[np.float64]
    left_turn_rad_per_s: NDArray[np.float64]


def blend_weights(stops: Sequence[int]) -> NDArray[np.float64]:
    """Share of each bout in each frame, shape (bouts, frames); every column adds up to one.

    ``stops`` are the frames at which the bouts end. A border is crossed within `BLEND_S`, half
    before and half after it.
    """
    n_frames = stops[-1]
    kernel = np.hanning(round(BLEND_S * FPS) + 2)
    kernel /= kernel.sum()
    pad = len(kernel) // 2
    starts = (0, *stops[:-1])
    weights = np.empty((len(stops), n_frames))
    for row, start, stop in zip(weights, starts, stops, strict=True):
        box = np.zeros(n_frames)
        box[start:stop] = 1
        row[:] = np.convolve(np.pad(box, pad, mode="edge"), kernel, mode="same")[pad:-pad]
    return weights / weights.sum(axis=0)


def follow(
    start_cm: tuple[float, float],
    heading_deg: float,
    speed_cm_per_s: NDArray[np.float64],
    left_turn_rad_per_s: NDArray[np.float64],
) -> HipPath:
    """Integrate speed and turning from a start; ``heading_deg`` is counter-clockwise from +x."""
    turned_rad = np.cumsum(left_turn_rad_per_s) / FPS
    angle_rad = -(np.deg2rad(heading_deg) + turned_rad)
    direction = np.stack([np.cos(angle_rad), np.sin(angle_rad)], axis=-1)
    xy_cm = np.asarray(start_cm) + np.cumsum(speed_cm_per_s[:, None] * direction, axis=0) / FPS
    return HipPath(xy_cm, angle_rad, speed_cm_per_s, left_turn_rad_per_s)
