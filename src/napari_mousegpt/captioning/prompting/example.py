"""A window with its right answer, as shown to a model. Knows no file and no table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """What a person corrected or confirmed.

    Attributes
    ----------
    video_sha256, video, individual, start, stop
        Which window of which film; the hash tells films of different recordings apart.
    asked
        What is said of the window: its length, view and kinematics in words.
    answer
        The description as JSON.
    times_s, pixels
        Sampled frames, shape (frames, side, side, 3); None where words alone are shown.
    """

    video_sha256: str
    video: str
    individual: str
    start: int
    stop: int
    asked: str
    answer: str
    times_s: tuple[float, ...] = ()
    pixels: NDArray[np.uint8] | None = None

    @property
    def text(self) -> str:
        """Window and answer, as they stand in a prompt."""
        return f"Window: {self.asked}\nAnswer: {self.answer}"

    @property
    def source(self) -> str:
        """Which window it is, in one line; pictures are told by it, since the film is known."""
        frames = "words" if self.pixels is None else f"{len(self.pixels)} frames"
        where = f"{self.video_sha256[:12]} {self.video} {self.individual}"
        return f"{where} {self.start}:{self.stop} {frames}"

    def overlaps(self, video_sha256: str, start: int, stop: int) -> bool:
        """Whether a window of a film shares a frame with it, whichever animal it is of."""
        return video_sha256 == self.video_sha256 and start < self.stop and self.start < stop


def first_apart(
    examples: Iterable[Example], count: int, video_sha256: str, start: int, stop: int
) -> tuple[Example, ...]:
    """The first examples that share no frame with a window: it must not be told its answer."""
    apart = [one for one in examples if not one.overlaps(video_sha256, start, stop)]
    return tuple(apart[:count])
