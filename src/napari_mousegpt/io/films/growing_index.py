"""The index of a long film, made in a thread while its first frames are looked at already."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.io.films.video_container import TRUSTED_CONTAINERS, explained
from napari_mousegpt.io.films.video_index import FirstLook, VideoIndex, finish_index, look_first
from napari_mousegpt.io.films.video_index_cache import keep_index
from napari_mousegpt.io.films.video_packets import Packets, read_packets

LOOK_EVERY_S = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """Stamps of the frames and key frames known so far; shapes (n_frames,) and (n_keys,).

    ``by_order`` as in `VideoIndex`.
    """

    pts: NDArray[np.int64]
    keys: NDArray[np.int64]
    by_order: bool = False


class GrowingIndex:
    """Counts a film in a thread.

    Parameters
    ----------
    path
        Video file; its header and first frame are read before this returns.

    Raises
    ------
    FileNotFoundError, ValueError
        As `index_video`; what is found out later is raised by `wait` and `known`.
    """

    def __init__(self, path: Path) -> None:
        self.look: FirstLook = look_first(path)
        self._packets = Packets()
        self._index: VideoIndex | None = None
        self._failure: Exception | None = None
        self._done = threading.Event()
        self._lock = threading.Lock()
        self._calls: list[Callable[[], None]] = []
        self._known = Known(np.empty(0, np.int64), np.empty(0, np.int64))
        threading.Thread(target=self._count, name="mousegpt-index", daemon=True).start()

    @property
    def ready(self) -> bool:
        """Whether the index is whole."""
        return self._done.is_set()

    def on_ready(self, call: Callable[[], None]) -> None:
        """Call back when the index is whole, from the thread; at once if it is."""
        with self._lock:
            if not self._done.is_set():
                self._calls.append(call)
                return
        call()

    def wait(self, timeout_s: float | None = None) -> VideoIndex | None:
        """The whole index; None if it takes longer than ``timeout_s``."""
        if not self._done.wait(timeout_s):
            return None
        if self._failure is not None:
            raise self._failure
        return self._index

    def known(self, item: int) -> Known:
        """Stamps of the first frames, up to ``item`` at least; all if the film is shorter."""
        while not self._done.wait(0):
            if item < len(self._known.pts):
                return self._known
            self._known = self._settled()
            if item >= len(self._known.pts):
                self._done.wait(LOOK_EVERY_S)
        index = self.wait()
        assert index is not None
        return Known(index.pts, index.keys, index.by_order)

    def _settled(self) -> Known:
        packets, look = self._packets, self.look
        settled = packets.settled
        if settled is None or look.first is None or not look.containers & TRUSTED_CONTAINERS:
            return self._known
        pts, keys = packets.sorted_stamps()
        pts = pts[(pts >= look.first) & (pts <= settled)]
        if not packets.name_frames or len(np.unique(pts)) < len(pts):
            return self._known
        return Known(pts, keys[keys <= settled])

    def _count(self) -> None:
        path = self.look.path
        try:
            with explained(path):
                self._index = finish_index(self.look, read_packets(path, self._packets))
            keep_index(path, self._index)
        except Exception as error:
            self._failure = error
        with self._lock:
            self._done.set()
        for call in self._calls:
            call()
