"""Paints rounded sticks on a batch of pictures. Knows no mouse."""

from __future__ import annotations

import torch
from torch import Tensor

from training.rendering.body import Point


class Painter:
    """Pictures of shape (clips, frames, side, side), greys 0 to 1, painted in place."""

    def __init__(self, pictures: Tensor, soft: Tensor) -> None:
        self.pictures = pictures
        self.soft = self._on_picture(soft)
        side = pictures.shape[-1]
        ruler = torch.linspace(-1 + 1 / side, 1 - 1 / side, side, device=pictures.device)
        ruler = ruler.to(pictures.dtype)
        self.x, self.y = ruler.view(1, 1, 1, side), ruler.view(1, 1, side, 1)

    def stick(
        self,
        start: Point,
        stop: Point,
        radii: tuple[Tensor, Tensor],
        grey: Tensor,
        *,
        opacity: Tensor | float = 1.0,
        dome: Tensor | None = None,
    ) -> None:
        """Paint a stick between two places, with a radius at each end.

        ``dome`` is how much brighter its middle line is than its edge.
        """
        distance, radius = self._distance(start, stop, radii)
        cover = (0.5 - distance / self.soft).clamp_(0, 1) * self._on_picture(opacity)
        colour = self._on_picture(grey)
        if dome is not None:
            colour = colour + self._on_picture(dome) * (distance * (-1 / radius)).clamp_(0, 1)
        self.pictures.add_(cover * (colour - self.pictures))

    def shade(self, start: Point, stop: Point, radii: tuple[Tensor, Tensor], depth: Tensor) -> None:
        """Darken the surroundings of a stick."""
        distance, _ = self._distance(start, stop, radii)
        self.pictures.mul_(1 - self._on_picture(depth) * (0.5 - distance * 3).clamp_(0, 1))

    def _distance(
        self, start: Point, stop: Point, radii: tuple[Tensor, Tensor]
    ) -> tuple[Tensor, Tensor]:
        """Distance of each pixel from the stick's skin, negative inside; and its first radius."""
        x0, y0, x1, y1, first, last = (self._on_picture(value) for value in (*start, *stop, *radii))
        dx, dy = x1 - x0, y1 - y0
        inverse = 1 / (dx * dx + dy * dy + 1e-3)
        share = ((self.x - x0) * (dx * inverse) + (self.y - y0) * (dy * inverse)).clamp_(0, 1)
        across = ((self.x - x0) - share * dx).square_()
        across.add_(((self.y - y0) - share * dy).square_()).add_(1e-5).sqrt_()
        return across.sub_(first + (last - first) * share), first

    def _on_picture(self, value: Tensor | float) -> Tensor:
        """Values per clip, or per clip and frame, in the shape of the pictures."""
        if not isinstance(value, Tensor):
            return torch.full((1, 1, 1, 1), value, device=self.pictures.device).to(self.pictures)
        value = value.to(self.pictures)
        return value.view(*value.shape, *[1] * (4 - value.ndim))
