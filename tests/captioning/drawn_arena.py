"""Films of a drawn mouse whose place is known, made for tests of the animal finder."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

HEIGHT, WIDTH = 180, 240
BODY_LENGTH_PX, BODY_WIDTH_PX = 44, 26
NOWHERE = (float("nan"), float("nan"))


def walk(n_frames: int, seed: int = 0) -> NDArray[np.float64]:
    """Body centres (n, 2) of a mouse that goes round the arena."""
    turn = np.random.default_rng(seed).uniform(0, 2 * np.pi)
    angle = turn + np.linspace(0, 4.5 * np.pi, n_frames)
    return np.stack([120 + 75 * np.cos(angle), 90 + 45 * np.sin(2 * angle)], axis=1)


def film(
    centres: Sequence[Sequence[float]] | NDArray[np.float64],
    *,
    mouse: int = 40,
    floor: int = 180,
    noise: float = 2.0,
    headings: Sequence[float] | None = None,
    seed: int = 0,
) -> NDArray[np.uint8]:
    """Film (t, y, x, 3) of a mouse with a tail; where a centre is NaN there is none."""
    rng = np.random.default_rng(seed)
    x, y = np.meshgrid(np.linspace(-1, 1, WIDTH), np.linspace(-1, 1, HEIGHT))
    arena = floor * (1 - 0.15 * (x**2 + y**2))
    arena[:10] = arena[-10:] = 0.4 * floor  # walls
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
    tail = np.asarray(centre) - np.array([[20.0], [55.0]]) * along
    draw.line([tuple(point) for point in tail.tolist()], fill=grey, width=3)
    draw.polygon([tuple(point) for point in outline.tolist()], fill=grey)


def close_up(n_frames: int = 12) -> NDArray[np.uint8]:
    """Film of hairs and whiskers that move all over the picture."""
    rng = np.random.default_rng(0)
    frames = []
    for _ in range(n_frames):
        picture = Image.new("L", (WIDTH, HEIGHT), 60)
        for start in rng.uniform((0, 0), (WIDTH, HEIGHT), (150, 2)):
            end = start + rng.normal(0, 15, 2)
            ImageDraw.Draw(picture).line([tuple(start), tuple(end)], fill=200, width=2)
        frames.append(np.asarray(picture.convert("RGB")))
    return np.stack(frames)
