"""Which frames a video file holds, by presentation time stamp. Knows no pixels but when it must.

The packets of a file name its frames without decoding: their time stamps, sorted, are the
frames. Where packets cannot be trusted (no or repeated time stamps, packed B-frames, a file cut
short) the frames themselves are decoded once and counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

INTRA_ONLY = frozenset(
    {"mjpeg", "rawvideo", "png", "ffv1", "huffyuv", "ffvhuff", "dvvideo", "utvideo", "gif"}
)
TRUSTED_CONTAINERS = frozenset({"mov", "mp4", "matroska", "webm", "asf"})
CONTAINERS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,asf,mpegts,mpeg,mpegvideo,gif,h264,hevc,m4v,mjpeg,"
    "flv,ogg,ivf,obu,nut,mxf,dv"
)
"""What FFmpeg may take a file for: neither text nor playlists, which name other files."""
UNSEEKABLE_CONTAINERS = frozenset({"mpeg", "mpegvideo", "h264", "hevc", "m4v", "obu"})
"""After a jump in these, time stamps are guesses: always decode from the start."""
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


@dataclass(slots=True)
class _Packets:
    pts: list[int | None]
    keys: list[int]
    smallest_bytes: int
    damaged: bool


def open_container(path: Path) -> av.container.InputContainer:
    """Open a video file, and nothing but that file."""
    options = {"format_whitelist": CONTAINERS, "protocol_whitelist": "file"}
    return av.open(path, options=options)


def index_video(path: Path) -> VideoIndex:
    """Find every frame of a video file.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file holds no video that can be decoded; the message says what was found.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file")
    if path.stat().st_size == 0:
        raise ValueError(f"{path.name}: expected a video, found an empty file. Copy it again.")
    try:
        with open_container(path) as container:
            if not container.streams.video:
                raise ValueError(
                    f"{path.name}: expected a video, found a file of format "
                    f"{container.format.name} without a video stream"
                )
            return _index(path, container)
    except av.error.FFmpegError as error:
        raise ValueError(
            f"{path.name}: expected a video, found a file that cannot be opened as one "
            f"({error.strerror}). If it is a video, it is damaged or was cut short while it was "
            "recorded or copied: copy it again, or repair it with ffmpeg."
        ) from error


def _index(path: Path, container: av.container.InputContainer) -> VideoIndex:
    stream = container.streams.video[0]
    packets = _read_packets(container, stream)
    problems: list[str] = []
    if _packets_name_the_frames(path, stream, packets):
        pts = np.sort(np.array(packets.pts, np.int64))
        keys = np.sort(np.array(packets.keys, np.int64))
        first, last = _ends(path, pts, keys, check_tail=stream.frames != len(pts))
        if last < len(pts):
            problems.append(f"the last {len(pts) - last} frames cannot be decoded")
        pts = pts[first:last]
    else:
        pts, keys = _decode_all(path)
        if _containers(stream) & UNSEEKABLE_CONTAINERS:
            keys = pts[:1]
        if stream.frames and stream.frames > len(pts):
            problems.append(
                f"the header promises {stream.frames} frames, {len(pts)} can be decoded"
            )
    if not len(pts):
        raise ValueError(f"{path.name}: expected a video, found one of which no frame decodes")
    if packets.damaged:
        problems.append("the file marks some of its packets as damaged")
    time_base_s = float(stream.time_base or 1)
    return VideoIndex(
        pts=pts,
        keys=keys if len(keys) else pts[:1],
        time_base_s=time_base_s,
        fps=_average_rate(stream, pts, time_base_s),
        width=stream.codec_context.width,
        height=stream.codec_context.height,
        codec=stream.codec_context.name,
        container=_container_name(path, container.format.name),
        problems=tuple(problems),
    )


