"""A video file as a lazy array of frames, frame-exact. Knows no animal and no window."""

from __future__ import annotations

import itertools
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from copy import copy
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.io.damaged_frames import damaged_stamps
from napari_mousegpt.io.film import Film, Frame
from napari_mousegpt.io.growing_index import GrowingIndex, Known
from napari_mousegpt.io.video_container import (
    SKIPPABLE,
    STRICT,
    UNSEEKABLE_CONTAINERS,
    open_container,
)
from napari_mousegpt.io.video_index import VideoIndex, frame_stamp
from napari_mousegpt.io.video_index_cache import load_index

KEPT_FRAMES = 16
"""Decoded pictures kept for steps back; small, since big caches cost more than they give."""
REORDER_FRAMES = 32
"""Decoded pictures looked at past the wanted time before a frame is called missing."""
REORDER_DEPTH = 4
"""Frames that are decoded at most before one that is shown earlier."""
LONGEST_STRETCH = 3000
"""Frames between two key frames that are looked through for damage."""
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
        self._container: av.container.InputContainer | None = None
        self._decoder: Iterator[tuple[int, av.VideoFrame]] = iter(())
        self._kept: OrderedDict[int, av.VideoFrame] = OrderedDict()
        self._position = -1  # newest item decoded since the last seek
        self._seen: dict[int, int] = {}  # repeated time stamps: how often since the last seek
        self._reorders = False
        self._skip_before: int | None = None  # frames earlier are decoded only if others need them
        self._trouble: int | None = None  # where the decoder last complained
        self._damaged: dict[int, frozenset[int]] = {}  # by key frame

    def again(self) -> Video:
        """The same film with a decoder of its own, its index shared, be it whole or growing."""
        film = copy(self)
        film._lock = threading.RLock()
        film._container, film._decoder, film._position = None, iter(()), -1
        film._kept, film._seen = OrderedDict(), {}
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
            if self._container is not None:
                self._container.close()
            self._container = None
            self._decoder = iter(())
            self._kept.clear()
            self._position = -1

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
            frame = self._kept.get(item)
            return self._to_rgb(frame if frame is not None else self._decode(item))

    def _wait_for(self, item: int) -> Known:
        known = self._known
        if item < len(known.pts):
            return known
        if self.ready:
            known = Known(self.index.pts, self.index.keys)
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

    def _decode(self, item: int) -> av.VideoFrame:
        """Decode on, or from the nearest key frame, then from earlier ones, until it appears."""
        pts = self._known.pts
        stamp = int(pts[item])
        repeated = (item > 0 and pts[item - 1] == stamp) or (
            item + 1 < len(pts) and pts[item + 1] == stamp
        )
        keys = self._known.keys
        # Of repeated stamps all must come after the start, to be counted.
        starts = keys[keys < stamp] if repeated else keys[keys <= stamp]
        nearest = int(starts[-1]) if len(starts) else None
        self._refuse_damaged(item, stamp, nearest)
        if self._position < 0 or not (nearest or pts[0]) <= pts[self._position] < stamp:
            self._seek(nearest)
        self._skip_before = int(pts[max(0, item - KEPT_FRAMES + 1)])
        frame = self._decode_until(item)
        # Some containers seek past the key frame asked for: start earlier, at last from the start.
        for start in [*starts[-2:-4:-1].tolist(), None]:
            if frame is not None:
                break
            self._seek(start)
            frame = self._decode_until(item)
        self._look_ahead()
        if self._trouble is not None and nearest is not None and nearest <= self._trouble:
            self._look_for_damage(nearest)
            self._refuse_damaged(item, stamp, nearest)
        if frame is None or frame.is_corrupt:
            raise self._damage(item)
        return frame

    def _look_ahead(self) -> None:
        """Decode on over B-frames: what they were predicted from is shown, and told to be
        damaged, after them."""
        if self._container is not None and self._reorders:
            for stamp, frame in itertools.islice(self._decoder, REORDER_DEPTH):
                self._keep(stamp, frame)

    def _look_for_damage(self, key: int) -> None:
        """Find out which frames between two key frames are not as filmed, once."""
        if self.container in UNSEEKABLE_CONTAINERS:
            return  # time stamps after a jump are guesses
        pts, keys = self._known.pts, self._known.keys
        after = keys[keys > key]
        next_key = int(after[0]) if len(after) else None
        n_frames = int(((pts >= key) & (pts < (next_key or pts[-1]))).sum())
        if key in self._damaged or n_frames > LONGEST_STRETCH:
            return
        self._damaged[key] = damaged_stamps(self.path, key, next_key)
        for item in [i for i in self._kept if self._known.pts[i] in self._damaged[key]]:
            del self._kept[item]

    def _refuse_damaged(self, item: int, stamp: int, key: int | None) -> None:
        if key is not None and stamp in self._damaged.get(key, ()):
            raise self._damage(item)

    def _damage(self, item: int) -> OSError:
        return OSError(
            f"{self.path.name}: frame {item} cannot be decoded; the file is damaged there. "
            "Other frames can still be read."
        )

    def _seek(self, stamp: int | None) -> None:
        """Start decoding at a key frame, or for None at the very beginning, file opened anew."""
        if stamp is not None and stamp <= self._known.pts[0]:
            stamp = None
        if stamp is None or self._container is None:
            self.close()
            self._container = open_container(self.path)
            stream = self._container.streams.video[0]
            stream.thread_type = "AUTO"
            stream.codec_context.options = dict(STRICT)
            self._reorders = bool(stream.codec_context.has_b_frames)
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
        self._trouble = None

    def _decoded(
        self, container: av.container.InputContainer
    ) -> Iterator[tuple[int, av.VideoFrame]]:
        """Yield time stamp and picture in decode order, beginning with a key frame."""
        stream = container.streams.video[0]
        codec = stream.codec_context
        by_order = self._index is not None and self._index.by_order
        may_skip = codec.name in SKIPPABLE and not by_order
        first_key: int | None = None
        ordinal = 0
        for packet in container.demux(stream):
            if may_skip:
                before, stamp = self._skip_before, packet.pts
                early = before is not None and stamp is not None and stamp < before
                codec.skip_frame = "NONREF" if early else "DEFAULT"
            if first_key is None and packet.is_discard and packet.is_keyframe:
                first_key = packet.pts  # an edit list hides it, but decoding starts there
            try:
                frames = packet.decode()
            except av.error.InvalidDataError:
                if first_key is not None:
                    self._trouble = packet.pts
                continue
            for frame in frames:
                shown = ordinal if by_order else frame_stamp(frame)
                ordinal += 1
                if shown is None:
                    continue
                # Some decoders do not mark key frames, though their packets are marked.
                if first_key is None and (frame.key_frame or shown in self._known.keys):
                    first_key = shown
                # Before the first key frame after a seek, references are missing.
                if first_key is not None and shown >= first_key:
                    if frame.is_corrupt:
                        self._trouble = max(shown, self._trouble or shown)
                    yield shown, frame

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
        pts = self._known.pts
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


def read_video(path: str | Path) -> Film:
    """Open a video as a lazy array (see `Film`); folders of images and stacks too.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is not a video, or one that cannot be decoded at all.
    """
    from napari_mousegpt.io.open_film import open_film

    return open_film(path)
