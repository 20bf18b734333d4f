"""Which frames of a damaged stretch of film can be trusted. Knows no picture.

A decoder hides damage: it fills what it cannot read, and every frame predicted from such a
picture looks wrong without a word. So a stretch between two key frames where something was
wrong is decoded once more, one packet at a time, to see what was.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import av

from napari_mousegpt.io.films.video_container import INTRA_ONLY, SKIPPABLE, STRICT, open_container


def damaged_stamps(path: Path, key: int, next_key: int | None) -> frozenset[int]:
    """Time stamps of the frames from one key frame up to the next that are not as filmed.

    The first damaged frame that others need spoils all that are decoded after it; a damaged one
    that no other needs spoils itself alone.
    """
    with open_container(path) as container:
        codec = container.streams.video[0].codec_context.name
        stamps = [stamp for stamp, _ in _stretch(container, key, next_key)]
    complained, seen = _decode(path, key, next_key, needed_only=False)
    bad = complained | (set(stamps) - seen)
    if codec not in INTRA_ONLY:
        needed = bad
        if codec in SKIPPABLE:
            needed, _ = _decode(path, key, next_key, needed_only=True)
        places = [place for place, stamp in enumerate(stamps) if stamp in needed]
        if places:
            bad |= set(stamps[places[0] :])
    return frozenset(stamp for stamp in bad if stamp >= key)


def _stretch(
    container: av.container.InputContainer, key: int, next_key: int | None
) -> Iterator[tuple[int, av.Packet[av.video.stream.VideoStream]]]:
    """Packets in decode order from one key frame up to the next, with their time stamps."""
    stream = container.streams.video[0]
    container.seek(key, stream=stream)
    for packet in container.demux(stream):
        stamp = packet.pts
        if stamp is None or not packet.size:
            continue
        if next_key is not None and packet.is_keyframe and stamp >= next_key:
            return
        yield stamp, packet


def _decode(
    path: Path, key: int, next_key: int | None, *, needed_only: bool
) -> tuple[set[int], set[int]]:
    """Stamps that the decoder complained of, and those that it gave pictures for.

    With ``needed_only``, frames that no other frame needs are not decoded.
    """
    complained: set[int] = set()
    seen: set[int] = set()
    with open_container(path) as container:
        stream = container.streams.video[0]
        stream.codec_context.options = dict(STRICT)
        stream.thread_type = "NONE"  # so that an error belongs to the packet at hand
        stream.codec_context.skip_frame = "NONREF" if needed_only else "DEFAULT"
        for stamp, packet in _stretch(container, key, next_key):
            try:
                _note(packet.decode(), seen, complained)
            except av.error.FFmpegError:
                complained.add(stamp)
        with contextlib.suppress(av.error.FFmpegError):
            _note(stream.codec_context.decode(None), seen, complained)
    return complained, seen


def _note(frames: list[av.VideoFrame], seen: set[int], complained: set[int]) -> None:
    for frame in frames:
        if frame.pts is not None:
            seen.add(frame.pts)
            if frame.is_corrupt:
                complained.add(frame.pts)
