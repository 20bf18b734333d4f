"""Video files made for tests: every frame carries its own number, painted in as blocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

BITS, BLOCK = 10, 16
SIZE = (BITS * BLOCK, 64)  # width, height


def painted(number: int, size: tuple[int, int] = SIZE) -> np.ndarray:
    """A frame with ``number`` as ten black or white blocks, over a grey that drifts."""
    width, height = size
    frame = np.full((height, width, 3), 90 + number % 40, np.uint8)
    for bit in range(BITS):
        frame[: height // 2, bit * BLOCK : (bit + 1) * BLOCK] = 230 if number >> bit & 1 else 20
    return frame


def number_in(frame: np.ndarray) -> int:
    """Read the number that `painted` wrote."""
    blocks = [frame[4:28, bit * BLOCK + 4 : (bit + 1) * BLOCK - 4].mean() for bit in range(BITS)]
    return sum(1 << bit for bit, value in enumerate(blocks) if value > 125)


def write_video(
    path: Path,
    n_frames: int,
    *,
    codec: str = "libx264",
    options: dict[str, str] | None = None,
    pixel_format: str = "yuv420p",
    rate: int = 30,
    stamps: Sequence[int] | None = None,
    frames: Sequence[np.ndarray] | None = None,
) -> Path:
    """Encode numbered frames; ``stamps``, in 1/1000 s, make a variable frame rate."""
    with av.open(path, "w") as container:
        stream = container.add_stream(codec, rate=rate, options=options or {})
        first = frames[0] if frames is not None else painted(0)
        stream.height, stream.width = first.shape[:2]
        stream.pix_fmt = pixel_format
        if stamps is not None:
            stream.codec_context.time_base = Fraction(1, 1000)
        for number in range(n_frames):
            pixels = painted(number) if frames is None else frames[number]
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
            if stamps is not None:
                frame.pts, frame.time_base = stamps[number], Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def remux(
    source: Path,
    target: Path,
    *,
    shift_s: float = 0.0,
    rotation_degrees: int | None = None,
    stamp: Callable[[int], int] | None = None,
) -> Path:
    """Copy packets into another file: later or earlier, marked as turned, or stamped anew.

    What is shifted before 0 in an mp4 is hidden by an edit list.
    """
    with av.open(source) as old, av.open(target, "w") as new:
        stream = old.streams.video[0]
        copy = new.add_stream_from_template(stream)
        if rotation_degrees is not None:
            copy.set_display_rotation(rotation_degrees)
        shift = round(shift_s / stream.time_base)
        for number, packet in enumerate(old.demux(stream)):
            if not packet.size:
                continue
            if stamp is not None:
                packet.pts = packet.dts = stamp(number)
            packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
            packet.stream = copy
            new.mux(packet)
    return target
