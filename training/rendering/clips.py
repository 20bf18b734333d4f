"""Batches of rendered clips with their facts, the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from napari_mousegpt.captioning.mousegpt_tiny import KNOWN_SPANS_S
from napari_mousegpt.datamodel.facts import Facts
from training.rendering.body import Body, heading, pose_bodies
from training.rendering.camera import Camera
from training.rendering.chance import Chance
from training.rendering.course import FRAMES, Course, draw_course
from training.rendering.floor import leaned_on, made_floors, put_in_front
from training.rendering.looks import Looks, Style, draw_looks, draw_neighbour
from training.rendering.mouse import paint_mice
from training.rendering.painter import Painter
from training.rendering.sensor import film_pictures

Others = tuple[Tensor, Course, Looks]
"""Which clips have a second animal, what it does, and what it looks like."""


@dataclass(frozen=True, slots=True)
class RenderedClips:
    """A batch of clips, in lists and tensors of the same order.

    Attributes
    ----------
    pixels
        uint8, shape (clips, 8, side, side).
    keypoints
        Places from -1 to 1, x to the right and y down, shape (clips, 8, 11, 2); NaN without an
        animal.
    facts, changes, speed_bl_per_s, turn_deg
        See `course.Course`.
    span, view
        Indices into the spans and views that the prompt can name, shape (clips,).
    """

    pixels: Tensor
    keypoints: Tensor
    facts: list[Facts | None]
    changes: list[tuple[str, str] | None]
    speed_bl_per_s: Tensor
    turn_deg: Tensor
    span: Tensor
    view: Tensor


@dataclass(slots=True)
class Renderer:
    """Renders batches of clips on a device.

    Attributes
    ----------
    side
        Pixels of a side, a multiple of eight.
    mixed, absent, neighbour
        Shares of clips with a change of behaviour, without an animal, and with a second one, of
        which nothing is told.
    compiled
        Whether to paint with a compiled function, much faster on a CPU where a compiler is.
    backgrounds
        uint8 pictures, shape (n, 1, side, side), half of the clips are shown on; None for made
        floors only.
    """

    side: int
    device: torch.device
    seed: int
    mixed: float = 0.1
    absent: float = 0.03
    neighbour: float = 0.0
    compiled: bool = False
    style: Style = "usual"
    backgrounds: Tensor | None = None
    drawn: int = 0

    @torch.no_grad()
    def draw(self, clips: int) -> RenderedClips:
        """Render the next clips; how many at a time is part of what the seed fixes."""
        generator = torch.Generator().manual_seed(self.seed * 1_000_003 + self.drawn)
        self.drawn += 1
        chance = Chance(clips, generator)
        span = chance.choice(*[1.0] * len(KNOWN_SPANS_S))
        span_s = torch.from_numpy(KNOWN_SPANS_S.astype(np.float32))[span]
        course = draw_course(span_s, chance, mixed=self.mixed, absent=self.absent)
        looks = draw_looks(chance, style=self.style)
        noise_seed = int(torch.randint(2**31, (1,), generator=generator))
        others = self._draw_others(course, looks, chance)
        with torch.random.fork_rng(devices=[self.device] if self.device.type == "cuda" else []):
            torch.manual_seed(noise_seed)
            pixels, keypoints = self._render(course, looks, others)
        return RenderedClips(
            pixels,
            keypoints,
            course.facts,
            course.changes,
            course.speed_bl_per_s,
            course.turn_deg,
            span,
            looks["view"],
        )

    def skip(self, batches: int) -> None:
        """Go on as if so many batches had been drawn."""
        self.drawn = batches

    def _draw_others(self, course: Course, looks: Looks, chance: Chance) -> Others | None:
        """A second animal in some of the clips, which does what it does."""
        if not self.neighbour:
            return None
        rows = (chance.happens(self.neighbour) & course.present).nonzero()[:, 0]
        own = Chance(len(rows), chance.generator)
        if not len(rows):
            return None
        does = draw_course(course.span_s[rows], own, mixed=self.mixed, absent=0.0)
        return rows, does, draw_neighbour(looks, rows, own)

    def _render(self, course: Course, looks: Looks, others: Others | None) -> tuple[Tensor, Tensor]:
        body = pose_bodies(course, looks, self.device)
        camera = Camera.on(body, looks, self.device)
        looks = {name: value.to(self.device) for name, value in looks.items()}
        looks |= leaned_on(looks, body, camera)
        number = torch.float16 if self.device.type == "cuda" else torch.float32
        pictures = self._floors(looks).to(number).expand(-1, FRAMES, -1, -1).clone()
        empty = (~course.present).to(self.device)
        bare = pictures[empty].clone()
        painter = Painter(pictures, looks["soft"], compiled=self.compiled)
        self._paint_others(painter, others, body, camera, in_front=False)
        paint_mice(painter, body, camera, looks)
        self._paint_others(painter, others, body, camera, in_front=True)
        painter.pictures[empty] = bare
        put_in_front(painter, looks)
        keypoints = camera.keypoints(body)
        keypoints[empty] = torch.nan
        return film_pictures(painter.pictures.clamp(0, 1), looks), keypoints.float()

    def _paint_others(
        self,
        painter: Painter,
        others: Others | None,
        first: Body,
        camera: Camera,
        *,
        in_front: bool,
    ) -> None:
        """Paint those of the second animals that are behind the first ones, or in front."""
        if others is None:
            return
        rows, course, looks = others
        chosen = (looks["in_front"] > 0) == in_front
        body = pose_bodies(course, looks, self.device).of(chosen.to(self.device))
        own = {name: value[chosen].to(self.device) for name, value in looks.items()}
        where = rows[chosen].to(self.device)
        middle = FRAMES // 2
        x, y = (value[where, middle : middle + 1] for value in first.points["middle"])
        there_x, there_y = (value[:, middle : middle + 1] for value in body.points["middle"])
        side = heading(own["beside_towards"][:, None])
        apart = own["beside"][:, None]
        moved = body.moved((x + side[0] * apart - there_x, y + side[1] * apart - there_y))
        some = Painter(painter.pictures[where], own["soft"], compiled=self.compiled)
        paint_mice(some, moved, camera.of(where), own)
        painter.pictures[where] = some.pictures

    def _floors(self, looks: Looks) -> Tensor:
        floors = made_floors(looks, self.side)
        if self.backgrounds is None:
            return floors
        which = torch.randint(len(self.backgrounds), (len(floors),))
        films = self.backgrounds[which].to(self.device).float() / 255
        return torch.where(looks["film"].view(-1, 1, 1, 1) > 0, films, floors)
