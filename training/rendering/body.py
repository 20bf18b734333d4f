"""Where the parts of a mouse's body are in each frame, seen from above without a camera.

Lengths are body lengths, the y axis points down, so that the animal's left is a smaller angle.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional

from training.rendering.course import FINE_PER_FRAME, FRAMES, Course, integrated

Point = tuple[Tensor, Tensor]
"""x and y, each of shape (clips, FRAMES)."""

KEYPOINTS = (
    "nose",
    "left ear",
    "right ear",
    "neck",
    "middle",
    "hip",
    "tail base",
    "left forepaw",
    "right forepaw",
    "left hindpaw",
    "right hindpaw",
)
TAIL_LINKS = 4


@dataclass(frozen=True, slots=True)
class Body:
    """Points, directions and sizes of a batch of mice.

    Attributes
    ----------
    points
        The keypoints, ``shoulder``, and ``tail 0`` to ``tail 4``.
    directions
        Unit vectors along the body at ``shoulder``, ``neck``, ``head``, ``hip``.
    width
        Of the trunk, in ordinary widths, shape (clips, FRAMES).
    """

    points: dict[str, Point]
    directions: dict[str, Point]
    width: Tensor
    rise: Tensor
    face: Tensor
    dig: Tensor
    scratch: Tensor

    def of(self, rows: Tensor) -> Body:
        """The bodies of some of the clips."""
        return Body(
            {name: (x[rows], y[rows]) for name, (x, y) in self.points.items()},
            {name: (x[rows], y[rows]) for name, (x, y) in self.directions.items()},
            *(getattr(self, name)[rows] for name in ("width", "rise", "face", "dig", "scratch")),
        )

    def moved(self, by: Point) -> Body:
        """The bodies elsewhere, ``by`` so much in x and y, shape (clips, 1) or (clips, FRAMES)."""
        points = {name: (x + by[0], y + by[1]) for name, (x, y) in self.points.items()}
        return replace(self, points=points)


def along(start: Point, direction: Point, length: Tensor | float) -> Point:
    """The point so far from another in a direction."""
    return start[0] + direction[0] * length, start[1] + direction[1] * length


def beside(start: Point, direction: Point, ahead: Tensor | float, left: Tensor | float) -> Point:
    """The point so far ahead and to the animal's left of another."""
    x, y = along(start, direction, ahead)
    return x + direction[1] * left, y - direction[0] * left


def heading(angle: Tensor) -> Point:
    """Unit vector of an angle in radians."""
    return torch.cos(angle), torch.sin(angle)


def pose_bodies(course: Course, look: dict[str, Tensor], device: torch.device) -> Body:
    """Place all parts of the bodies in each of the frames shown."""
    look = {name: value.to(device) for name, value in look.items()}
    span_s = course.span_s.to(device)
    fine = {name: value.to(device) for name, value in course.values.items()}
    angle = look["heading"][:, None] - torch.deg2rad(integrated(fine["turn_deg_per_s"], span_s))
    x, y = (integrated(part * fine["speed"], span_s) for part in heading(angle))
    shown = _shown_frames(look["held_frames"])

    def at_frames(value: Tensor) -> Tensor:
        return value.gather(1, shown)

    now = {name: at_frames(value) for name, value in fine.items()}
    time_s = shown / (FRAMES - 1) / FINE_PER_FRAME * span_s[:, None]
    sway = _sway(look["sway"])
    beat = torch.sin(2 * math.pi * now["beat_hz"] * time_s + look["phase"][:, None])
    forward = heading(at_frames(angle) + 3 * sway[:, 2])
    stretched = 0.42 * (now["length"] - at_frames(fine["length"])[:, :1])
    middle = along((at_frames(x) + sway[:, 0], at_frames(y) + sway[:, 1]), forward, stretched)
    middle = along(middle, forward, now["rock"] * beat)
    turned = at_frames(angle) + 3 * sway[:, 2]
    return _assemble(middle, turned, now, look, time_s, beat, sway[:, 3])


def _shown_frames(held: Tensor) -> Tensor:
    """Fine step of each frame; of a film with fewer frames than shown, some stand still."""
    unit = torch.linspace(0, 1, FRAMES, device=held.device)[None].expand(len(held), -1)
    steps = (held - 1).clamp(min=1)[:, None]
    stepped = torch.floor(unit * steps + 0.5) / steps
    unit = torch.where(held[:, None] > 0, stepped, unit)
    return (unit * (FRAMES - 1) * FINE_PER_FRAME).round().long()


def _sway(size: Tensor) -> Tensor:
    """Slow drift of place and heading, which no fact speaks of; shape (clips, 4, FRAMES)."""
    knots = torch.randn(len(size), 4, 5, device=size.device)
    drift = functional.interpolate(knots, size=FRAMES, mode="linear", align_corners=True)
    return drift * size[:, None, None]


