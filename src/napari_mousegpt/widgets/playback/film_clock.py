"""Which frame a film shows at a moment of playing, by its time stamps. Knows no timer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class FilmClock:
    """Turns seconds of the wall clock into frames.

    Parameters
    ----------
    times_s
        Time of each frame, shape (n_frames,), or None where ``fps`` alone tells it.
    """

    def __init__(self, times_s: NDArray[np.float64] | None, fps: float) -> None:
        self._times_s = times_s
        self._fps = fps
        self._film_s = 0.0
        self._wall_s = 0.0
        self._speed = 1.0

    def start(self, frame: int, speed: float, now_s: float) -> None:
        """Play on from a frame, at a multiple of real time."""
        self._film_s, self._wall_s, self._speed = self.time_of(frame), now_s, speed

    def frame_at(self, now_s: float) -> int:
        """The frame that is due now; may lie past the end of the film."""
        film_s = self._film_s + (now_s - self._wall_s) * self._speed
        if self._times_s is None:
            return int(film_s * self._fps + 1e-6)
        frame = int(np.searchsorted(self._times_s, film_s + 1e-9, side="right")) - 1
        past_s = film_s - float(self._times_s[-1])
        return frame + max(0, int(past_s * self._fps))

    def wait_s(self, frame: int, now_s: float) -> float:
        """How long until a frame is due."""
        return self._wall_s + (self.time_of(frame) - self._film_s) / self._speed - now_s

    def time_of(self, frame: int) -> float:
        """Time of a frame in the film; past its end as the frame rate says."""
        times_s = self._times_s
        if times_s is None:
            return frame / self._fps
        last = len(times_s) - 1
        within = min(max(frame, 0), last)
        return float(times_s[within]) + (frame - within) / self._fps
