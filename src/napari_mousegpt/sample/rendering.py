"""Frames of the moving mouse: fur, skin, shadow and sensor. Knows no behaviour and no file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.sample.arena import FRAME_PX
from napari_mousegpt.sample.body import Body, build_body
from napari_mousegpt.sample.motion import Motion
from napari_mousegpt.sample.scene import Picture, paint_arena, smooth_noise

LAMPS = ((0.42, 0.30, 0.26), (-0.50, 0.22, 0.16), (0.0, 0.0, 0.22))
"""Shift of the shadow for each px of height, x and y, and how dark it is; the last is contact."""
FUR_TEXTURE_PX = 256
FRINGE_PX = 0.8
NOISE_GREY = 2.4
MARGIN_PX = 26
BELOW = np.float32(-1e3)


@dataclass(slots=True, eq=False)
class Layer:
    """Balls painted into one crop of the picture: the highest surface wins.

    ``edge`` is the distance in px inside the outline, negative outside; ``values`` are what the
    highest ball carries, shape (channels, y, x).
    """

    left: int
    top: int
    height: Picture
    edge: Picture
    values: Picture

    @classmethod
    def empty(cls, box: tuple[int, int, int, int], channels: int) -> Layer:
        left, top, right, bottom = box
        shape = (bottom - top, right - left)
        return cls(
            left,
            top,
            np.full(shape, BELOW, np.float32),
            np.full(shape, BELOW, np.float32),
            np.zeros((channels, *shape), np.float32),
        )
