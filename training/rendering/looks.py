"""What a mouse, its floor, the light and the camera look like: drawn at random, facts unchanged.

Greys are 0 to 1, lengths body lengths or half pictures. Knows no behaviour.
"""

from __future__ import annotations

import math
from typing import Literal

import torch
from torch import Tensor

from training.rendering.chance import Chance

Looks = dict[str, Tensor]
Style = Literal["usual", "unseen"]
"""``unseen`` has other builds, softer edges and stripes that training never shows."""

VIEWS = ("top", "bottom", "oblique")
PATCHES = 4


def draw_looks(chance: Chance, *, style: Style = "usual") -> Looks:
    """Draw the looks of a batch of clips; each value has shape (clips,) or (clips, more)."""
    looks = _build(chance, style) | _camera(chance, style) | _floor(chance) | _sensor(chance)
    looks |= _greys(looks["floor"], chance)
    looks |= _walls_of_its_grey(looks, chance)
    looks["stripes"] = torch.full((chance.clips,), float(style == "unseen"))
    looks["stripe_width"] = chance.between(6, 25)
    return _lit_from_below(looks, chance)


def _build(chance: Chance, style: Style) -> Looks:
    width = chance.between(0.85, 1.2)
    width = torch.where(chance.happens(0.4), width * chance.between(1, 1.35), width)
    if style == "unseen":
        slim = chance.between(0.74, 0.86)
        width = torch.where(chance.happens(0.5), slim, chance.between(1.2, 1.32))
    return {
        "width": width,
        "head_size": chance.between(0.85, 1.15),
        "breath": chance.between(0, 0.03),
        "phase": chance.between(0, 2 * math.pi),
        "heading": chance.between(-math.pi, math.pi),
        "sway": chance.between(0, 0.014) * chance.happens(0.55),
        "tail_bend": chance.between(-1.1, 1.1),
        "tail_wave": chance.between(0, 0.25),
        "tail_length": chance.between(0.5, 0.95),
        "recedes": chance.between(0, 0.7),
        "leans": chance.happens(0.4).float(),
        "leans_at": chance.between(-0.02, 0.12),
        "soft": chance.between(0.05, 0.1) if style == "unseen" else chance.between(0.02, 0.075),
    }


def _camera(chance: Chance, style: Style) -> Looks:
    view = chance.choice(0.5, 0.35, 0.15)
    squeeze = torch.where(view == 2, chance.between(0.62, 0.85), chance.between(0.93, 1))
    side = torch.where(chance.happens(0.85), chance.between(1.7, 2.3), chance.between(2.3, 4))
    side = torch.where(chance.happens(0.3), chance.between(1.25, 1.75), side)
    frames = chance.between(4, 8).floor()
    return {
        "view": view,
        "tilt_towards": chance.between(-math.pi, math.pi),
        "squeeze": squeeze,
        "square": chance.between(1.9, 2.7) if style == "unseen" else side,
        "off_centre": chance.between(-0.09, 0.09, 2),
        "held_frames": torch.where(chance.happens(0.2), frames, torch.tensor(0.0)),
    }


def _floor(chance: Chance) -> Looks:
    wall = chance.between(-0.6, 0.6) * chance.happens(0.55)
    return {
        "floor": chance.between(0.03, 0.97),
        "slope": chance.between(0, 0.22),
        "slope_towards": chance.between(0, 2 * math.pi),
        "clouds": chance.between(0, 0.1),
        "bedding": chance.between(0, 0.16) * chance.happens(0.5),
        "grain": chance.between(0, 0.16) * chance.happens(0.55),
        "wall": wall,
        "wall_towards": chance.between(0, 2 * math.pi),
        "wall_at": chance.between(0.35, 1.1),
        "second_wall": wall * chance.happens(0.25),
        "round_wall": chance.between(-0.5, 0.5) * chance.happens(0.12),
        "object": chance.between(-0.4, 0.5) * chance.happens(0.3),
        "object_at": chance.between(-0.95, 0.95, 2),
        "reflection": chance.between(0.05, 0.35) * chance.happens(0.2),
        "cable": chance.between(-0.5, 0.5) * chance.happens(0.08),
        "cable_towards": chance.between(0, 2 * math.pi),
        "film": chance.happens(0.5).float(),
    }


def _sensor(chance: Chance) -> Looks:
    return {
        "noise": torch.where(
            chance.happens(0.15), chance.between(0.02, 0.06), chance.between(0.003, 0.035)
        ),
        "slow_noise": chance.between(0, 0.035) * chance.happens(0.4),
        "compression": chance.between(0, 0.1) * chance.happens(0.45),
        "blur": chance.between(0, 1) * chance.happens(0.4),
        "coarse": chance.happens(0.2).float(),
        "flicker": torch.where(
            chance.happens(0.2), chance.between(0.01, 0.06), chance.between(0, 0.015)
        ),
        "gamma": chance.between(0.75, 1.3),
        "shake": chance.happens(0.12).float(),
    }


