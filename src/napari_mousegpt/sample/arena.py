"""The arena and its camera: centimetres on the floor to pixels. Knows no animal.

Arena coordinates are cm: x to the right and y down as in the picture, z up from the floor,
origin at the top left corner of the floor.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SIDE_CM = 40.0
FRAME_PX = 480
PX_PER_CM = 10.5
CAMERA_HEIGHT_CM = 110.0
FPS = 30


def magnification(z_cm: NDArray[np.floating]) -> NDArray[np.floating]:
    """How much larger something at height ``z_cm`` looks than on the floor."""
    return CAMERA_HEIGHT_CM / (CAMERA_HEIGHT_CM - z_cm)


def to_pixels(points_cm: NDArray[np.floating]) -> NDArray[np.floating]:
    """Project points of shape (..., 3) to pixels, shape (..., 2), x then y.

    The camera hangs over the middle of the floor, so that what is higher is seen larger and
    further out, and a mouse that rears against a wall covers some of it.
    """
    offset_cm = points_cm[..., :2] - SIDE_CM / 2
    return FRAME_PX / 2 + PX_PER_CM * offset_cm * magnification(points_cm[..., 2:])


def is_inside(
    xy_cm: NDArray[np.floating], *, margin_cm: NDArray[np.floating] | float
) -> NDArray[np.bool_]:
    """Tell which points of shape (..., 2) keep ``margin_cm`` from all walls."""
    from_wall_cm = np.minimum(xy_cm, SIDE_CM - xy_cm).min(axis=-1)
    return from_wall_cm >= margin_cm


def distance_to_wall(
    xy_cm: NDArray[np.floating], direction: NDArray[np.floating]
) -> NDArray[np.floating]:
    """Distance in cm from points (..., 2) to the wall along unit vectors (..., 2)."""
    edge_cm = np.where(direction > 0, SIDE_CM, 0.0)
    steep = np.where(np.abs(direction) < 1e-9, 1e-9, direction)
    along_cm = np.where(np.abs(direction) < 1e-9, np.inf, (edge_cm - xy_cm) / steep)
    return along_cm.min(axis=-1)
