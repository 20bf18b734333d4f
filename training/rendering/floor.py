"""Floors and walls: made of noise and edges, or cut from the films of a folder. Knows no mouse."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from training.rendering.body import Body
from training.rendering.camera import Camera
from training.rendering.looks import Looks
from training.rendering.painter import Painter

VIDEO_SUFFIXES = frozenset({".mp4", ".avi", ".mov", ".mkv", ".mpg"})
FRAMES_OF_A_FILM = 24


def made_floors(looks: Looks, side: int) -> Tensor:
    """Pictures of empty floors, shape (clips, 1, side, side), greys 0 to 1."""
    like = {name: value.view(-1, 1, 1, 1) for name, value in looks.items() if value.ndim == 1}
    count, device = len(looks["floor"]), looks["floor"].device
    ruler = torch.linspace(-1, 1, side, device=device)
    x, y = ruler.view(1, 1, 1, side), ruler.view(1, 1, side, 1)

    def noise(cells: int) -> Tensor:
        coarse = torch.randn(count, 1, cells, cells, device=device)
        return functional.interpolate(coarse, size=(side, side), mode="bilinear")

    def beyond(distance: Tensor) -> Tensor:
        return (0.5 - 14 * distance).clamp(0, 1)

    slope, wall = like["slope_towards"], like["wall_towards"]
    floor = like["floor"] + like["slope"] * (x * torch.cos(slope) + y * torch.sin(slope))
    floor = floor + like["clouds"] * noise(4) + like["bedding"] * noise(max(8, side // 8))
    floor = floor + 0.6 * like["grain"] * torch.randn(count, 1, side, side, device=device)
    ahead, across = (
        x * torch.cos(wall) + y * torch.sin(wall),
        y * torch.cos(wall) - x * torch.sin(wall),
    )
    floor = floor + like["wall"] * beyond(like["wall_at"] - ahead)
    floor = floor + like["second_wall"] * beyond(like["wall_at"] - across)
    away = ((x - 0.5 * like["wall_at"]).square() + y.square()).sqrt()
    floor = floor + like["round_wall"] * beyond(1.1 - away)
    place = looks["object_at"].view(-1, 2, 1, 1)
    away = ((x - place[:, :1]).square() + (y - place[:, 1:]).square()).sqrt()
    floor = floor + like["object"] * beyond(away - 0.09)
    floor = floor + 0.12 * like["stripes"] * torch.sin(like["stripe_width"] * across)
    return floor.clamp(0, 1)


def leaned_on(looks: Looks, body: Body, camera: Camera) -> Looks:
    """Looks of a wall right before the snouts of some mice: of two fifths of those that rear.

    Some of the others have one too, or a wall alone would tell of rearing.
    """
    rears = body.rise.amax(1) > 0.3
    chosen = (looks["leans"] > 0) & (rears | (looks["leans_at"] > 0.08))
    nose, middle = (torch.stack(camera.see(body.points[name]), 2) for name in ("nose", "middle"))
    # Where the snout reaches furthest, seen from the middle of the body.
    ahead = nose.mean(1) - middle.mean(1)
    towards = torch.atan2(ahead[:, 1], ahead[:, 0])
    reach = nose @ torch.stack([torch.cos(towards), torch.sin(towards)], 1)[:, :, None]
    at = reach.amax((1, 2)) + looks["leans_at"] * camera.scale[:, 0]
    grey = torch.where(looks["wall"] == 0, looks["object_at"][:, 0] * 0.6, looks["wall"])
    return {
        "wall": torch.where(chosen, grey, looks["wall"]),
        "wall_towards": torch.where(chosen, towards, looks["wall_towards"]),
        "wall_at": torch.where(chosen, at, looks["wall_at"]),
    }


def read_backgrounds(folder: Path, *, count: int, side: int, seed: int) -> Tensor:
    """Cut random squares out of the median pictures of the films in a folder.

    The median of frames from all over a film holds no animal that moved. Returns uint8, shape
    (count, 1, side, side).

    Raises
    ------
    ValueError
        If the folder has no film.
    """
    from napari_mousegpt.io.films.open_film import open_film

    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in VIDEO_SUFFIXES)
    if not paths:
        raise ValueError(
            f"{folder}: expected films ({', '.join(sorted(VIDEO_SUFFIXES))}), found none. "
            "Leave --backgrounds out to train on made floors only."
        )
    rng = np.random.default_rng(seed)
    squares: list[np.ndarray] = []
    for number, path in enumerate(paths):
        with open_film(path) as film:
            chosen = np.linspace(0, len(film) - 1, min(FRAMES_OF_A_FILM, len(film))).astype(int)
            picture = np.median([film[int(i)].mean(axis=2) for i in chosen], axis=0)
        share = count * (number + 1) // len(paths) - len(squares)
        squares += [_random_square(picture, side, rng) for _ in range(share)]
    return torch.from_numpy(np.stack(squares))[:, None]


def _random_square(picture: np.ndarray, side: int, rng: np.random.Generator) -> np.ndarray:
    from PIL import Image

    height, width = picture.shape
    size = int(min(height, width) * rng.uniform(0.2, 0.9))
    top, left = rng.integers(0, height - size + 1), rng.integers(0, width - size + 1)
    cut = picture[top : top + size, left : left + size].astype(np.uint8)
    cut = np.rot90(cut, int(rng.integers(4)))
    return np.asarray(Image.fromarray(np.ascontiguousarray(cut)).resize((side, side)))


def put_in_front(painter: Painter, looks: Looks) -> None:
    """A cable that hangs across the picture, and a glass that mirrors a bright patch."""
    angle, like = looks["cable_towards"], torch.zeros_like(looks["cable_towards"])
    ends = [(torch.cos(angle + turn) * 1.5, torch.sin(angle + turn) * 1.5) for turn in (0.0, 2.6)]
    radius = torch.full_like(like, 0.018)
    painter.stick(
        ends[0],
        ends[1],
        (radius, radius),
        (looks["floor"] + looks["cable"]).clamp(0, 1),
        opacity=(looks["cable"] != 0).float(),
    )
    place = looks["object_at"]
    away = (painter.x - place[:, :1, None, None]).square()
    away = away + (painter.y - place[:, 1:, None, None]).square()
    glow = looks["reflection"].view(-1, 1, 1, 1) * torch.exp(-4 * away)
    painter.pictures = painter.pictures + glow.to(painter.pictures)
