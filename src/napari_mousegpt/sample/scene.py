"""The empty arena as the camera sees it: floor, walls, dirt, light. Knows no animal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.sample.arena import FRAME_PX, PX_PER_CM, SIDE_CM

FLOOR_GREY = 206.0
WALL_GREY = (118.0, 132.0, 104.0, 124.0)
"""Top, right, bottom and left wall, which the light reaches differently."""

Picture = NDArray[np.float32]


def smooth_noise(
    rng: np.random.Generator, shape: tuple[int, int], *, scale_px: tuple[int, int]
) -> Picture:
    """Noise of about unit spread whose features are ``scale_px`` (y, x) large."""
    rows, columns = (-(-size // scale) + 3 for size, scale in zip(shape, scale_px, strict=True))
    coarse = rng.standard_normal((rows, columns))
    for axis, (size, scale) in enumerate(zip(shape, scale_px, strict=True)):
        at = np.arange(size) / scale
        low = at.astype(int)
        share = np.expand_dims(at - low, 1 - axis)
        share = share * share * (3 - 2 * share)
        coarse = np.take(coarse, low, axis) * (1 - share) + np.take(coarse, low + 1, axis) * share
    return coarse.astype(np.float32)


def paint_arena(rng: np.random.Generator) -> Picture:
    """Paint the arena without a mouse, shape (y, x, 3), float32 grey levels of 0 to 255."""
    size = (FRAME_PX, FRAME_PX)
    y, x = (np.mgrid[:FRAME_PX, :FRAME_PX] + 0.5 - FRAME_PX / 2) / (FRAME_PX / 2)
    lamp = 1.03 - 0.10 * ((x - 0.25) ** 2 + (y + 0.2) ** 2)
    floor = FLOOR_GREY * lamp
    floor += 2.2 * smooth_noise(rng, size, scale_px=(60, 80))
    floor += 1.6 * smooth_noise(rng, size, scale_px=(2, 9))
    floor += 1.2 * smooth_noise(rng, size, scale_px=(3, 3))
    picture = floor[..., None] * np.array([1.0, 0.995, 0.965])
    _scratch(picture, rng)
    _drop_boli(picture, rng)
    _raise_walls(picture, rng, x, y)
    return picture.astype(np.float32)


def _scratch(picture: Picture, rng: np.random.Generator) -> None:
    """Fine scratches and stains that years of claws and cleaning leave."""
    for _ in range(14):
        start = rng.uniform(50, FRAME_PX - 50, 2)
        angle = rng.uniform(0, 2 * np.pi)
        along = np.arange(rng.integers(20, 90))
        bend = rng.uniform(-0.004, 0.004) * along**2
        row = start[0] + along * np.sin(angle) + bend * np.cos(angle)
        column = start[1] + along * np.cos(angle) - bend * np.sin(angle)
        at = (
            np.clip(row, 0, FRAME_PX - 1).astype(int),
            np.clip(column, 0, FRAME_PX - 1).astype(int),
        )
        picture[at] -= rng.uniform(4, 14)
    y, x = np.mgrid[:FRAME_PX, :FRAME_PX]
    for _ in range(4):
        row, column = rng.uniform(80, FRAME_PX - 80, 2)
        radius = rng.uniform(6, 16)
        away = np.hypot(y - row, 0.7 * (x - column)) / radius
        stain = np.clip(1.3 - away, 0, 1)[..., None]
        picture -= stain * rng.uniform(4, 9) * np.array([0.6, 0.8, 1.6])


def _drop_boli(picture: Picture, rng: np.random.Generator) -> None:
    y, x = np.mgrid[:FRAME_PX, :FRAME_PX]
    for _ in range(3):
        row, column = rng.uniform(45, FRAME_PX - 45, 2)
        angle = rng.uniform(0, np.pi)
        along = (x - column) * np.cos(angle) + (y - row) * np.sin(angle)
        across = (y - row) * np.cos(angle) - (x - column) * np.sin(angle)
        away = np.hypot(along / 3.2, across / 1.4)
        cover = np.clip(1.6 - away, 0, 1)[..., None]
        picture += cover * (np.array([74.0, 62.0, 50.0]) - picture)


def _raise_walls(picture: Picture, rng: np.random.Generator, x: Picture, y: Picture) -> None:
    edge = SIDE_CM * PX_PER_CM / FRAME_PX
    far = np.maximum(np.abs(x), np.abs(y))
    outside = np.clip((far - edge) * FRAME_PX / 2 + 0.5, 0, 1)
    which = np.where(np.abs(y) > np.abs(x), np.where(y < 0, 0, 2), np.where(x > 0, 1, 3))
    height = np.clip((far - edge) / (1 - edge), 0, 1)
    grey = np.array(WALL_GREY)[which] * (1.0 - 0.35 * height)
    grey += 1.5 * smooth_noise(rng, (FRAME_PX, FRAME_PX), scale_px=(12, 12))
    seam = np.abs(np.abs(x) - np.abs(y)) * FRAME_PX / 2
    grey -= 22 * np.exp(-seam / 1.6)
    corner = 26 * np.exp(-np.maximum(edge - far, 0) * FRAME_PX / 12)
    picture -= corner[..., None] * (far < edge)[..., None]
    gap = np.exp(-(((far - edge) * FRAME_PX / 2 - 0.8) ** 2) / 1.5)
    grey -= 45 * gap
    wall = grey[..., None] * np.array([0.98, 1.0, 1.02])
    picture += outside[..., None] * (wall - picture)
