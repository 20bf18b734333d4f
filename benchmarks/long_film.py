"""A film of ten hours (320x240, 30 frames/s, 1.08 million frames): opening, first frame, memory.

    python benchmarks/long_film.py

It is made once, in the folder for temporary files, by repeating encoded packets.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import av
import numpy as np

FRAMES, TIMES = 1000, 1080


def film(suffix: str) -> Path:
    """Make the film, unless it is there."""
    path = Path(tempfile.gettempdir()) / f"mousegpt-benchmark-10h-320x240.{suffix}"
    if path.exists():
        return path
    short, beside = path.with_name("mousegpt-short.mp4"), path.with_suffix(f".part.{suffix}")
    encode(short)
    repeat(short, beside, times=TIMES, fps=30)
    beside.rename(path)
    return path


def repeat(source: Path, target: Path, *, times: int, fps: int) -> None:
    """Write a film again and again into another one, as encoded."""
    with av.open(source) as old, av.open(target, "w") as new:
        stream = old.streams.video[0]
        copy = new.add_stream_from_template(stream)
        packets = [packet for packet in old.demux(stream) if packet.size]
        length = round(len(packets) / fps / stream.time_base)
        for turn in range(times):
            for packet in packets:
                again = av.Packet(bytes(packet))
                again.pts, again.dts = packet.pts + turn * length, packet.dts + turn * length
                again.time_base, again.is_keyframe = stream.time_base, packet.is_keyframe
                again.stream = copy
                new.mux(again)


def encode(path: Path) -> None:
    """Encode the film that is repeated: a dark patch that wanders."""
    options = {"g": "250", "bf": "3", "preset": "ultrafast", "x264-params": "bframes=3"}
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=30, options=options)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for number in range(FRAMES):
            frame = np.full((240, 320, 3), 150, np.uint8)
            x, y = int(150 + 120 * np.sin(number / 97)), int(120 + 80 * np.sin(number / 61))
            frame[y - 10 : y + 10, x - 15 : x + 15] = 40
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode(None))


def open_once(path: Path) -> None:
    """Open the film and print what it took; run in a process of its own."""
    from napari_mousegpt.io.films.video import Video

    started_s = time.perf_counter()
    with av.open(path) as container:
        for _ in container.demux(video=0):
            pass
    floor_s = time.perf_counter() - started_s
    before_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    started_s = time.perf_counter()
    video = Video(path, wait=False)
    opened_s, was_ready = time.perf_counter() - started_s, video.ready
    video[0]
    first_s = time.perf_counter() - started_s
    length = len(video.index.pts)
    counted_s = time.perf_counter() - started_s
    memory_mib = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10) - before_mib
    print(
        f"{path.suffix}, index {'kept' if was_ready else 'made'}: open {opened_s:.2f} s, first "
        f"frame {first_s:.2f} s, {length} frames counted {counted_s:.2f} s (reading packets alone "
        f"{floor_s:.2f} s), {memory_mib} MiB"
    )


def main() -> None:
    """Print the figures, each from a fresh process, with a cache of its own."""
    if len(sys.argv) > 1:
        open_once(Path(sys.argv[1]))
        return
    with tempfile.TemporaryDirectory() as cache:
        for suffix in ("mp4", "mkv"):
            for _ in range(2):
                command = [sys.executable, __file__, str(film(suffix))]
                subprocess.run(command, check=True, env={**os.environ, "MOUSEGPT_CACHE": cache})


if __name__ == "__main__":
    main()
