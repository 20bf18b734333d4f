"""Video files opened through FFmpeg, and nothing but that file. Knows no frame."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import av

INTRA_ONLY = frozenset(
    {"mjpeg", "rawvideo", "png", "ffv1", "huffyuv", "ffvhuff", "dvvideo", "utvideo", "gif"}
    | {"prores", "dnxhd", "jpeg2000", "magicyuv", "v210", "targa", "qoi"}
)
"""Codecs of which no frame needs another one; of ``gif`` the frames, as FFmpeg gives them."""
SKIPPABLE = frozenset({"h264", "mpeg4", "mpeg2video", "mpeg1video"})
"""Codecs that say which frames no other frame needs, so that those can be jumped over."""
STRICT = {"err_detect": "explode"}
"""Has decoders tell of damage, where they would hide it if they could."""
TRUSTED_CONTAINERS = frozenset({"mov", "mp4", "matroska", "webm", "asf"})
CONTAINERS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,asf,mpegts,mpeg,mpegvideo,gif,h264,hevc,m4v,mjpeg,"
    "flv,ogg,ivf,obu,nut,mxf,dv"
)
"""What FFmpeg may take a file for: neither text nor playlists, which name other files."""
UNSEEKABLE_CONTAINERS = frozenset({"mpeg", "mpegvideo", "h264", "hevc", "m4v", "obu"})
"""After a jump in these, time stamps are guesses: always decode from the start."""


def open_container(path: Path) -> av.container.InputContainer:
    """Open a video file, and nothing but that file."""
    options = {"format_whitelist": CONTAINERS, "protocol_whitelist": "file"}
    return av.open(path, options=options)


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Say in words why a file is no video that can be opened.

    Raises
    ------
    FileNotFoundError, ValueError
        Instead of FFmpeg's errors.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file")
    if path.stat().st_size == 0:
        raise ValueError(f"{path.name}: expected a video, found an empty file. Copy it again.")
    try:
        yield
    except av.error.FFmpegError as error:
        if _lacks_its_index(path):
            raise ValueError(
                f"{path.name}: this film was cut short while it was recorded or copied, before "
                "its index (moov) was written, and cannot be opened. Copy it again; if the "
                "original is cut short too, try to repair it with untrunc."
            ) from error
        raise ValueError(
            f"{path.name}: expected a video, found a file that cannot be opened as one "
            f"({error.strerror}). If it is a video, it is damaged or was cut short while it was "
            "recorded or copied: copy it again, or repair it with ffmpeg."
        ) from error


def container_names(container: av.container.InputContainer) -> frozenset[str]:
    """All of FFmpeg's names for a container."""
    return frozenset(container.format.name.split(","))


def container_name(path: Path, names: str) -> str:
    """One of FFmpeg's names for the container: that of the suffix, if it is among them."""
    suffix = path.suffix.lower().removeprefix(".")
    return suffix if suffix in names.split(",") else names.split(",")[0]


def _lacks_its_index(path: Path) -> bool:
    """Whether an mp4 or mov file ends before its ``moov`` box."""
    with path.open("rb") as file:
        position, size = 0, path.stat().st_size
        for _ in range(1000):
            file.seek(position)
            header = file.read(16)
            kind = header[4:8]
            if position == 0 and kind != b"ftyp":
                return False
            if len(header) < 8 or kind == b"moov":
                return kind != b"moov"
            length = int.from_bytes(header[:4], "big")
            if length == 1:
                length = int.from_bytes(header[8:16], "big")
            if length < 8 or position + length >= size:
                return True
            position += length
    return False
