"""Single frames of a video file, exactly: jumps, decodes on, notices damage. Knows no RGB."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from av.video.frame import PictureType
from numpy.typing import NDArray

from napari_mousegpt.io.films.damaged_frames import damaged_stamps
from napari_mousegpt.io.films.growing_index import Known
from napari_mousegpt.io.films.video_container import (
    SKIPPABLE,
    STRICT,
    UNSEEKABLE_CONTAINERS,
    open_container,
)
from napari_mousegpt.io.films.video_index import frame_stamp

KEPT_FRAMES, KEPT_BYTES = 16, 48 << 20
"""Decoded pictures kept for steps back; small, since big caches cost more than they give."""
LEAST_KEPT = 8
"""Of however large pictures: twice as many as are decoded past the one that is asked for."""
REORDER_FRAMES = 32
"""Decoded pictures looked at past the wanted time before a frame is called missing."""
REORDER_DEPTH = 4
"""Frames that are decoded at most before one that is shown earlier."""
LONGEST_STRETCH = 3000
"""Frames between two key frames that are looked through for damage."""


class FrameDecoder:
    """Decodes frames by number; used by one thread at a time.

    Parameters
    ----------
    path
        Video file.
    container
        Its container's name, as in `VideoIndex`.
    """

    def __init__(self, path: Path, container: str) -> None:
        self.path, self._container_name = path, container
        self._known = Known(np.empty(0, np.int64), np.empty(0, np.int64))
        self._container: av.container.InputContainer | None = None
        self._decoder: Iterator[tuple[int, av.VideoFrame]] = iter(())
        self._kept: OrderedDict[int, av.VideoFrame] = OrderedDict()
        self._most_kept = KEPT_FRAMES
        self._position = -1  # newest item decoded since the last seek
        self._seen: dict[int, int] = {}  # repeated time stamps: how often since the last seek
        self._reorders = False
        self._skip_before: int | None = None  # frames earlier are decoded only if others need them
        self._trouble: int | None = None  # where the decoder last complained
        self._damaged: dict[int, frozenset[int]] = {}  # by key frame

    def close(self) -> None:
        """Let go of the file; the next read opens it again."""
        if self._container is not None:
            self._container.close()
        self._container = None
        self._decoder = iter(())
        self._kept.clear()
        self._position = -1

    def read(self, item: int, known: Known) -> av.VideoFrame:
        """Decode one frame; ``known`` are the stamps of all frames, or of the first.

        Raises
        ------
        OSError
            If it cannot be decoded as it was filmed.
        """
        self._known = known
        starts = self._starts(item)
        self._refuse_damaged(item, starts)
        frame = self._kept.get(item)
        if frame is None:
            frame = self._decode(item, starts)
        if not _stands_alone(frame):
            self._look_ahead(item)
        if self._trouble is not None and len(starts) and starts[-1] <= self._trouble:
            self._look_for_damage(int(starts[-1]))
            self._refuse_damaged(item, starts)
        if frame is None or frame.is_corrupt:
            raise self._damage(item)
        return frame

    def _starts(self, item: int) -> NDArray[np.int64]:
        """Key frames from which a frame can be reached, the nearest last."""
        pts, keys = self._known.pts, self._known.keys
        stamp = pts[item]
        repeated = (item > 0 and pts[item - 1] == stamp) or (
            item + 1 < len(pts) and pts[item + 1] == stamp
        )
        # Of repeated stamps all must come after the start, to be counted.
        return keys[: np.searchsorted(keys, stamp, side="left" if repeated else "right")]

    def _decode(self, item: int, starts: NDArray[np.int64]) -> av.VideoFrame | None:
        """Decode on, or from the nearest key frame, then from earlier ones, until it appears."""
        pts = self._known.pts
        stamp = int(pts[item])
        nearest = int(starts[-1]) if len(starts) else None
        if self._position < 0 or not (nearest or pts[0]) <= pts[self._position] < stamp:
            self._seek(nearest)
        self._skip_before = int(pts[max(0, item - self._most_kept + 1)])
        frame = self._decode_until(item)
        # Some containers seek past the key frame asked for: start earlier, at last from the start.
        for start in [*starts[-2:-4:-1].tolist(), None]:
            if frame is not None:
                break
            self._seek(start)
            frame = self._decode_until(item)
        return frame

    def _look_ahead(self, item: int) -> None:
        """Decode on over B-frames: what they were predicted from is shown, and told to be
        damaged, after them."""
        if self._reorders and 0 <= self._position < item + REORDER_DEPTH:
            for stamp, frame in itertools.islice(
                self._decoder, item + REORDER_DEPTH - self._position
            ):
                self._keep(stamp, frame)

    def _look_for_damage(self, key: int) -> None:
        """Find out which frames between two key frames are not as filmed, once."""
        if self._container_name in UNSEEKABLE_CONTAINERS:
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

    def _refuse_damaged(self, item: int, starts: NDArray[np.int64]) -> None:
        stretch = self._damaged.get(int(starts[-1])) if len(starts) else None
        if stretch and int(self._known.pts[item]) in stretch:
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
        by_order = self._known.by_order
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
        size = max(1, sum(plane.buffer_size for plane in frame.planes))
        self._most_kept = max(LEAST_KEPT, min(KEPT_FRAMES, KEPT_BYTES // size))
        while len(self._kept) > self._most_kept:
            self._kept.popitem(last=False)
        return item


def _stands_alone(frame: av.VideoFrame | None) -> bool:
    """Whether a picture cannot have been predicted from a damaged one."""
    return frame is not None and bool(frame.key_frame) and frame.pict_type == PictureType.I
