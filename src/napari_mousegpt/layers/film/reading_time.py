"""How long a jump to a frame will take, from those before it. Knows no thread and no window."""

from __future__ import annotations

import time
from collections import deque
from typing import Any

import numpy as np
from numpy.typing import NDArray

JUMPS = 7
"""So many are looked back at; the quickest tells, since much may have kept others waiting."""
NEAR_FRAMES = 8
"""What is so near the frame before is decoded on, or kept, which says nothing of jumps."""
BESIDES_FRAMES = 8
"""What a jump costs besides the frames up to its own, in frames: seeking, and decoding past it."""


class ReadingTime:
    """Reads a film and learns what its jumps cost; one thread reads, any may ask.

    Parameters
    ----------
    film
        What has items; with an ``index``, its frames are decoded from the key frame before them.
    """

    def __init__(self, film: Any) -> None:
        self._film = film
        self._before: int | None = None
        self._costs_s: deque[float] = deque(maxlen=JUMPS)

    def read(self, item: int) -> NDArray[np.uint8]:
        """The frame, an array of its own.

        Raises
        ------
        OSError
            If it cannot be read.
        """
        started_s = time.monotonic()
        frame = np.array(self._film[item])
        # The first is no jump: it opens the file.
        if self._before is not None and abs(item - self._before) > NEAR_FRAMES:
            self._costs_s.append((time.monotonic() - started_s) / self._frames_to_decode(item))
        self._before = item
        return frame

    def of_jump_s(self, item: int) -> float | None:
        """How soon a jump to a frame may be there; None if none has been made yet."""
        costs_s = tuple(self._costs_s)
        return min(costs_s) * self._frames_to_decode(item) if costs_s else None

    def _frames_to_decode(self, item: int) -> int:
        """All from the key frame before it, where those are known, and `BESIDES_FRAMES`."""
        film = self._film
        item = getattr(film, "frame_of", int)(item) or 0  # of a film shown on another's clock
        index = getattr(film, "index", None) if getattr(film, "ready", True) else None
        keys, pts = getattr(index, "keys", None), getattr(index, "pts", None)
        if keys is None or pts is None or not 0 <= item < len(pts):
            return BESIDES_FRAMES
        key = keys[max(0, int(np.searchsorted(keys, pts[item], side="right")) - 1)]
        return BESIDES_FRAMES + max(0, item - int(np.searchsorted(pts, key)))
