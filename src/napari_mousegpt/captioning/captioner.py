"""What every captioner takes and gives. Knows no particular captioner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.kinematics.relations import Relation


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
    problem
        Why there is nothing to describe, such as no pose in this window; None if there is.
    others
        How the animal stands to the other ones, the nearest first; empty where nobody asks.
    also_seen
        The same moment from other cameras, with as many frames each.
    video_sha256
        Of the film, which tells films of different recordings apart.
    """

    video: str
    individual: str
    window: TimeRange
    frames: tuple[int, ...]
    times_s: tuple[float, ...]
    camera_view: str = "top"
    pixels: NDArray[np.uint8] | None = None
    features: Mapping[str, float] = field(default_factory=dict)
    problem: str | None = None
    others: tuple[Relation, ...] = ()
    also_seen: tuple[Clip, ...] = ()
    video_sha256: str = ""

    @property
    def span_s(self) -> float:
        """Time from the first to the last sampled frame."""
        return self.times_s[-1] - self.times_s[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """A captioner's text for one clip as it came, or the reason why there is none.

    ``answered`` is False where the captioner was never heard, such as a server that is away: then
    nothing is known of the clip, and it is asked about again the next time. ``confidence`` is the
    probability of the first keyword by the captioner's own reckoning, None where it has none.
    ``seen`` has numbers that it read off the pictures, by the names of `tables.SEEN`.
    """

    text: str | None
    problem: str | None = None
    seconds: float = 0.0
    answered: bool = True
    confidence: float | None = None
    seen: Mapping[str, float] = field(default_factory=dict)


class Captioner(Protocol):
    """Anything that turns clips into answers. Made with ``model``, ``adapter``, ``device`` and
    ``batch_size``, each of which may be None; loads on first use.

    Attributes
    ----------
    needs_pixels, needs_poses
        What a clip must bring.
    longest_window_s
        Longer windows are cut into parts, described one by one and joined; None for no limit.
    open_vocabulary
        Whether its first keyword can be anything, and not only a known behaviour.
    side_px
        Side of the square crops it wants.
    model, revision, adapter, prompt_text, parameters
        What is stored with the run, and makes its identity.

    One with ``takes_prompt`` is made with a ``prompt`` too. One that works elsewhere may have more:
    ``uploads_to``, the host that pixels leave this computer for; ``batches_at_once``, how many
    threads may call ``describe`` at the same time; then also ``stop()``, which breaks off what is
    under way, and ``start()``, after which it answers again.
    """

    name: str
    needs_pixels: bool
    needs_poses: bool
    longest_window_s: float | None
    open_vocabulary: bool
    side_px: int
    model: str | None
    adapter: str | None
    batch_size: int | None

    @property
    def revision(self) -> str | None: ...

    @property
    def prompt_text(self) -> str: ...

    @property
    def parameters(self) -> dict[str, Any]: ...

    def prompt_for(self, clip: Clip) -> str:
        """Return the exact words for one clip."""
        ...

    def describe(self, clips: Sequence[Clip], *, attempt: int = 0) -> list[Answer]:
        """Answer each clip, in the same order.

        ``attempt`` counts how often these clips were answered invalidly before; a captioner
        that samples may answer differently, a deterministic one ignores it.
        """
        ...
