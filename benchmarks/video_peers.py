"""Reading video, ours beside napari-video, napari-pyav and dask with a task per frame.

    python benchmarks/video_peers.py [--quick] [FILM ...]

``--quick`` leaves out dask, whose frames take seconds in a long film. Peers that are not installed
are left out; each runs in a process of its own. Prints a table in Markdown for each film: those
given, else 20 minutes of 1280x1024 with a key frame every 250 and one minute of 4K at 60 frames/s,
made once in the folder for temporary files. This is about arrays; what a step costs in a napari
window is measured by window_peers.py.
"""

from __future__ import annotations

import importlib.util
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
from long_film import repeat
from opening import film
from videoreader_of_opencv import stand_in

JUMPS, FORWARD, COMPARED = 20, 200, 1500
SLOW, SLOW_SHARE = "dask, a task per frame", 0.1  # seconds for a frame: a tenth of it is enough
COLUMNS = ("open_ms", "first_ms", "jump_ms", "jump_95_ms", "fps", "back_ms", "mib", "exact")
HEAD = (
    "| reader | open ms | first frame ms | jump ms (95 %) | forwards fps | back one ms | MiB "
    "| exact |"
)


def ours(path: str) -> Any:
    """This package."""
    from napari_mousegpt import read_video

    return read_video(path)


def napari_video(path: str) -> Any:
    """OpenCV, as in napari-video, over our reader where its own package is not to be had."""
    stand_in()
    from napari_video.napari_video import VideoReaderNP

    class Film(VideoReaderNP):
        """As it is, but as napari 0.9 and numpy index arrays."""

        ndim = 4

        def __getitem__(self, key: Any) -> np.ndarray:
            first, *rest = key if isinstance(key, tuple) else (key,)
            if isinstance(first, slice):
                items = range(*first.indices(len(self)))
                return np.stack([super(Film, self).__getitem__(i)[tuple(rest)] for i in items])
            return super().__getitem__(int(first))[tuple(rest)]

    return Film(path)


def napari_pyav(path: str) -> Any:
    """PyAV, as in napari-pyav."""
    from napari_pyav._reader import FastVideoReader

    return FastVideoReader(path)


def dask_per_frame(path: str) -> Any:
    """A dask task for each frame that OpenCV seeks, as in napari-deeplabcut."""
    import cv2
    import dask
    import dask.array as da

    capture = cv2.VideoCapture(path)
    count = int(capture.get(cv2.CAP_PROP_FRAME_COUNT))

    def read(item: int) -> np.ndarray:
        capture.set(cv2.CAP_PROP_POS_FRAMES, item)
        return cv2.cvtColor(capture.read()[1], cv2.COLOR_BGR2RGB)

    shape = read(0).shape
    task = dask.delayed(read, pure=False)
    return da.stack([da.from_delayed(task(i), shape, dtype=np.uint8) for i in range(count)])


