"""A mouse of eleven points that does what a test asks for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import xarray as xr

from napari_mousegpt.datamodel.poses import make_poses

LENGTH_PX = 100.0
# Place along the body from the tail base, to the animal's left, in body lengths.
PARTS = {
    "snout": (1.0, 0.0),
    "ear_left": (0.8, 0.1),
    "ear_right": (0.8, -0.1),
    "neck": (0.7, 0.0),
    "centre": (0.45, 0.0),
    "tail_base": (0.0, 0.0),
    "tail_tip": (-0.8, 0.0),
    "forepaw_left": (0.7, 0.12),
    "forepaw_right": (0.7, -0.12),
    "hindpaw_left": (0.2, 0.2),
    "hindpaw_right": (0.2, -0.2),
}
MakeMouse = Callable[..., xr.Dataset]


def place_mouse(
    tail_base_px: np.ndarray,
    heading_deg: np.ndarray | float = 0.0,
    *,
    offsets: dict[str, np.ndarray] | None = None,
    parts: tuple[str, ...] = tuple(PARTS),
    from_below: bool = False,
) -> xr.Dataset:
    """Put a mouse somewhere in each frame.

    ``heading_deg`` counts as atan2(y, x) with y down; ``offsets`` move parts in the animal's own
    frame (forward, left), in body lengths, shape (time, 2).
    """
    n_time = len(tail_base_px)
    angle = np.broadcast_to(np.deg2rad(heading_deg), n_time)
    forward = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    left = np.stack([np.sin(angle), -np.cos(angle)], axis=1) * (-1 if from_below else 1)
    points = []
    for part in parts:
        own = np.tile(PARTS[part], (n_time, 1)) + (offsets or {}).get(part, 0)
        points.append(tail_base_px + LENGTH_PX * (own[:, :1] * forward + own[:, 1:] * left))
    position = np.stack(points, axis=2)  # (time, space, keypoint)
    return make_poses(position[..., None], keypoints=parts)


def line(n_time: int, *, step_px: float = 0.0) -> np.ndarray:
    """Positions along x from (300, 300), shape (n_time, 2)."""
    return np.stack([300 + step_px * np.arange(n_time), np.full(n_time, 300.0)], axis=1)
