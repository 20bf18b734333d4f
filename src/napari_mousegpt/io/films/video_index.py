"""Which frames a video file holds, by presentation time stamp. Knows no pixels but when it must.

The packets of a file name its frames without decoding: their time stamps, sorted, are the
frames. Where packets cannot be trusted (no or repeated time stamps, packed B-frames, a file cut
short) the frames themselves are decoded once and counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.io.films.video_container import (
    INTRA_ONLY,
    TRUSTED_CONTAINERS,
    UNSEEKABLE_CONTAINERS,
    container_name,
    container_names,
    explained,
    open_container,
)
from napari_mousegpt.io.films.video_packets import Packets, read_packets

TRIAL_PACKETS = 300
NOTHING_CODED_BYTES = 8  # an MPEG-4 packet this small repeats a frame: packed B-frames


@dataclass(frozen=True, slots=True, eq=False)
class VideoIndex:
    """Frames of one video stream in the order of their time stamps.

    Attributes
    ----------
    pts
        Time stamp of each frame in units of ``time_base_s``, shape (n_frames,), sorted.
    keys
        Time stamps from which decoding can start, sorted.
    fps
        Average frame rate.
    rotation_degrees
        By how much the file asks viewers to turn the picture, counter-clockwise.
    by_order
        The file gives too few time stamps: ``pts`` are places in the order of decoding.
    problems
        Sentences about what is odd in the file.
    """

    pts: NDArray[np.int64]
    keys: NDArray[np.int64]
    time_base_s: float
    fps: float
    width: int
    height: int
    codec: str
    container: str
    rotation_degrees: int = 0
    by_order: bool = False
    problems: tuple[str, ...] = ()

    @property
    def times_s(self) -> NDArray[np.float64]:
        """Time of each frame after the first, shape (n_frames,)."""
        return (self.pts - self.pts[0]) * self.time_base_s

    @property
    def variable_rate(self) -> bool:
        """Whether any frame lies more than half a frame from where a constant rate puts it."""
        if len(self.pts) < 3:
            return False
        times_s = self.times_s
        even_s = np.linspace(0.0, times_s[-1], len(times_s))
        return bool(np.abs(times_s - even_s).max() > 0.5 * times_s[-1] / (len(times_s) - 1))


@dataclass(frozen=True, slots=True)
class FirstLook:
    """What header and first frame tell, in a moment however long the film.

    ``first`` is the time stamp of the first frame that decodes, None if the file gives none.
    ``header_frames`` is what the header claims, or about how many the film's length makes.
    """

    path: Path
    containers: frozenset[str]
    container: str
    codec: str
    width: int
    height: int
    time_base_s: float
    average_rate: float | None
    guessed_rate: float
    header_frames: int
    claimed_frames: int
    first: int | None
    rotation_degrees: int


def index_video(path: Path) -> VideoIndex:
    """Find every frame of a video file.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file holds no video that can be decoded; the message says what was found.
    """
    look = look_first(path)
    with explained(path):
        return finish_index(look, read_packets(path, Packets()))


def look_first(path: Path) -> FirstLook:
    """Open a video file and decode its first frame.

    Raises
    ------
    FileNotFoundError, ValueError
        As `index_video`.
    """
    with explained(path), open_container(path) as container:
        if not container.streams.video:
            raise ValueError(
                f"{path.name}: expected a video, found a file of format "
                f"{container.format.name} without a video stream"
            )
        stream = container.streams.video[0]
        codec = stream.codec_context
        # For one picture, threads that decode further ones meanwhile only cost.
        frame = next(_frames(container, threads="SLICE"), None)
        if frame is None:
            raise ValueError(f"{path.name}: expected a video, found one of which no frame decodes")
        time_base_s = float(stream.time_base or 1)
        rate = float(stream.average_rate or stream.guessed_rate or 30)
        length_s = (container.duration or 0) / 1e6
        return FirstLook(
            path=path,
            containers=container_names(container),
            container=container_name(path, container.format.name),
            codec=codec.name,
            width=codec.width,
            height=codec.height,
            time_base_s=time_base_s,
            average_rate=float(stream.average_rate) if stream.average_rate else None,
            guessed_rate=rate,
            header_frames=stream.frames or max(1, round(length_s * rate)),
            claimed_frames=stream.frames,
            first=None if frame.pts is None else int(frame.pts),
            rotation_degrees=int(frame.rotation),
        )


def finish_index(look: FirstLook, packets: Packets) -> VideoIndex:
    """Turn all packets of a file into its index.

    Raises
    ------
    ValueError
        If no frame decodes.
    """
    problems: list[str] = []
    by_order = False
    if _packets_name_the_frames(look, packets):
        pts, keys = packets.sorted_stamps()
        tail_is_odd = look.claimed_frames != len(pts)
        first, last = _ends(look, pts, keys, check_tail=tail_is_odd)
        if last < len(pts):
            problems.append(f"the last {len(pts) - last} frames cannot be decoded")
        pts = pts[first:last]
    else:
        pts, keys, by_order = _decode_all(look.path)
        if by_order or look.containers & UNSEEKABLE_CONTAINERS:
            keys = pts[:1]
    if look.claimed_frames > len(pts):
        problems.append(
            f"the header promises {look.claimed_frames} frames, {len(pts)} can be decoded"
        )
    if not len(pts):
        raise ValueError(f"{look.path.name}: expected a video, found one of which no frame decodes")
    if packets.damaged:
        problems.append("the file marks some of its packets as damaged")
    repeated = len(pts) - len(np.unique(pts))
    if repeated:
        problems.append(f"{repeated} frames repeat the time stamp of the one before")
    return VideoIndex(
        pts=pts,
        keys=keys if len(keys) else pts[:1],
        time_base_s=1 / look.guessed_rate if by_order else look.time_base_s,
        fps=_average_rate(look, pts),
        width=look.width,
        height=look.height,
        codec=look.codec,
        container=look.container,
        rotation_degrees=look.rotation_degrees,
        by_order=by_order,
        problems=tuple(problems),
    )


def _packets_name_the_frames(look: FirstLook, packets: Packets) -> bool:
    if not packets.name_frames or look.containers & UNSEEKABLE_CONTAINERS:
        return False
    if look.codec in INTRA_ONLY or look.containers & TRUSTED_CONTAINERS:
        return True
    if packets.smallest_bytes <= NOTHING_CODED_BYTES:
        return False
    # Elsewhere (AVI, transport streams) let the decoder confirm the first packets.
    decoded, *_ = _decode_all(look.path, at_most=TRIAL_PACKETS)
    return np.array_equal(decoded, packets.sorted_stamps()[0][: len(decoded)])


def _ends(
    look: FirstLook, pts: NDArray[np.int64], keys: NDArray[np.int64], *, check_tail: bool
) -> tuple[int, int]:
    """First and one past the last frame that decode: leading B-frames without their reference
    and the rest of a file cut short are no frames."""
    if look.first is None:
        return 0, 0
    first = int(np.searchsorted(pts, look.first))
    last = len(pts)
    if check_tail and len(keys):
        with open_container(look.path) as container:
            container.seek(int(keys[-1]), stream=container.streams.video[0])
            seen = [frame.pts for frame in _frames(container) if frame.pts is not None]
            last = int(np.searchsorted(pts, max(seen), side="right")) if seen else 0
    return min(first, max(last, 1) - 1), last or len(pts)


def _decode_all(
    path: Path, at_most: int | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64], bool]:
    """Stamps of all frames and key frames, and whether these are but places in the order."""
    stamps: list[int | None] = []
    keys: list[int] = []
    with open_container(path) as container:
        for frame in _frames(container, at_most):
            stamp = frame_stamp(frame)
            stamps.append(stamp)
            if frame.key_frame and stamp is not None:
                keys.append(stamp)
    if None in stamps:
        return np.arange(len(stamps)), np.zeros(1, np.int64), True
    pts = np.array(stamps, np.int64)
    return np.sort(pts, kind="stable"), np.unique(np.array(keys, np.int64)), False


def _frames(
    container: av.container.InputContainer, at_most: int | None = None, *, threads: str = "AUTO"
) -> Iterator[av.VideoFrame]:
    """Decode packet by packet, so that a damaged one does not end the film."""
    stream = container.streams.video[0]
    stream.thread_type = threads
    for number, packet in enumerate(container.demux(stream)):
        if at_most is not None and number >= at_most:
            return
        try:
            yield from packet.decode()
        except av.error.InvalidDataError:
            continue


def frame_stamp(frame: av.VideoFrame) -> int | None:
    """Time stamp of a decoded frame; None where the file gives none."""
    if frame.pts is not None:
        return int(frame.pts)
    return None if frame.dts is None else int(frame.dts)


def _average_rate(look: FirstLook, pts: NDArray[np.int64]) -> float:
    if look.average_rate:
        return look.average_rate
    span_s = float(pts[-1] - pts[0]) * look.time_base_s
    return (len(pts) - 1) / span_s if span_s > 0 else look.guessed_rate