READERS: dict[str, tuple[Callable[[str], Any], str]] = {
    "napari-mousegpt": (ours, "av"),
    "napari-video": (napari_video, "napari_video"),
    "napari-pyav": (napari_pyav, "napari_pyav"),
    SLOW: (dask_per_frame, "cv2"),
}


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds that some work takes, and what it gives."""
    started_s = time.perf_counter()
    found = work()
    return (time.perf_counter() - started_s) * 1e3, found


def measure(name: str, path: str, truth: dict[int, list[int]]) -> dict[str, float]:
    """All figures of one reader; ``truth`` are small samples of frames by number."""
    before_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    share = SLOW_SHARE if name == SLOW else 1.0
    jumping, forward = round(JUMPS * share), round(FORWARD * share)
    open_ms, video = timed(lambda: READERS[name][0](path))
    count = video.shape[0] if hasattr(video, "shape") else len(video)
    count = int(count)

    def read(item: int) -> np.ndarray:
        return np.asarray(video[int(item)])

    first_ms, _ = timed(lambda: read(0))
    random = np.random.default_rng(1)
    jumps = [timed(lambda i=i: read(i))[0] for i in random.integers(0, count, jumping)]
    start = count // 3
    read(start)
    place = start + min(forward, count // 3)

    def read_on() -> None:
        for item in range(start + 1, place + 1):
            read(item)  # and forget, as whoever keeps them measures his own memory

    forward_ms, _ = timed(read_on)
    backs = [timed(lambda i=i: read(place - i))[0] for i in range(1, 11)]
    compared = list(truth.items())[: max(1, round(len(truth) * share))]
    exact = sum(sample(read(int(item))) == pixels for item, pixels in compared)
    return {
        "open_ms": open_ms,
        "first_ms": open_ms + first_ms,
        "jump_ms": float(np.median(jumps)),
        "jump_95_ms": float(np.percentile(jumps, 95)),
        "fps": 1e3 * (place - start) / forward_ms,
        "back_ms": float(np.median(backs)),
        "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before_mib,
        "exact": exact / len(compared),
    }


def sample(frame: np.ndarray) -> list[int]:
    """Coarse greys that tell frames apart, whichever way YUV became RGB."""
    grey = frame[:: max(1, frame.shape[0] // 24), :: max(1, frame.shape[1] // 32)].mean(axis=2)
    return (grey / 8).round().astype(int).ravel().tolist()


def number_truth(path: Path) -> dict[int, list[int]]:
    """Samples of thirty frames out of a decode from the start, in the order of time stamps."""
    found: list[tuple[int, list[int]]] = []
    with av.open(path) as container:
        container.streams.video[0].thread_type = "AUTO"
        for frame in container.decode(video=0):
            found.append((frame.pts, sample(frame.to_ndarray(format="rgb24"))))
            if len(found) == COMPARED:
                break
    found.sort(key=lambda pair: pair[0])
    chosen = np.random.default_rng(2).integers(0, len(found), 30)
    return {int(item): found[item][1] for item in chosen}


def four_k() -> Path:
    """One minute of 3840x2160 at 60 frames/s."""
    path = Path(tempfile.gettempdir()) / "mousegpt-benchmark-4k60.mp4"
    if path.exists():
        return path
    short = path.with_name("mousegpt-short-4k.mp4")
    options = {"g": "250", "bf": "3", "preset": "ultrafast", "x264-params": "bframes=3"}
    floor = np.random.default_rng(0).normal(170, 6, (2160, 3840, 1)).clip(0, 255)
    floor = floor.astype(np.uint8).repeat(3, axis=2)
    with av.open(short, "w") as container:
        stream = container.add_stream("libx264", rate=60, options=options)
        stream.width, stream.height, stream.pix_fmt = 3840, 2160, "yuv420p"
        for number in range(300):
            frame = floor.copy()
            frame[900:1100, 10 * number : 10 * number + 400] = 40
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode(None))
    repeat(short, path, times=12, fps=60)
    return path


def main() -> None:
    """Print a table for each film."""
    if len(sys.argv) > 3 and sys.argv[1] == "--one":
        truth = {int(item): pixels for item, pixels in json.loads(sys.stdin.read()).items()}
        print(json.dumps(measure(sys.argv[2], sys.argv[3], truth)))
        return
    quick = "--quick" in sys.argv
    films = [Path(one) for one in sys.argv[1:] if one != "--quick"]
    for path in films or [film(), four_k()]:
        truth = json.dumps(number_truth(path))
        print(f"\n{path.name}\n\n{HEAD}\n|{'---|' * 8}")
        for name, (_, module) in READERS.items():
            if importlib.util.find_spec(module) is None or (quick and name == SLOW):
                continue
            done = subprocess.run(
                [sys.executable, __file__, "--one", name, str(path)],
                input=truth,
                capture_output=True,
                text=True,
            )
            if done.returncode:
                print(f"| {name} | failed: {done.stderr.strip().splitlines()[-1]} |")
                continue
            figures = json.loads(done.stdout.splitlines()[-1])
            one = [figures[column] for column in COLUMNS]
            print(
                f"| {name} | {one[0]:.0f} | {one[1]:.0f} | {one[2]:.0f} ({one[3]:.0f}) | "
                f"{one[4]:.0f} | {one[5]:.1f} | {one[6]:.0f} | {one[7]:.0%} |"
            )


if __name__ == "__main__":
    main()