def _assemble(
    middle: Point,
    angle: Tensor,
    now: dict[str, Tensor],
    look: dict[str, Tensor],
    time_s: Tensor,
    beat: Tensor,
    head_drift: Tensor,
) -> Body:
    rise, length = now["rise"], now["length"]
    bend = -torch.deg2rad(now["bend"])
    swing = torch.sin(2 * math.pi * now["head_hz"] * time_s + look["phase"][:, None])
    nose_turn = -torch.deg2rad(now["head_angle"] + now["head_swing"] * swing) + 5 * head_drift
    bowed = (now["head_down"] + now["nod"] * swing).clamp(0, 0.9)
    front, rear = length * (1 - 0.62 * rise), length * (1 - 0.5 * rise)
    head_size = look["head_size"][:, None] * (1 + 0.2 * rise)
    directions = {
        "shoulder": heading(angle + 0.35 * bend),
        "neck": heading(angle + 0.75 * bend),
        "head": heading(angle + bend + nose_turn),
        "hip": heading(angle - 0.35 * bend),
        "tail base": heading(angle - 0.6 * bend),
    }
    points: dict[str, Point] = {"middle": middle}
    points["shoulder"] = along(middle, directions["shoulder"], 0.24 * front)
    points["neck"] = along(points["shoulder"], directions["neck"], 0.12 * front)
    nose = 0.23 * head_size * (1 - 0.45 * bowed)
    points["nose"] = along(points["neck"], directions["head"], nose)
    points["hip"] = along(middle, directions["hip"], -0.22 * rear)
    points["tail base"] = along(points["hip"], directions["tail base"], -0.17 * rear)
    for side, sign in (("left", 1), ("right", -1)):
        points[f"{side} ear"] = beside(
            points["neck"], directions["head"], 0.05 * head_size, sign * 0.085 * head_size
        )
    breath = 1 + look["breath"][:, None] * torch.sin(2 * math.pi * 2.2 * time_s)
    width = look["width"][:, None] * breath / length.sqrt() * (1 + 0.08 * rise)
    body = Body(points, directions, width, rise, now["face"], now["dig"], now["scratch"])
    _add_paws(body, now, look, time_s, beat, front)
    _add_tail(body, angle - 0.6 * bend, now, look, time_s)
    return body


def _add_paws(
    body: Body,
    now: dict[str, Tensor],
    look: dict[str, Tensor],
    time_s: Tensor,
    beat: Tensor,
    front: Tensor,
) -> None:
    """Paws step, or are at the snout, in the bedding, against the neck, or off the floor."""
    points, directions, reach = body.points, body.directions, now["beat"]
    stride = now["step"] * torch.sin(2 * math.pi * now["step_hz"] * time_s + look["phase"][:, None])
    tasks = (now["face"], now["dig"], (body.rise * 1.5).clamp(max=1))
    on_floor = 1 - sum(tasks)
    for side, sign in (("left", 1), ("right", -1)):
        places = (
            beside(points["nose"], directions["head"], -0.035 + reach * 0.8 * beat,
                   sign * (0.05 + 0.02 * beat)),
            beside(points["neck"], directions["head"], 0.17 + sign * reach * 1.2 * beat,
                   sign * 0.06),
            beside(points["neck"], directions["neck"], 0.03, sign * 0.07),
        )  # fmt: skip
        floor = beside(
            points["shoulder"],
            directions["shoulder"],
            0.1 * front + sign * stride,
            sign * 0.125 * body.width,
        )
        points[f"{side} forepaw"] = _weighted((floor, *places), (on_floor, *tasks))
        stands = beside(
            points["hip"], directions["hip"], 0.02 - sign * stride, sign * 0.165 * body.width
        )
        ahead = -0.04 + reach * 1.3 * beat
        beats = beside(points["neck"], directions["neck"], ahead, sign * (0.13 + 0.03 * beat))
        lifted = now["scratch"] * (now["side"] == sign).float()
        points[f"{side} hindpaw"] = _weighted((stands, beats), (1 - lifted, lifted))


def _add_tail(
    body: Body, angle: Tensor, now: dict[str, Tensor], look: dict[str, Tensor], time_s: Tensor
) -> None:
    point, angle = body.points["tail base"], angle + math.pi
    body.points["tail 0"] = point
    wave = math.pi * now["step_hz"] * time_s
    for link in range(TAIL_LINKS):
        waves = look["tail_wave"][:, None] * torch.sin(wave - 0.9 * link) * (now["step"] > 0)
        angle = angle + 0.35 * look["tail_bend"][:, None] + waves
        point = along(point, heading(angle), look["tail_length"][:, None] / TAIL_LINKS)
        body.points[f"tail {link + 1}"] = point


def _weighted(points: tuple[Point, ...], weights: tuple[Tensor, ...]) -> Point:
    x, y = (
        sum(point[axis] * weight for point, weight in zip(points, weights, strict=True))
        for axis in (0, 1)
    )
    return x, y
