"""From body lengths to the picture: view, crop round the animal, as the package cuts it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from training.rendering.body import KEYPOINTS, Body, Point
from training.rendering.looks import VIEWS, Looks


@dataclass(frozen=True, slots=True)
class Camera:
    """Maps places of the arena to picture places from -1 to 1, x to the right and y down."""

    mirrored: Tensor
    towards: Point
    squeeze: Tensor
    centre: Tensor
    scale: Tensor

    @classmethod
    def on(cls, body: Body, looks: Looks, device: torch.device) -> Camera:
        """Look at the middle of where each body goes; the square holds all of its way."""
        angle = looks["tilt_towards"].to(device)[:, None]
        camera = cls(
            mirrored=(looks["view"] == VIEWS.index("bottom")).to(device)[:, None].float(),
            towards=(torch.cos(angle), torch.sin(angle)),
            squeeze=looks["squeeze"].to(device)[:, None],
            centre=torch.zeros(len(angle), 2, device=device),
            scale=torch.ones(len(angle), 1, device=device),
        )
        middle, neck = body.points["middle"], body.points["neck"]
        body_centre = tuple((a + b) / 2 for a, b in zip(middle, neck, strict=True))
        seen = torch.stack(camera.see((body_centre[0], body_centre[1])), 2)
        low, high = seen.amin(1), seen.amax(1)
        square = looks["square"].to(device)
        side = torch.maximum(square, (high - low).amax(1) + 0.83 * square)[:, None]
        centre = (low + high) / 2 + looks["off_centre"].to(device) * side
        return cls(camera.mirrored, camera.towards, camera.squeeze, centre, 2 / side)

    def of(self, rows: Tensor) -> Camera:
        """The cameras of some of the clips."""
        return Camera(
            self.mirrored[rows],
            (self.towards[0][rows], self.towards[1][rows]),
            self.squeeze[rows],
            self.centre[rows],
            self.scale[rows],
        )

    def see(self, point: Point) -> Point:
        """Picture place of an arena place."""
        x, y = point[0], point[1] * (1 - 2 * self.mirrored)
        cosine, sine = self.towards
        ahead, across = x * cosine + y * sine, (-x * sine + y * cosine) * self.squeeze
        seen = ahead * cosine - across * sine, ahead * sine + across * cosine
        return (
            (seen[0] - self.centre[:, :1]) * self.scale,
            (seen[1] - self.centre[:, 1:]) * self.scale,
        )

    def keypoints(self, body: Body) -> Tensor:
        """Picture places of the keypoints, shape (clips, frames, keypoint, 2)."""
        seen = [torch.stack(self.see(body.points[name]), -1) for name in KEYPOINTS]
        return torch.stack(seen, 2)
