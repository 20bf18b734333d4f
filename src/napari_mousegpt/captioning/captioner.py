"""What every captioner takes and gives. Knows no particular captioner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.datamodel.timerange import TimeRange


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """What a captioner receives for one individual in one window.

    Attributes
    ----------
    frames
        Indices of the sampled frames in the video, equally spaced over the window.
    times_s
        Times of the sampled frames, counted from the first of them.
    pixels
        Crops around the animal, shape (frames, side, side, 3), uint8; None for a captioner
        that looks at no pixels.
    features
        Kinematics of the window by name (see `kinematics.window_features`); empty without poses.
    camera_view
        One of top, bottom, side, oblique.
    """

    video: str
    individual: str
    window: TimeRange
    frames: tuple[int, ...]
    times_s: tuple[float, ...]
    camera_view: str = "top"
    pixels: NDArray[np.uint8] | None = None
    features: Mapping[str, float] = field(default_factory=dict)

    @property
    def span_s(self) -> float:
        """Time from the first to the last sampled frame."""
        return self.times_s[-1] - self.times_s[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """A captioner's text for one clip as it came, or the reason why there is none."""

    text: str | None
    problem: str | None = None
    seconds: float = 0.0


class Captioner(Protocol):
    """Anything that turns clips into answers. Loads on first use."""

    name: str
    needs_pixels: bool
    needs_poses: bool

    def describe(self, clips: Sequence[Clip], *, attempt: int = 0) -> list[Answer]:
        """Answer each clip, in the same order.

        ``attempt`` counts how often these clips were answered invalidly before; a captioner
        that samples may answer differently, a deterministic one ignores it.
        """
        ...