def _walls_of_its_grey(looks: Looks, chance: Chance) -> Looks:
    """A quarter of the walls are hardly told from the coat before them."""
    like_coat = looks["coat"] - looks["floor"] + chance.between(-0.06, 0.06)
    chosen = chance.happens(0.25)
    return {
        name: torch.where(chosen & (looks[name] != 0), like_coat, looks[name])
        for name in ("wall", "second_wall")
    }


def draw_neighbour(looks: Looks, rows: Tensor, chance: Chance) -> Looks:
    """Draw the looks of other mice in some of the clips: of their own build, mostly of one coat.

    ``beside_towards`` and ``beside`` say where the middle of the other one is, seen from the
    middle of the first; ``in_front`` which of the two hides the other.
    """
    shared = {name: value[rows] for name, value in looks.items()}
    shade = chance.between(-0.05, 0.05)
    other = chance.happens(0.8)
    greys = _greys(shared["floor"], chance)
    alike = {
        name: torch.where(other, (shared[name] + shade).clamp(0.02, 0.98), greys[name])
        for name in ("coat", "paws", "tail", "ears", "face")
    }
    where = {
        "beside_towards": chance.between(-math.pi, math.pi),
        "beside": chance.between(0.4, 1.5),
        "in_front": chance.happens(0.5).float(),
    }
    return shared | greys | _build(chance, "usual") | {"soft": shared["soft"]} | alike | where


def _greys(floor: Tensor, chance: Chance) -> Looks:
    """Coat, paws, tail, ears and fur patches, told from the floor by at least an eighth."""
    contrast = torch.where(
        chance.happens(0.12), chance.between(0.12, 0.2), chance.between(0.2, 0.75)
    )
    darker = chance.happens(0.6) & (floor - contrast > 0) | (floor + contrast > 1)
    coat = torch.where(darker, floor - contrast, floor + contrast).clamp(0.02, 0.98)
    bright = (coat + chance.between(0.25, 0.7)).clamp(0, 1)
    like = chance.between(0, 1)
    paws = torch.where(like < 0.8, coat + chance.between(-0.1, 0.2), 0.5 * (coat + floor))
    paws = torch.where(like < 0.45, bright, paws).clamp(0.02, 0.98)
    tail = 0.45 * coat + 0.55 * floor + chance.between(-0.1, 0.15)
    patched = chance.happens(0.45)[:, None] & (chance.between(0, 1, PATCHES) < 0.7)
    patch = coat[:, None] + chance.between(-0.38, 0.45, PATCHES)
    return {
        "coat": coat,
        "paws": paws,
        "tail": torch.where(chance.happens(0.5), paws, tail).clamp(0.02, 0.98),
        "ears": (coat + chance.between(-0.15, 0.3)).clamp(0.02, 0.98),
        "face": (coat + chance.between(-0.07, 0.1)).clamp(0.02, 0.98),
        "dome": torch.where(
            chance.happens(0.2), chance.between(-0.3, 0.4), chance.between(-0.08, 0.22)
        ),
        "shadow": chance.between(0, 0.5) * chance.happens(0.6),
        "patch_grey": patch.clamp(0.02, 0.98),
        "patch_opacity": chance.between(0.15, 0.9, PATCHES) * patched,
        "patch_ahead": chance.between(-0.09, 0.09, PATCHES),
        "patch_left": chance.between(-0.11, 0.11, PATCHES),
        "patch_radius": chance.between(0.015, 0.075, PATCHES),
        "patch_length": chance.between(-0.1, 0.1, PATCHES),
    }


def _lit_from_below(looks: Looks, chance: Chance) -> Looks:
    """A dark body and floor, on which paws, snout and tail that touch the glass shine."""
    glows = chance.happens(0.15) & (looks["view"] == VIEWS.index("bottom"))
    floor = chance.between(0.01, 0.15)
    coat = floor + chance.between(0.015, 0.16)
    lit = {
        "floor": floor,
        "coat": coat,
        "paws": chance.between(0.3, 1),
        "tail": chance.between(0.15, 0.9),
        "face": (coat + chance.between(0, 0.35)).clamp(0.02, 0.98),
        "ears": (coat + chance.between(0, 0.3)).clamp(0.02, 0.98),
    }
    dim = {name: looks[name] * 0.3 for name in ("clouds", "bedding", "grain", "slope", "shadow")}
    changed = {name: torch.where(glows, value, looks[name]) for name, value in (lit | dim).items()}
    return looks | changed
