"""A thread that reads frames one at a time: of those wanted, always the latest.

Frames likely to be wanted next are read when nothing else is. Knows no window.
"""

from __future__ import annotations

import atexit
import threading
import time
import weakref
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.layers.film.frame_cache import FrameCache

Read = Callable[[int], NDArray[np.uint8]]
JOIN_S = 2.0
_WORKERS: weakref.WeakSet[FrameWorker] = weakref.WeakSet()


class FrameWorker:
    """Reads frames beside the window, into a cache.

    Parameters
    ----------
    read
        Called with an item, in the thread only; OSError or ValueError say it cannot be read.
    kept
        Where pictures go.
    told
        Called in the thread with each item that was wanted and is there now, or failed.
    finish
        Called in the thread when it ends.

    Attributes
    ----------
    newest
        The frame that was wanted and read last, or None.
    """

    def __init__(
        self,
        read: Read,
        kept: FrameCache,
        told: Callable[[int], None],
        finish: Callable[[], None] | None = None,
    ) -> None:
        self.kept = kept
        self.problems: dict[int, str] = {}
        self.newest: tuple[int, NDArray[np.uint8]] | None = None
        self._finish = finish
        self._read = read
        self._told = told
        self._turn = threading.Condition()
        self._wanted: int | None = None
        self._not_before_s = 0.0
        self._ahead: list[int] = []
        self._ended = False
        self._thread: threading.Thread | None = None
        _WORKERS.add(self)

    def ask(self, item: int, *, delay_s: float = 0.0, ahead: Sequence[int] | None = None) -> None:
        """Want a frame, in place of any wanted before; then those ``ahead``, if there is time.

        With None, those asked for before are still read.

        Parameters
        ----------
        delay_s
            Leave it until nothing else has been asked for this long.
        """
        with self._turn:
            self._wanted = None if self.has(item) else item
            self._not_before_s = time.monotonic() + delay_s
            if ahead is not None:
                self._ahead = [one for one in ahead if not self.has(one)]
            if self._wanted is None and not self._ahead:
                return
            if self._thread is None and not self._ended:
                self._thread = threading.Thread(target=self._run, name="frames", daemon=True)
                self._thread.start()
            self._turn.notify_all()

    def hurry(self) -> None:
        """Read what is wanted now, whatever it was to be left for."""
        with self._turn:
            self._not_before_s = 0.0
            self._turn.notify_all()

    def has(self, item: int) -> bool:
        """Whether a frame has been read, or found unreadable."""
        return item in self.kept or item in self.problems

    def wait_for(self, item: int, patience_s: float | None = None) -> bool:
        """Wait until a frame that was asked for is there; for ever if ``patience_s`` is None."""
        with self._turn:
            self._turn.wait_for(lambda: self.has(item) or self._ended, patience_s)
            return self.has(item)

    def end(self, *, wait: bool = False) -> None:
        """Read nothing more."""
        with self._turn:
            self._ended = True
            self._turn.notify_all()
        if wait and self._thread is not None:
            self._thread.join(JOIN_S)

    def _run(self) -> None:
        while (job := self._next()) is not None:
            item, was_wanted = job
            frame, problem = None, ""
            try:
                frame = self._read(item)
            except (OSError, ValueError, IndexError, MemoryError) as error:
                problem = str(error)
            with self._turn:
                if frame is not None:
                    self.kept.put(item, frame)
                    if was_wanted:
                        self.newest = item, frame
                elif was_wanted:
                    self.problems[item] = problem
                if self._wanted == item:
                    self._wanted = None
                self._turn.notify_all()
                ended = self._ended
            if was_wanted and not ended:
                self._told(item)
        if self._finish is not None:
            self._finish()

    def _next(self) -> tuple[int, bool] | None:
        """The next item to read and whether it is wanted now; None at the end."""
        with self._turn:
            while not self._ended:
                now_s = time.monotonic()
                if self._wanted is not None and now_s >= self._not_before_s:
                    return self._wanted, True
                if self._wanted is None and self._ahead:
                    return self._ahead.pop(0), False
                wait_s = None if self._wanted is None else self._not_before_s - now_s
                self._turn.wait(wait_s)
            return None


@atexit.register
def _end_all() -> None:
    """Threads that decode while Python goes can take it down with them."""
    for worker in list(_WORKERS):
        worker.end(wait=True)
