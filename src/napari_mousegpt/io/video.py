"""A video file as a lazy array of frames, frame-exact. Knows no animal and no window."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from operator import index as as_integer
from pathlib import Path
from types import TracebackType
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.io.video_index import VideoIndex, frame_stamp, index_video, open_container

KEPT_FRAMES = 16
"""Decoded pictures kept for steps back; small, since big caches cost more than they give."""
REORDER_FRAMES = 32
"""Decoded pictures looked at past the wanted time before a frame is called missing."""


class Video:
    """Frames of a video file as an array ``(t, y, x, 3)`` uint8, decoded when asked for.

    Item i is the i-th frame by time stamp, RGB, not rotated. Any number of threads may read; they
    take turns. Memory does not grow with the length of the video.

    Raises
    ------
    IndexError
        For a frame outside the video.
    OSError
        For a frame that cannot be decoded; the others still can.
    """

    dtype = np.dtype(np.uint8)
    ndim = 4

    def __init__(self, path: str | Path, *, index: VideoIndex | None = None) -> None:
        self.path = Path(path)
        self.index = index if index is not None else index_video(self.path)
        self.fps = self.index.fps
        self.times_s = self.index.times_s
        self.shape = (len(self.index.pts), self.index.height, self.index.width, 3)
        self._lock = threading.RLock()
        self._container: av.container.InputContainer | None = None
        self._decoder: Iterator[tuple[int, av.VideoFrame]] = iter(())
        self._kept: OrderedDict[int, av.VideoFrame] = OrderedDict()
        self._position = -1  # newest item decoded since the last seek
        self._seen: dict[int, int] = {}  # repeated time stamps: how often since the last seek

    def __repr__(self) -> str:
        return f"Video({self.path.name!r}, shape={self.shape}, fps={self.fps:g})"

    def __len__(self) -> int:
        return self.shape[0]

    @property
    def size(self) -> int:
        """Number of values, as numpy counts."""
        return int(np.prod(self.shape, dtype=np.int64))

    def __enter__(self) -> Video:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; the next read opens it again."""
        with self._lock:
            if self._container is not None:
                self._container.close()
            self._container = None
            self._decoder = iter(())
            self._kept.clear()
            self._position = -1

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        frames = self[:]
        return frames if dtype is None else frames.astype(dtype)

    def __getitem__(self, key: Any) -> NDArray[np.uint8]:
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

    def read_frames(self, items: Iterable[int]) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Yield ``(item, frame)`` in file order, each once; only these are converted to RGB."""
        for item in sorted({self._item(item) for item in items}):
            yield item, self._read(item)

    def _item(self, value: Any) -> int:
        item = as_integer(value)
        if not -len(self) <= item < len(self):
            raise IndexError(f"{self.path.name}: frame {item} of a video of {len(self)} frames")
        return item % len(self)

    def _stack(self, items: range | list[int]) -> NDArray[np.uint8]:
        frames = np.empty((len(items), *self.shape[1:]), np.uint8)
        # Backwards slices are read forwards: decoding only runs one way.
        for place in np.argsort(np.asarray(items, np.int64), kind="stable"):
            frames[place] = self._read(items[place])
        return frames

    def _read(self, item: int) -> NDArray[np.uint8]:
        with self._lock:
            frame = self._kept.get(item)
            return self._to_rgb(frame if frame is not None else self._decode(item))

    def _to_rgb(self, frame: av.VideoFrame) -> NDArray[np.uint8]:
        rgb: NDArray[Any] = frame.to_ndarray(format="rgb24")
        if rgb.shape != self.shape[1:]:  # a stream may change size midway; an array may not
            _, height, width, _ = self.shape
            rgb = frame.reformat(width=width, height=height, format="rgb24").to_ndarray()
        return rgb

    def _decode(self, item: int) -> av.VideoFrame:
        """Decode on, or from the nearest key frame, then from earlier ones, until it appears."""
        pts = self.index.pts
        stamp = pts[item]
        repeated = (item > 0 and pts[item - 1] == stamp) or (
            item + 1 < len(pts) and pts[item + 1] == stamp
        )
        keys = self.index.keys
        # Of repeated stamps all must come after the start, to be counted.
        starts = keys[keys < stamp] if repeated else keys[keys <= stamp]
        nearest = int(starts[-1]) if len(starts) else None
        if self._position < 0 or not (nearest or pts[0]) <= pts[self._position] < stamp:
            self._seek(nearest)
        frame = self._decode_until(item)
        # Some containers seek past the key frame asked for: start earlier, at last from the start.
        for start in [*starts[-2:-4:-1].tolist(), None]:
            if frame is not None:
                return frame
            self._seek(start)
            frame = self._decode_until(item)
        if frame is None:
            raise OSError(
                f"{self.path.name}: frame {item} cannot be decoded; the file is damaged there. "
                "Other frames can still be read."
            )
        return frame

    def _seek(self, stamp: int | None) -> None:
        """Start decoding at a key frame, or for None at the very beginning, file opened anew."""
        if stamp is not None and stamp <= self.index.pts[0]:
            stamp = None
        if stamp is None or self._container is None:
            self.close()
            self._container = open_container(self.path)
            self._container.streams.video[0].thread_type = "AUTO"
            if stamp is not None:
                # What an encoder says of itself at the start, some decoders need anywhere in the
                # film: x264's 4:4:4 is green without.
                next(self._decoded(self._container), None)
        container = self._container
        if stamp is not None:
            container.seek(stamp, stream=container.streams.video[0])
        self._decoder = self._decoded(container)
        self._position = -1
        self._seen = {}

    def _decoded(
        self, container: av.container.InputContainer
    ) -> Iterator[tuple[int, av.VideoFrame]]:
        """Yield time stamp and picture in decode order, beginning with a key frame."""
        first_key: int | None = None
        ordinal = 0
        for packet in container.demux(container.streams.video[0]):
            try:
                frames = packet.decode()
            except av.error.InvalidDataError:
                continue
            for frame in frames:
                stamp = frame_stamp(frame, ordinal)
                ordinal += 1
                if first_key is None and frame.key_frame:
                    first_key = stamp
                # Before the first key frame after a seek, references are missing.
                if first_key is not None and stamp >= first_key:
                    yield stamp, frame

    def _decode_until(self, item: int) -> av.VideoFrame | None:
        late = 0
        for stamp, frame in self._decoder:
            found = self._keep(stamp, frame)
            if found == item:
                return frame
            if found is not None and found > item:
                late += 1
                if late > REORDER_FRAMES:
                    break
        return None

    def _keep(self, stamp: int, frame: av.VideoFrame) -> int | None:
        pts = self.index.pts
        first = int(np.searchsorted(pts, stamp))
        if first == len(pts) or pts[first] != stamp:
            return None  # not one of the frames the index counts
        times_seen = self._seen.get(stamp, 0)
        if first + 1 < len(pts) and pts[first + 1] == stamp:
            self._seen[stamp] = times_seen + 1
        item = first + times_seen
        self._kept[item] = frame
        self._position = max(self._position, item)
        while len(self._kept) > KEPT_FRAMES:
            self._kept.popitem(last=False)
        return item


def read_video(path: str | Path) -> Video:
    """Open a video as a lazy array (see `Video`).

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is not a video, or one that cannot be decoded at all.
    """
    return Video(path)
