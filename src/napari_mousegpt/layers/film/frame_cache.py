"""The last few decoded pictures, bounded in bytes. Knows no film."""

from __future__ import annotations

import threading
from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

LEAST_FRAMES = 4


class FrameCache:
    """Pictures by item; what was used longest ago goes first. Safe from several threads.

    Small on purpose: fresh memory for hundreds of pictures costs more time than it saves.
    """

    def __init__(self, limit_bytes: int, frame_bytes: int) -> None:
        self.n_frames = max(LEAST_FRAMES, limit_bytes // max(frame_bytes, 1))
        self._frames: OrderedDict[int, NDArray[np.uint8]] = OrderedDict()
        self._lock = threading.Lock()

    def __contains__(self, item: int) -> bool:
        return item in self._frames

    def __len__(self) -> int:
        return len(self._frames)

    def get(self, item: int) -> NDArray[np.uint8] | None:
        """The picture, read-only, or None."""
        with self._lock:
            frame = self._frames.get(item)
            if frame is not None:
                self._frames.move_to_end(item)
            return frame

    def put(self, item: int, frame: NDArray[np.uint8]) -> None:
        """Keep a picture; it becomes read-only."""
        frame.flags.writeable = False
        with self._lock:
            self._frames[item] = frame
            self._frames.move_to_end(item)
            while len(self._frames) > self.n_frames:
                self._frames.popitem(last=False)

    def clear(self) -> None:
        """Let go of all."""
        with self._lock:
            self._frames.clear()
