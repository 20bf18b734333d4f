"""What everything that reads frames needs of a film, whatever it is stored as. Knows no format."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from operator import index as as_integer
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Frame = NDArray[np.uint8]


class Film(ABC):
    """Frames as an array ``(t, y, x, 3)`` uint8 RGB, read when asked for.

    Integer, negative, slice, list and mask indexing of time; any number of threads may read.

    Attributes
    ----------
    path
        File or folder; None for a film that is nowhere on disk.
    shape
        Frames, height, width and 3.
    fps
        Average frame rate.
    times_s
        Time of each frame after the first, shape (n_frames,).
    variable_rate
        Whether the time stamps say more than the frame rate.
    container, codec
        What it is stored as, in a word each: ``mp4`` and ``h264``, ``images`` and ``png``.
    rotation_degrees
        By how much the file asks viewers to turn the picture, counter-clockwise; the array is
        not turned, since poses refer to it as it is.
    problems
        Sentences about what is odd in it.

    Raises
    ------
    IndexError
        For a frame outside the film.
    OSError
        For a frame that cannot be read; the others still can.
    """

    path: Path | None
    shape: tuple[int, int, int, int]
    fps: float
    times_s: NDArray[np.float64]
    variable_rate: bool
    container: str
    codec: str
    rotation_degrees: int
    problems: tuple[str, ...]

    dtype = np.dtype(np.uint8)
    ndim = 4

    @abstractmethod
    def _read(self, item: int) -> Frame:
        """Read one frame, ``0 <= item < len(self)``."""

    def close(self) -> None:
        """Let go of the file; the next read opens it again."""
        return

    @property
    def ready(self) -> bool:
        """Whether length and times are final; a very long video may still be counted."""
        return True

    def on_ready(self, call: Callable[[], None]) -> None:
        """Call back when length and times are final: at once, or later from another thread."""
        call()

    @property
    def name(self) -> str:
        """Name of the file or folder."""
        return self.path.name if self.path is not None else "film"

    @property
    def size(self) -> int:
        """Number of values, as numpy counts."""
        return int(np.prod(self.shape, dtype=np.int64))

    def __len__(self) -> int:
        return self.shape[0]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}, shape={self.shape}, fps={self.fps:g})"

    def __enter__(self) -> Film:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        frames = self[:]
        return frames if dtype is None else frames.astype(dtype)

    def __getitem__(self, key: Any) -> Frame:
        time, *rest = key if isinstance(key, tuple) else (key,)
        if time is Ellipsis:
            time, rest = slice(None), [Ellipsis, *rest]
        if isinstance(time, slice):
            frames = self._stack(range(*time.indices(len(self))))
            return frames[(slice(None), *rest)] if rest else frames
        if isinstance(time, (list, np.ndarray)):
            chosen = np.asarray(time)
            chosen = np.flatnonzero(chosen) if chosen.dtype == bool else chosen
            frames = self._stack([self._item(i) for i in chosen.ravel().tolist()])
            return frames[(slice(None), *rest)] if rest else frames
        frame = self._read(self._item(time))
        return frame[tuple(rest)] if rest else frame

    def read_frames(self, items: Iterable[int]) -> Iterator[tuple[int, Frame]]:
        """Yield ``(item, frame)`` in file order, each once."""
        for item in sorted({self._item(item) for item in items}):
            yield item, self._read(item)

    def cheap_items(self, count: int) -> list[int]:
        """About ``count`` items spread over all of the film, chosen to be quick to read."""
        last = len(self) - 1
        return sorted({round(last * i / max(1, count - 1)) for i in range(count)})

    def _item(self, value: Any) -> int:
        item = as_integer(value)
        if not -len(self) <= item < len(self):
            raise IndexError(f"{self.name}: frame {item} of a video of {len(self)} frames")
        return item % len(self)

    def _stack(self, items: range | list[int]) -> Frame:
        frames = np.empty((len(items), *self.shape[1:]), np.uint8)
        # Backwards slices are read forwards: decoding only runs one way.
        for place in np.argsort(np.asarray(items, np.int64), kind="stable"):
            frames[place] = self._read(items[place])
        return frames
