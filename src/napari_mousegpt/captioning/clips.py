"""Windows of a video to the clips that a captioner receives. Knows no captioner."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt.captioning.animal_finder import Background, find_animal, learn_background
from napari_mousegpt.captioning.captioner import Clip
from napari_mousegpt.captioning.crop import (
    Square,
    crop_square,
    whole_picture,
    window_square,
)
from napari_mousegpt.captioning.prompting.drawn_keypoints import KeypointDrawing
from napari_mousegpt.captioning.tracked_body import body_centres, body_length_px
from napari_mousegpt.datamodel.timerange import TimeRange, sample_frames
from napari_mousegpt.io.films.film import Film
from napari_mousegpt.kinematics.relations import OtherAnimals

MOST_HELD_BYTES = 512 << 20
"""Of frames that overlapping windows share; where it would take more, frames are read again."""

Pixels = Mapping[int, NDArray[np.uint8] | OSError]
"""Frames by item; of one that cannot be read, why."""

Crop = Literal["animal", "whole"]
CLIPS_REVISION = 2
"""To be raised when the same window gives another clip: it is part of a run's identity."""


def cut_parts(
    window: TimeRange, times_s: NDArray[np.float64], longest_s: float | None, fps: float
) -> list[TimeRange]:
    """Cut a window into equal parts of at most ``longest_s``; None leaves it whole."""
    duration_s = times_s[window.stop - 1] - times_s[window.start] + 1 / fps
    count = 1 if longest_s is None else math.ceil(duration_s / longest_s - 0.02)
    edges = np.linspace(window.start, window.stop, min(max(count, 1), len(window)) + 1).round()
    return [TimeRange(int(a), int(b)) for a, b in pairwise(edges)]


