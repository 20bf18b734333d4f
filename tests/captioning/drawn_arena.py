"""Films of a drawn mouse whose place is known, made for tests of the animal finder."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

HEIGHT, WIDTH = 240, 320
BODY_LENGTH_PX, BODY_WIDTH_PX = 60, 36


def walk(n_frames: int, seed: int = 0) -> NDArray[np.float64]:
    """Body centres (n, 2) of a mouse that goes round the arena."""
    turn = np.random.default_rng(seed).uniform(0, 2 * np.pi)
    angle = turn + np.linspace(0, 4.5 * np.pi, n_frames)
    return np.stack([160 + 100 * np.cos(angle), 120 + 60 * np.sin(2 * angle)], axis=1)


def film(
    centres: Sequence[Sequence[float]] | NDArray[np.float64],
    *,
    mouse: int = 40,
    floor: int = 180,
    noise: float = 2.0,
    headings: Sequence[float] | None = None,
    seed: int = 0,
) -> NDArray[np.uint8]:
    """Film (t, y, x, 3) of a mouse with a tail at ``centres``, which it leaves where they are NaN."""
    rng = np.random.default_rng(seed)
    x, y = np.meshgrid(np.linspace(-1, 1, WIDTH), np.linspace(-1, 1, HEIGHT))
    arena = floor * (1 - 0.15 * (x**2 + y**2))
    arena[:14] = arena[-14:] = 0.4 * floor  # walls
    headings = np.linspace(0, 6, len(centres)) if headings is None else headings
    frames = []
    for centre, heading in zip(centres, headings, strict=True):
        picture = Image.fromarray(arena.astype(np.float32))
        if np.isfinite(centre).all():
            _draw_mouse(ImageDraw.Draw(picture), centre, heading, mouse)
        frames.append(np.asarray(picture) + rng.normal(0, noise, (HEIGHT, WIDTH)))
    grey = np.clip(frames, 0, 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=-1)


def _draw_mouse(
    draw: ImageDraw.ImageDraw, centre: Sequence[float], heading: float, grey: int
) -> None:
    along = np.array([np.cos(heading), np.sin(heading)])
    across = np.array([-along[1], along[0]])
    angle = np.linspace(0, 2 * np.pi, 40)[:, None]
    outline = (
        np.asarray(centre)
        + BODY_LENGTH_PX / 2 * np.cos(angle) * along
        + BODY_WIDTH_PX / 2 * np.sin(angle) * across
    )
    tail = np.asarray(centre) - np.array([[28.0], [75.0]]) * along
    draw.line([tuple(point) for point in tail.tolist()], fill=grey, width=4)
    draw.polygon([tuple(point) for point in outline.tolist()], fill=grey)
