"""Opening: the package, the command line, and a 20-minute 1280x1024 H.264 film.

    python benchmarks/opening.py

The film (36,000 frames, key frame every 250, three B-frames) is made once, in the folder for
temporary files.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import av
import numpy as np

from napari_mousegpt import read_video

FRAMES, RUNS = 36_000, 5


def film() -> Path:
    """Encode the film, unless it is there."""
    path = Path(tempfile.gettempdir()) / "mousegpt-benchmark-20min-1280x1024.mp4"
    if path.exists():
        return path
    random = np.random.default_rng(0)
    floor = random.normal(170, 6, (1024, 1280, 1)).clip(0, 255).astype(np.uint8).repeat(3, axis=2)
    beside = path.with_suffix(".part.mp4")
    options = {"g": "250", "bf": "3", "preset": "ultrafast", "x264-params": "scenecut=0:bframes=3"}
    with av.open(beside, "w") as container:
        stream = container.add_stream("libx264", rate=30, options=options)
        stream.width, stream.height, stream.pix_fmt = 1280, 1024, "yuv420p"
        for number in range(FRAMES):
            frame = floor.copy()
            x = int(600 + 500 * np.sin(number / 97))
            y = int(500 + 400 * np.sin(number / 61))
            frame[y - 30 : y + 30, x - 60 : x + 60] = 40
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode(None))
    beside.rename(path)
    return path


def seconds_of(statement: str) -> float:
    """Median seconds of a fresh Python that runs a statement."""
    runs = []
    for _ in range(RUNS):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", statement], check=True)
        runs.append(time.perf_counter() - started)
    return median(runs)


def main() -> None:
    """Print the figures."""
    for statement in ("pass", "import napari_mousegpt", "import napari_mousegpt.cli"):
        print(f"python -c {statement!r}: {seconds_of(statement):.3f} s")
    path = film()
    opened, first, random_steps = [], [], []
    for _ in range(RUNS):
        started = time.perf_counter()
        video = read_video(path)
        opened.append(time.perf_counter() - started)
        video[0]
        first.append(time.perf_counter() - started)
        video.close()
    video = read_video(path)
    for item in np.random.default_rng(1).integers(0, len(video), 20):
        started = time.perf_counter()
        video[int(item)]
        random_steps.append(time.perf_counter() - started)
    started = time.perf_counter()
    for item in range(5000, 5300):
        video[item]
    forward = 300 / (time.perf_counter() - started)
    print(f"20 minutes of 1280x1024 H.264, {len(video)} frames, {path.stat().st_size >> 20} MiB")
    print(f"  index {median(opened):.2f} s, first frame {median(first):.2f} s after opening")
    print(f"  random frame {median(random_steps) * 1e3:.0f} ms, forward {forward:.0f} frames/s")


if __name__ == "__main__":
    main()