@dataclass(slots=True)
class ClipMaker:
    """Cuts clips out of one video, in file order, in constant memory.

    Attributes
    ----------
    times_s
        Time of each frame, shape (n_frames,).
    poses
        One row per frame, or None: then the animal is found by background subtraction.
    features
        Kinematics by ``(individual, start, stop)``; empty where nobody needs them.
    side_px
        Side of the square crops; 0 for a captioner that needs no pixels.
    others
        Tells how the animals stand to each other; None where nobody asks.
    drawing
        Draws keypoints on the crops; None to leave them as they are.
    shown
        Window to the part of it that its clips show; windows that are not in it are shown whole.
    """

    video: Film
    video_id: str
    times_s: NDArray[np.float64]
    fps: float
    poses: xr.Dataset | None
    roles: Mapping[str, str]
    features: Mapping[tuple[str, int, int], Mapping[str, float]]
    camera_view: str
    frames_per_clip: int
    side_px: int
    longest_s: float | None = None
    crop: Crop = "animal"
    video_sha256: str = ""
    others: OtherAnimals | None = None
    drawing: KeypointDrawing | None = None
    shown: Mapping[TimeRange, TimeRange] = field(default_factory=dict)
    _background: Background | None = None
    _lengths_px: dict[str, float] = field(default_factory=dict)

    def clips_of(self, window: TimeRange, individuals: Sequence[str]) -> dict[str, list[Clip]]:
        """Cut the clips of one window: for each individual one, or one per part of the window."""
        wanted = sorted(self._frames_of(window))
        return self._cut(window, individuals, {item: self._pixels(item) for item in wanted})

    def clip_at(self, frames: tuple[int, ...], individual: str) -> Clip:
        """Cut a clip of these frames, which need not be equally spaced."""
        window = TimeRange(frames[0], frames[-1] + 1)
        pixels = {item: self._pixels(item) for item in frames}
        return self._clip(window, window, frames, individual, pixels)

    def _cut(
        self, window: TimeRange, individuals: Sequence[str], pixels: Pixels
    ) -> dict[str, list[Clip]]:
        parts = self._parts(window)
        sampled = [sample_frames(part, self.frames_per_clip) for part in parts]
        return {
            individual: [
                self._clip(window, part, frames, individual, pixels)
                for part, frames in zip(parts, sampled, strict=True)
            ]
            for individual in individuals
        }

    def in_file_order(
        self, windows: Sequence[TimeRange], individuals: Mapping[TimeRange, Sequence[str]]
    ) -> Iterator[tuple[TimeRange, str, list[Clip]]]:
        """Yield ``(window, individual, clips)`` for the individuals wanted in each window.

        The film is read forwards once, whatever the windows overlap.
        """
        ordered = sorted(windows, key=self._part_shown)
        frames = {window: self._frames_of(window) for window in ordered}
        for window, pixels in self._read_once(ordered, frames):
            for individual, clips in self._cut(window, individuals[window], pixels).items():
                yield window, individual, clips

    def _part_shown(self, window: TimeRange) -> TimeRange:
        return self.shown.get(window, window)

    def _parts(self, window: TimeRange) -> list[TimeRange]:
        return cut_parts(self._part_shown(window), self.times_s, self.longest_s, self.fps)

    def _frames_of(self, window: TimeRange) -> set[int]:
        """Items that the clips of a window are made of; none for a captioner without pixels."""
        if not self.side_px:
            return set()
        parts = self._parts(window)
        return {item for part in parts for item in sample_frames(part, self.frames_per_clip)}

    def _read_once(
        self, ordered: Sequence[TimeRange], frames: Mapping[TimeRange, set[int]]
    ) -> Iterator[tuple[TimeRange, Pixels]]:
        """Yield each window with its frames, keeping what later windows want too."""
        last_use = {item: place for place, one in enumerate(ordered) for item in frames[one]}
        frame_bytes = int(np.prod(self.video.shape[1:]))
        coming = deque(sorted(last_use))
        held: dict[int, NDArray[np.uint8] | OSError] = {}
        for place, window in enumerate(ordered):
            wanted = frames[window]
            until = max(wanted, default=-1)
            while coming and coming[0] <= until:
                item = coming.popleft()
                if item in wanted or len(held) * frame_bytes < MOST_HELD_BYTES:
                    held[item] = self._pixels(item)
            for item in sorted(wanted - held.keys()):
                held[item] = self._pixels(item)  # let go of, or never held, for want of room
            yield window, held
            held = {item: pixels for item, pixels in held.items() if last_use[item] > place}

    def _pixels(self, item: int) -> NDArray[np.uint8] | OSError:
        try:
            return self.video[item]
        except OSError as error:
            return error

    def _clip(
        self,
        window: TimeRange,
        part: TimeRange,
        frames: tuple[int, ...],
        individual: str,
        pixels: Pixels,
    ) -> Clip:
        times_s = self.times_s[list(frames)] - self.times_s[frames[0]]
        crops, problem = None, None
        if self.side_px:
            found = [pixels[frame] for frame in frames]
            pictures = [picture for picture in found if not isinstance(picture, OSError)]
            if len(pictures) < len(found):
                problem = str(next(one for one in found if isinstance(one, OSError)))
            elif (square := self._square(part, pictures, individual)) is None:
                problem = self._nothing_there(individual)
            else:
                crops = self._crops(pictures, square, frames, individual)
        return Clip(
            video=self.video_id,
            individual=individual,
            window=window,
            frames=frames,
            times_s=tuple(times_s.tolist()),
            camera_view=self.camera_view,
            pixels=crops,
            features=self.features.get((individual, window.start, window.stop), {}),
            problem=problem,
            others=self.others.of(individual, part) if self.others is not None else (),
            video_sha256=self.video_sha256,
        )

    def _crops(
        self,
        pictures: list[NDArray[np.uint8]],
        square: Square,
        frames: tuple[int, ...],
        individual: str,
    ) -> NDArray[np.uint8]:
        crops = np.stack(
            [
                crop_square(picture, square.centre_xy, square.side_px, self.side_px)
                for picture in pictures
            ]
        )
        return crops if self.drawing is None else self.drawing.on(crops, square, frames, individual)

    def _square(
        self, part: TimeRange, pictures: list[NDArray[np.uint8]], individual: str
    ) -> Square | None:
        if self.crop == "whole":
            return whole_picture(self.video.shape[1:3])
        if self.poses is not None:
            centres_xy = body_centres(
                self.poses, individual, range(part.start, part.stop), self.roles
            )
            if individual not in self._lengths_px:
                self._lengths_px[individual] = body_length_px(self.poses, individual, self.roles)
            return window_square(centres_xy, self._lengths_px[individual])
        if self._background is None:
            self._background = learn_background(self.video)
        found = find_animal(pictures, self._background)
        return window_square(found.centres_xy, found.body_length_px)

    def _nothing_there(self, individual: str) -> str:
        if self.poses is not None:
            return f"no pose of {individual} in this window"
        return "no animal was found in this window; give poses, or --crop whole"
