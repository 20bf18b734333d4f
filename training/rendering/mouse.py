"""Paints posed mice part by part, from the floor up; from below, paws come last."""

from __future__ import annotations

from torch import Tensor

from training.rendering.body import TAIL_LINKS, Body, Point, along, beside
from training.rendering.camera import Camera
from training.rendering.looks import PATCHES, VIEWS, Looks
from training.rendering.painter import Painter

TRUNK = (
    ("tail base", 0.07, "hip", 0.155),
    ("hip", 0.165, "middle", 0.175),
    ("middle", 0.175, "shoulder", 0.135),
    ("shoulder", 0.135, "neck", 0.105),
)
RAISED = ("shoulder", "neck")
"""Where parts of the trunk end that leave the floor in rearing."""
PAWS = (
    ("left forepaw", "shoulder", 0.05, 0.028),
    ("right forepaw", "shoulder", 0.05, 0.028),
    ("left hindpaw", "hip", 0.1, 0.032),
    ("right hindpaw", "hip", 0.1, 0.032),
)


def paint_mice(painter: Painter, body: Body, camera: Camera, looks: Looks) -> None:
    """Paint each body on its pictures; ``looks`` are on the painter's device."""
    seen = {name: camera.see(point) for name, point in body.points.items()}
    below = (looks["view"] == VIEWS.index("bottom")).float()[:, None]
    scale = camera.scale
    # Seen from below, what is raised is out of focus and of the light: it fades into the floor.
    far = below * body.rise * looks["recedes"][:, None]
    coat, face = (
        looks[name][:, None] + far * (looks["floor"] - looks[name])[:, None]
        for name in ("coat", "face")
    )
    floored = looks["coat"][:, None].expand_as(coat)
    thick = scale * body.width
    painter.shade(seen["hip"], seen["shoulder"], (0.22 * thick, 0.17 * thick), looks["shadow"])
    for link in range(TAIL_LINKS):
        radii = tuple((0.03 - 0.005 * (link + end)) * scale for end in (0, 1))
        painter.stick(
            seen[f"tail {link}"], seen[f"tail {link + 1}"], (radii[0], radii[1]), looks["tail"]
        )
    _paint_paws(painter, body, camera, looks, fore=1 - below, hind=1 - below)
    for start, first, stop, last in TRUNK:
        painter.stick(
            seen[start],
            seen[stop],
            (first * thick, last * thick),
            coat if stop in RAISED else floored,
            dome=looks["dome"],
        )
    _paint_patches(painter, body, camera, looks)
    size = scale * looks["head_size"][:, None]
    painter.stick(seen["neck"], seen["nose"], (0.1 * size, 0.032 * size), face, dome=looks["dome"])
    for ear in ("left ear", "right ear"):
        radius = 0.05 * size
        painter.stick(
            seen[ear], seen[ear], (radius, radius), looks["ears"], opacity=1 - 0.6 * below
        )
    _paint_raised_paws(painter, body, camera, looks, below)


def _paint_raised_paws(
    painter: Painter, body: Body, camera: Camera, looks: Looks, below: Tensor
) -> None:
    """Paws over the body: all from below; from above those at the face, neck and chest."""
    busy = 0.55 * body.face + 0.35 * body.dig + 0.5 * (body.rise > 0.3)
    fore = below * (1 - 0.75 * body.rise) + busy.clamp(max=1) * (1 - below)
    hind = below + 0.7 * body.scratch * (1 - below)
    _paint_paws(painter, body, camera, looks, fore=fore, hind=hind)


def _paint_paws(
    painter: Painter, body: Body, camera: Camera, looks: Looks, *, fore: Tensor, hind: Tensor
) -> None:
    for name, towards, length, radius in PAWS:
        ends: list[Point] = [
            camera.see(along(body.points[name], body.directions[towards], part * length))
            for part in (0.5, -0.5)
        ]
        painter.stick(
            ends[0],
            ends[1],
            (radius * camera.scale, 0.9 * radius * camera.scale),
            looks["paws"],
            opacity=fore if "fore" in name else hind,
        )


def _paint_patches(painter: Painter, body: Body, camera: Camera, looks: Looks) -> None:
    places = (("hip", "hip"), ("middle", "hip"), ("shoulder", "shoulder"), ("neck", "neck"))
    for patch in range(PATCHES):
        part, towards = places[patch]
        direction = body.directions[towards]
        ahead, left = (looks[f"patch_{name}"][:, patch, None] for name in ("ahead", "left"))
        start = beside(body.points[part], direction, ahead, left * body.width)
        stop = along(start, direction, looks["patch_length"][:, patch, None])
        radius = looks["patch_radius"][:, patch, None] * camera.scale
        painter.stick(
            camera.see(start),
            camera.see(stop),
            (radius, 0.7 * radius),
            looks["patch_grey"][:, patch],
            opacity=looks["patch_opacity"][:, patch],
        )
