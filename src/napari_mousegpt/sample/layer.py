"""Balls painted into a crop of a picture, the highest surface on top. Knows no animal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.float32]
Box = tuple[int, int, int, int]
"""Left, top, right, bottom in px; right and bottom lie outside."""

RIM_PX = 3.0
NOWHERE = np.float32(-1e3)


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """What has been painted so far.

    Attributes
    ----------
    box
        The crop.
    height
        Of the surface in px, shape (y, x); far below the floor where there is none.
    edge
        Distance to the outline in px, shape (y, x): positive inside, negative outside.
    values
        What the highest ball carries there, shape (channels, y, x).
    """

    box: Box
    height: Picture
    edge: Picture
    values: Picture

    @classmethod
    def blank(cls, box: Box, channels: int) -> Layer:
        shape = (box[3] - box[1], box[2] - box[0])
        return cls(
            box,
            np.full(shape, NOWHERE),
            np.full(shape, NOWHERE),
            np.zeros((channels, *shape), np.float32),
        )

    def ball(
        self, ball: Picture, *, values: Picture | None = None, frame_of_spine: Picture | None = None
    ) -> None:
        """Paint one ball (x, y, z, radius).

        It carries ``values``, shape (channels,); or, given the spine there (distance along it,
        and its direction x and y), the place on the animal: along and across the spine.
        """
        x, y, z, radius = ball[:4]
        rows, columns, dx, dy = _patch(self.box, x, y, radius + RIM_PX)
        if not dx.size or not dy.size:
            return
        squared = dx * dx + dy * dy
        edge = radius - np.sqrt(squared)
        height = z + np.sqrt(np.maximum(radius * radius - squared, 0)) + 2 * np.minimum(edge, 0)
        np.maximum(self.edge[rows, columns], edge, out=self.edge[rows, columns])
        higher = height > self.height[rows, columns]
        np.copyto(self.height[rows, columns], height, where=higher)
        if frame_of_spine is not None:
            along, ahead_x, ahead_y = frame_of_spine
            values_here = (along + dx * ahead_x + dy * ahead_y, dy * ahead_x - dx * ahead_y)
        elif values is not None:
            values_here = tuple(values)
        else:
            return
        for channel, value in zip(self.values, values_here, strict=True):
            np.copyto(channel[rows, columns], value, where=higher)


@dataclass(frozen=True, slots=True)
class Lamp:
    """A lamp by the shadow it makes.

    ``shift`` is how far, in x and y, the shadow of what is 1 px high falls, and ``penumbra_px`` how
    soft the shadow is of what lies on the floor; it gets softer with height.
    """

    shift: tuple[float, float]
    darkness: float
    penumbra_px: float = 3.0


def shadow_disc(balls: Picture, lamp: Lamp) -> tuple[Picture, Picture]:
    """Middle, shape (balls, 2), and outer radius, shape (balls,), of the shadow of each ball."""
    height = balls[:, 2]
    middle = balls[:, :2] + height[:, None] * np.array(lamp.shift, np.float32)
    return middle, balls[:, 3] + np.float32(0.5) * _penumbra(height, lamp)


def darken(shade: Picture, box: Box, balls: Picture, lamp: Lamp) -> None:
    """Let the shadows of balls fall on the floor: ``shade`` becomes the larger of the two."""
    middles, reaches = shadow_disc(balls, lamp)
    soft = _penumbra(balls[:, 2], lamp)
    for (x, y), reach, penumbra in zip(middles, reaches, soft, strict=True):
        rows, columns, dx, dy = _patch(box, x, y, reach)
        fall = np.clip((reach - np.sqrt(dx * dx + dy * dy)) / penumbra, 0, 1)
        np.maximum(shade[rows, columns], lamp.darkness * fall, out=shade[rows, columns])


def _penumbra(height: Picture, lamp: Lamp) -> Picture:
    return np.float32(lamp.penumbra_px) + np.float32(0.5) * height


def _patch(box: Box, x: float, y: float, reach: float) -> tuple[slice, slice, Picture, Picture]:
    """Part of the box within ``reach`` of a point, and distances from it: (1, x) and (y, 1)."""
    left, top, right, bottom = box
    x0, x1 = max(int(x - reach), left), min(int(x + reach) + 2, right)
    y0, y1 = max(int(y - reach), top), min(int(y + reach) + 2, bottom)
    dx = np.arange(x0, x1, dtype=np.float32)[None, :] + np.float32(0.5) - x
    dy = np.arange(y0, y1, dtype=np.float32)[:, None] + np.float32(0.5) - y
    return slice(y0 - top, max(y1 - top, 0)), slice(x0 - left, max(x1 - left, 0)), dx, dy
