"""Frames and seconds of one video, each from the other without drift. Knows no video file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUNDING_S = 0.00101
"""Labelling tools write milliseconds, some rounded, some cut off: up to 1 ms before the frame."""
LARGEST_S = 1e10
"""Longer than any video; epoch seconds, which some tools write, are shorter."""
FASTEST_FPS = 1e6
"""Frames a second of the fastest camera one can think of."""
_DIFFERENT_RATE = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class FrameClock:
    """Says which frame is shown at a time, and when a frame is shown.

    Attributes
    ----------
    fps
        Frames per second, above zero.
    times_s
        Time of each frame, shape (n_frames,), never decreasing, the first at 0; None for a
        constant frame rate.
    """

    fps: float
    times_s: NDArray[np.float64] | None = None

    @property
    def n_frames(self) -> int | None:
        """Frames of the video, None if unknown."""
        return None if self.times_s is None else len(self.times_s)

    def frames(self, seconds: NDArray[np.floating] | float) -> NDArray[np.int64]:
        """Frame on the screen at each time.

        A time up to `ROUNDING_S`, but at most half a frame, before a frame counts as that frame.
        Times outside the video are counted on at its frame rate.

        Raises
        ------
        ValueError
            If a time is not finite or beyond `LARGEST_S`.
        """
        times_s: NDArray[np.float64] = np.asarray(seconds, np.float64)
        if not (np.abs(times_s) <= LARGEST_S).all():
            raise ValueError("expected times of a video in seconds, found some beyond 300 years")
        frames = self._shown(times_s)
        next_s = self.seconds(frames + 1)
        shown_s = next_s - self.seconds(frames)
        return frames + (next_s - times_s <= np.minimum(ROUNDING_S, shown_s / 2))

    def seconds(self, frames: NDArray[np.integer] | int) -> NDArray[np.float64]:
        """Time at which each frame appears; past the last frame counted on at the frame rate."""
        frames = np.asarray(frames, np.int64)
        if self.times_s is None:
            return np.asarray(frames / self.fps)
        n_frames = len(self.times_s)
        inside = self.times_s[np.clip(frames, 0, n_frames - 1)]
        outside = frames - np.clip(frames, 0, n_frames - 1)
        return np.asarray(inside + outside / self.fps)

    def _shown(self, seconds: NDArray[np.float64]) -> NDArray[np.int64]:
        if self.times_s is None:
            return np.floor(seconds * self.fps).astype(np.int64)
        frames = np.searchsorted(self.times_s, seconds, side="right") - 1
        past = np.floor((seconds - self.times_s[-1]) * self.fps).astype(np.int64)
        before = np.floor(seconds * self.fps).astype(np.int64)
        last = len(self.times_s) - 1
        return np.where(seconds < 0, before, np.where(frames >= last, last + past, frames))


def make_clock(
    name: str,
    *,
    fps: float | None = None,
    times_s: NDArray[np.floating] | None = None,
    own_fps: float | None = None,
) -> tuple[FrameClock, list[str]]:
    """Make the clock for a file whose labels are in seconds.

    Parameters
    ----------
    name
        Of the file, for messages.
    fps, times_s
        Of the video, as far as the caller knows them; time stamps are used before a rate.
    own_fps
        What the file says, used if the caller knows nothing.

    Returns
    -------
    clock, problems
        ``problems`` has a sentence if file and caller disagree.

    Raises
    ------
    ValueError
        If no frame rate is known, or the values given are none.
    """
    if times_s is not None:
        return _clock_of_times(name, np.asarray(times_s, np.float64)), []
    own_fps = own_fps if own_fps is not None and _is_rate(own_fps) else None
    if fps is None:
        if own_fps is None:
            raise ValueError(
                f"{name}: its times are in seconds and it does not give a usable frame rate. "
                "Give the frame rate (fps, --fps) or the time stamps (times_s) of the video."
            )
        return FrameClock(float(own_fps)), []
    if not _is_rate(fps):
        raise ValueError(f"{name}: expected a frame rate above zero, found {fps}")
    problems = []
    if own_fps is not None and abs(own_fps / fps - 1) > _DIFFERENT_RATE:
        problems.append(f"the file says {own_fps:g} frames a second, {fps:g} was used")
    return FrameClock(float(fps)), problems


def _is_rate(fps: float) -> bool:
    return bool(0 < fps <= FASTEST_FPS)


def _clock_of_times(name: str, times_s: NDArray[np.float64]) -> FrameClock:
    usable = times_s.ndim == 1 and len(times_s) > 1 and np.isfinite(times_s).all()
    if usable and (np.diff(times_s) >= 0).all() and times_s[-1] > times_s[0]:
        times_s = times_s - times_s[0]  # players count from the first frame
        fps = (len(times_s) - 1) / float(times_s[-1])
        if _is_rate(fps):
            return FrameClock(fps, times_s)
    raise ValueError(
        f"{name}: expected increasing time stamps of two or more frames, found something else. "
        "Give the frame rate (fps) instead."
    )