def _read_packets(
    container: av.container.InputContainer, stream: av.video.stream.VideoStream
) -> _Packets:
    found = _Packets(pts=[], keys=[], smallest_bytes=1 << 30, damaged=False)
    for packet in container.demux(stream):
        if not packet.size or packet.is_discard:
            continue  # the flush at the end; frames that an edit list hides
        found.pts.append(packet.pts)
        found.smallest_bytes = min(found.smallest_bytes, packet.size)
        found.damaged |= packet.is_corrupt
        if packet.is_keyframe and packet.pts is not None:
            found.keys.append(packet.pts)
    return found


def _packets_name_the_frames(
    path: Path, stream: av.video.stream.VideoStream, packets: _Packets
) -> bool:
    if not packets.pts or None in packets.pts or len(set(packets.pts)) < len(packets.pts):
        return False
    containers = _containers(stream)
    if containers & UNSEEKABLE_CONTAINERS:
        return False
    if stream.codec_context.name in INTRA_ONLY or containers & TRUSTED_CONTAINERS:
        return True
    if packets.smallest_bytes <= NOTHING_CODED_BYTES:
        return False
    # Elsewhere (AVI, transport streams) let the decoder confirm the first packets.
    decoded, _ = _decode_all(path, at_most=TRIAL_PACKETS)
    return np.array_equal(decoded, np.sort(np.array(packets.pts, np.int64))[: len(decoded)])


def _containers(stream: av.video.stream.VideoStream) -> set[str]:
    return set(stream.container.format.name.split(","))


def _ends(
    path: Path, pts: NDArray[np.int64], keys: NDArray[np.int64], *, check_tail: bool
) -> tuple[int, int]:
    """First and one past the last frame that decode: leading B-frames without their reference
    and the rest of a file cut short are no frames."""
    with open_container(path) as container:
        first_frame = next(_frames(container), None)
        if first_frame is None or first_frame.pts is None:
            return 0, 0
        first = int(np.searchsorted(pts, first_frame.pts))
    last = len(pts)
    if check_tail and len(keys):
        with open_container(path) as container:
            container.seek(int(keys[-1]), stream=container.streams.video[0])
            seen = [frame.pts for frame in _frames(container) if frame.pts is not None]
            last = int(np.searchsorted(pts, max(seen), side="right")) if seen else 0
    return min(first, max(last, 1) - 1), last or len(pts)


def _decode_all(
    path: Path, at_most: int | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    pts: list[int] = []
    keys: list[int] = []
    with open_container(path) as container:
        for ordinal, frame in enumerate(_frames(container, at_most)):
            stamp = frame_stamp(frame, ordinal)
            pts.append(stamp)
            if frame.key_frame:
                keys.append(stamp)
    return np.sort(np.array(pts, np.int64), kind="stable"), np.unique(np.array(keys, np.int64))


def _frames(container: av.container.InputContainer, at_most: int | None = None):  # type: ignore[no-untyped-def]
    """Decode packet by packet, so that a damaged one does not end the film."""
    stream = container.streams.video[0]
    stream.thread_type = "AUTO"
    for number, packet in enumerate(container.demux(stream)):
        if at_most is not None and number >= at_most:
            return
        try:
            yield from packet.decode()
        except av.error.InvalidDataError:
            continue


def frame_stamp(frame: av.VideoFrame, ordinal: int) -> int:
    """Time stamp of a decoded frame; its place in decode order where the file gives none."""
    if frame.pts is not None:
        return int(frame.pts)
    return int(frame.dts) if frame.dts is not None else ordinal


def _container_name(path: Path, names: str) -> str:
    """One of FFmpeg's names for the container: that of the suffix, if it is among them."""
    suffix = path.suffix.lower().removeprefix(".")
    return suffix if suffix in names.split(",") else names.split(",")[0]


def _average_rate(
    stream: av.video.stream.VideoStream, pts: NDArray[np.int64], time_base_s: float
) -> float:
    if stream.average_rate:
        return float(stream.average_rate)
    span_s = float(pts[-1] - pts[0]) * time_base_s
    if span_s > 0:
        return (len(pts) - 1) / span_s
    return float(stream.guessed_rate or 30)
