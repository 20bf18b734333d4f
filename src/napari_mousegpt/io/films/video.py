"""A video file as a lazy array of frames, frame-exact. Knows no animal and no window."""

from __future__ import annotations

import threading
from collections.abc import Callable
from copy import copy
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.io.films.film import Film, Frame
from napari_mousegpt.io.films.growing_index import GrowingIndex, Known
from napari_mousegpt.io.films.video_index import VideoIndex
from napari_mousegpt.io.films.video_index_cache import load_index
from napari_mousegpt.io.frame_decoder import FrameDecoder

PATIENCE_S = 0.3
"""How long opening waits for the index, where it need not wait at all."""


class Video(Film):
    """Frames of a video file as an array ``(t, y, x, 3)`` uint8, decoded when asked for.

    Item i is the i-th frame by time stamp, RGB, not rotated. Any number of threads may read; they
    take turns. Memory does not grow with the length of the video, but for 8 bytes a frame.

    Parameters
    ----------
    path
        Video file.
    index
        Its index, if it is at hand.
    wait
        If False, a film that takes long to be counted opens at once: ``ready`` is False, length
        and times are what the header says, and a frame not reached yet is waited for when read.
        `on_ready` tells when length and times are final.

    Raises
    ------
    IndexError
        For a frame outside the video.
    OSError
        For a frame that cannot be decoded as it was filmed; the others still can.
    """

    path: Path

    def __init__(
        self, path: str | Path, *, index: VideoIndex | None = None, wait: bool = True
    ) -> None:
        self.path = Path(path)
        if index is None and self.path.is_file():
            index = load_index(self.path)
        self._growing: GrowingIndex | None = None
        if index is None:
            self._growing = GrowingIndex(self.path)
            index = self._growing.wait(None if wait else PATIENCE_S)
        look = index or self.growing.look
        self.container, self.codec = look.container, look.codec
        self.rotation_degrees = look.rotation_degrees
        self._picture = (look.height, look.width, 3)
        self._index = index
        self._known = Known(np.empty(0, np.int64), np.empty(0, np.int64))
        self._times_s: NDArray[np.float64] | None = None
        self._lock = threading.RLock()
        self._frames = FrameDecoder(self.path, self.container)

    def again(self) -> Video:
        """The same film with a decoder of its own, its index shared, be it whole or growing."""
        film = copy(self)
        film._lock = threading.RLock()
        film._frames = FrameDecoder(self.path, self.container)
        return film

    @property
    def growing(self) -> GrowingIndex:
        """The index while it is made.

        Raises
        ------
        RuntimeError
            If it was there from the start.
        """
        if self._growing is None:
            raise RuntimeError(f"{self.path.name}: the index was there from the start")
        return self._growing

    @property
    def index(self) -> VideoIndex:
        """The whole index, waited for."""
        if self._index is None:
            self._index = self.growing.wait()
            assert self._index is not None
        return self._index

    @property
    def ready(self) -> bool:
        """Whether length and times are final."""
        return self._index is not None or self.growing.ready

    def on_ready(self, call: Callable[[], None]) -> None:
        """Call back when length and times are final: at once, or later from another thread."""
        if self._index is not None:
            call()
        else:
            self.growing.on_ready(call)

    @property
    def shape(self) -> tuple[int, int, int, int]:  # type: ignore[override]
        """Frames, height, width and 3; the number of frames may change until `ready`."""
        frames = len(self.index.pts) if self.ready else self.growing.look.header_frames
        return (frames, *self._picture)

    @property
    def fps(self) -> float:  # type: ignore[override]
        """Average frame rate."""
        return self.index.fps if self.ready else self.growing.look.guessed_rate

    @property
    def times_s(self) -> NDArray[np.float64]:  # type: ignore[override]
        """Time of each frame after the first, shape (n_frames,)."""
        if not self.ready:
            return np.arange(len(self)) / self.fps
        if self._times_s is None:
            self._times_s = self.index.times_s
        return self._times_s

    @property
    def variable_rate(self) -> bool:  # type: ignore[override]
        """Whether the time stamps say more than the frame rate."""
        return self.ready and self.index.variable_rate

    @property
    def problems(self) -> tuple[str, ...]:  # type: ignore[override]
        """Sentences about what is odd in the file, known when it is `ready`."""
        return self.index.problems if self.ready else ()

    def close(self) -> None:
        """Let go of the file; the next read opens it again."""
        with self._lock:
            self._frames.close()

    def cheap_items(self, count: int) -> list[int]:
        """Items spread over all of the film; key frames, where there are enough of them."""
        even = super().cheap_items(count)
        pts, keys = self.index.pts, self.index.keys
        key_items = np.unique(np.searchsorted(pts, keys[(keys >= pts[0]) & (keys <= pts[-1])]))
        if len(key_items) < 2 * count:
            return even
        after = np.clip(np.searchsorted(key_items, even), 1, len(key_items) - 1)
        before = after - 1
        nearer_before = np.abs(key_items[before] - even) <= np.abs(key_items[after] - even)
        return sorted(set(np.where(nearer_before, key_items[before], key_items[after]).tolist()))

    def _read(self, item: int) -> Frame:
        known = self._wait_for(item)  # not under the lock: others may read what is there
        with self._lock:
            self._known = known
            return self._to_rgb(self._frames.read(item, known))

    def _wait_for(self, item: int) -> Known:
        known = self._known
        if item < len(known.pts):
            return known
        if self.ready:
            known = Known(self.index.pts, self.index.keys, self.index.by_order)
        else:
            known = self.growing.known(item)
        if item >= len(known.pts):
            raise IndexError(f"{self.name}: frame {item} of a video of {len(known.pts)} frames")
        return known

    def _to_rgb(self, frame: av.VideoFrame) -> Frame:
        height, width, _ = self._picture
        # A stream may change size midway; an array may not.
        if (frame.height, frame.width) != (height, width):
            frame = frame.reformat(width=width, height=height, format="rgb24")
        rgb: NDArray[Any] = frame.to_ndarray(format="rgb24")
        return rgb


def read_video(path: str | Path) -> Film:
    """Open a video as a lazy array (see `Film`); folders of images and stacks too.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is not a video, or one that cannot be decoded at all.
    """
    from napari_mousegpt.io.films.open_film import open_film

    return open_film(path)
