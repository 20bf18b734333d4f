"""A smaller copy of a film in which every frame stands alone, for scrubbing. Knows no window.

Motion JPEG in a QuickTime file, frame k of the copy being frame k of the film: any frame is one
seek and under a millisecond of decoding. Kept in the cache folder by the film's content.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.io.cache_folder import cached_file
from napari_mousegpt.io.films.video_container import open_container
from napari_mousegpt.io.films.video_index import frame_stamp
from napari_mousegpt.io.fingerprint import fingerprint

REVISION = 1
LONGEST_SIDE = 480
RATE = 30  # of the copy's own time stamps, which only count frames
QUALITY = 5  # of MJPEG, 2 (best) to 31
PAYS_PIXELS = 25_000_000
"""A jump that decodes more than this (20 ms or so) is felt."""
PAYS_FRAMES = 300
TELL_EVERY_S = 0.25


@dataclass(frozen=True, slots=True)
class ProxyProgress:
    """How far a copy is: ``path`` is set once it is finished."""

    done: int
    total: int
    seconds_left: float | None = None
    path: Path | None = None


def jump_pixels(film: Any) -> float:
    """Pixels decoded for a frame at random, on average; 0 for films that know no key frames.

    A film that is still being counted is waited for.
    """
    index = getattr(film, "index", None)
    keys, pts = getattr(index, "keys", None), getattr(index, "pts", None)
    if keys is None or pts is None or not len(pts):
        return 0.0
    # A frame costs all from the key frame before it: half its group, larger groups more often.
    edges = np.unique(np.r_[0, np.searchsorted(pts, keys), len(pts)])
    lengths = np.diff(edges)
    frames = float((lengths * (lengths + 1) / 2).sum() / max(lengths.sum(), 1))
    return frames * film.shape[1] * film.shape[2]


def pays(film: Any) -> bool:
    """Whether scrubbing a film without a copy would be felt."""
    return len(film) >= PAYS_FRAMES and jump_pixels(film) >= PAYS_PIXELS


def proxy_path(film: Any, longest_side: int = LONGEST_SIDE) -> Path:
    """Where the copy of a film is, or will be."""
    return cached_file(fingerprint(film.path), f"proxy-{longest_side}-{REVISION}.mov")


def find_proxy(film: Any, longest_side: int = LONGEST_SIDE) -> Path | None:
    """Return the copy made before; one that is broken is deleted."""
    path = proxy_path(film, longest_side)
    if not path.exists():
        return None
    try:
        with contextlib.closing(ScrubProxy(path, len(film))) as proxy:
            for item in (0, len(film) // 2, len(film) - 1):
                proxy.picture(item, (16, 16))
    except (OSError, ValueError):
        path.unlink(missing_ok=True)
        return None
    return path


def build_proxy(
    film: Any, longest_side: int = LONGEST_SIDE
) -> Generator[ProxyProgress, None, None]:
    """Make the copy of a film, yielding how far it is; closing the generator leaves no file.

    A frame that cannot be decoded is black in the copy.

    Raises
    ------
    OSError
        If it cannot be written, or what was written cannot be read back whole.
    """
    path = proxy_path(film, longest_side)
    total = len(film)
    handle, name = tempfile.mkstemp(".mov", f"{path.stem}-part-", path.parent)
    os.close(handle)
    beside = Path(name)
    try:
        started_s = told_s = time.monotonic()
        for done in _write(film, beside, longest_side):
            now_s = time.monotonic()
            if now_s - told_s >= TELL_EVERY_S:
                told_s = now_s
                yield ProxyProgress(done, total, (now_s - started_s) * (total - done) / done)
        with contextlib.closing(ScrubProxy(beside, total)) as proxy:
            proxy.picture(total - 1, (16, 16))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    yield ProxyProgress(total, total, 0.0, path)


def small_size(shape_yx: tuple[int, int], longest_side: int) -> tuple[int, int]:
    """Width and height of the copy, even, never larger than the film."""
    height, width = shape_yx
    scale = min(1.0, longest_side / max(height, width))
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def _write(film: Any, path: Path, longest_side: int) -> Iterator[int]:
    width, height = small_size(film.shape[1:3], longest_side)
    with av.open(path, "w") as container:
        stream = container.add_stream("mjpeg", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuvj420p"
        context = stream.codec_context
        context.thread_count = 1
        context.qmin = context.qmax = QUALITY
        for item, picture in enumerate(_pictures(film)):
            small = picture.reformat(
                width=width,
                height=height,
                format="yuvj420p",
                dst_colorspace="ITU601",  # what JPEG means, whatever the film's is
                interpolation="AREA",
            )
            small.pts, small.time_base = item, Fraction(1, RATE)
            container.mux(stream.encode(small))
            yield item + 1
        container.mux(stream.encode(None))


def _pictures(film: Any) -> Iterator[av.VideoFrame]:
    """Every frame of a film in order, undecodable ones black.

    Read in one go and left as decoded, which takes a third of the time of RGB frames; those that
    do not come in order are asked for one by one.
    """
    following = 0
    for item, picture in _decoded(film) if hasattr(film, "index") else ():
        if item < following:
            continue
        if item >= len(film):
            break
        for missing in range(following, item):
            yield _asked_for(film, missing)
        yield picture
        following = item + 1
    for item in range(following, len(film)):
        yield _asked_for(film, item)


def _decoded(film: Any) -> Iterator[tuple[int, av.VideoFrame]]:
    """Items and pictures as they come out of the file."""
    pts = film.index.pts
    seen: dict[int, int] = {}
    with open_container(film.path) as container:
        stream = container.streams.video[0]
        stream.thread_count = 1  # others have work to do
        ordinal = 0
        for packet in container.demux(stream):
            try:
                frames = packet.decode()
            except av.error.InvalidDataError:
                continue
            for frame in frames:
                stamp = ordinal if film.index.by_order else frame_stamp(frame)
                ordinal += 1
                if stamp is None:
                    continue
                item = int(np.searchsorted(pts, stamp)) + seen.get(stamp, 0)
                if item < len(pts) and pts[item] == stamp:
                    seen = {stamp: seen.get(stamp, 0) + 1}
                    yield item, frame


def _asked_for(film: Any, item: int) -> av.VideoFrame:
    try:
        pixels = np.ascontiguousarray(film[item])  # (y, x, 3) uint8
    except OSError:
        pixels = np.zeros(film.shape[1:], np.uint8)
    return av.VideoFrame.from_ndarray(pixels, format="rgb24")


class ScrubProxy:
    """A finished copy; one thread at a time.

    Raises
    ------
    ValueError
        If the file is not a copy of a film of ``n_frames`` frames.
    OSError
        If it cannot be opened.
    """

    def __init__(self, path: Path, n_frames: int) -> None:
        self.path = path
        self._container = av.open(path, options={"protocol_whitelist": "file"})
        stream = self._container.streams.video[0] if self._container.streams.video else None
        if stream is None or stream.frames != n_frames:
            found = 0 if stream is None else stream.frames
            self._container.close()
            raise ValueError(f"{path.name}: expected {n_frames} frames, found {found}")
        self._stream = stream
        stream.thread_count = 1
        self._tick = 1 / (RATE * float(stream.time_base or 1 / RATE))

    def picture(self, item: int, size_yx: tuple[int, int]) -> NDArray[np.uint8]:
        """Frame ``item`` scaled to a size, shape (y, x, 3).

        Raises
        ------
        OSError
            If it is not in the copy.
        """
        stamp = round(item * self._tick)
        self._container.seek(stamp, stream=self._stream)
        for packet in self._container.demux(self._stream):
            for frame in packet.decode():
                if frame.pts == stamp:
                    return _scaled(frame, size_yx)
                if frame.pts is not None and frame.pts > stamp:
                    break
        raise OSError(f"{self.path.name}: frame {item} is not in it")

    def close(self) -> None:
        """Let go of the file."""
        self._container.close()


def _scaled(frame: av.VideoFrame, size_yx: tuple[int, int]) -> NDArray[np.uint8]:
    height, width = size_yx
    rgb = frame.reformat(width=width, height=height, format="rgb24", interpolation="FAST_BILINEAR")
    pixels: NDArray[Any] = rgb.to_ndarray()
    return pixels
