"""Stepping through four 1280x1024 films side by side: what a step blocks, and the memory.

Run: ``scripts/in_window .venv/bin/python benchmarks/cameras.py`` (any number of cameras: ``-n 8``).
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import av
import numpy as np

WIDTH, HEIGHT, FPS, FRAMES, GOP = 1280, 1024, 30, 900, 250
KEYPOINTS = 27


def write_film(path: Path, seed: int) -> Path:
    """A film with something that moves, and noise that costs the decoder work."""
    random = np.random.default_rng(seed)
    ground = random.integers(40, 90, (HEIGHT, WIDTH), np.uint8)
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.codec_context.gop_size = GOP
        for number in range(FRAMES):
            grey = ground.copy()
            x = 60 + number % (WIDTH - 200)
            grey[400:520, x : x + 120] = 200
            picture = np.repeat(grey[..., None], 3, axis=2)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return path


def make(folder: Path, count: int):
    """A recording of that many cameras, each with poses."""
    from napari_mousegpt.datamodel.poses import make_poses
    from napari_mousegpt.io.pose_table import write_pose_table
    from napari_mousegpt.io.recording_folder import POSES, open_recording, save_recording
    from napari_mousegpt.workflows.import_recording import import_recording

    names = [f"p{k}" for k in range(KEYPOINTS)]
    walk = 300 + np.cumsum(np.ones((FRAMES, 2, KEYPOINTS, 1), np.float32) * 0.5, axis=0)
    spread = np.random.default_rng(0).normal(0, 30, (1, 2, KEYPOINTS, 1))
    poses = make_poses((walk + spread).astype(np.float32), keypoints=names, fps=FPS)
    entries = []
    for place in range(count):
        film = write_film(folder / f"cam{place}.mp4", place)
        entry = import_recording(film).video()
        entries.append(replace(entry, id=f"cam{place}", offset_s=0.1 * place))
    recording = open_recording(folder / "cam0.mousegpt").replace(videos=tuple(entries))
    save_recording(recording)
    for entry in entries:
        write_pose_table(recording.folder / POSES, poses, entry.id)
    return open_recording(recording.folder)


def peak_mib() -> float:
    """Most memory the process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def now_mib() -> float:
    """Memory the process has now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / (1 << 20)


def use_copies(viewer, recording) -> None:
    """Make scrub copies of all films, and use them."""
    from napari_mousegpt.io.films.scrub_proxy import ScrubProxy, build_proxy
    from napari_mousegpt.io.films.video import Video

    films = [layer.data for layer in viewer.layers if type(layer.data).__name__ == "ShownFilm"]
    for film, entry in zip(films, recording.videos, strict=True):
        path = [step.path for step in build_proxy(Video(entry.path))][-1]
        film.use_proxy(ScrubProxy(path, entry.frames))


def measure(state, frames: list[int], title: str) -> None:
    """Step through frames and tell what each blocked, and how long until all were exact."""
    from qtpy.QtWidgets import QApplication

    blocked, drawn = [], []
    for frame in frames:
        begun = time.perf_counter()
        state.go_to(frame)
        stepped = time.perf_counter()
        QApplication.processEvents()
        blocked.append(stepped - begun)
        drawn.append(time.perf_counter() - stepped)
    begun = time.perf_counter()
    state.settle()
    settled_ms = 1e3 * (time.perf_counter() - begun)
    low, high = 1e3 * np.percentile(blocked, [50, 95])
    print(
        f"{title:34s} step {low:6.1f} ms (95 %: {high:6.1f}), events and drawing "
        f"{1e3 * np.median(drawn):6.1f} ms, exact after {settled_ms:5.0f} ms, {now_mib():5.0f} MiB"
    )


def main() -> None:
    """Measure one camera and all."""
    import napari
    from qtpy.QtTest import QTest

    from napari_mousegpt.widgets import preferences
    from napari_mousegpt.widgets.open_in_viewer import show

    preferences.makes_scrub_copies = lambda: False
    parser = argparse.ArgumentParser()
    parser.add_argument("-n", type=int, default=4)
    count = parser.parse_args().n
    random = np.random.default_rng(1)
    jumps = random.integers(0, FRAMES, 60).tolist()
    forward = list(range(100, 160))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MOUSEGPT_CACHE"] = str(Path(folder) / "cache")
        recording = make(Path(folder), count)
        alone = recording.replace(videos=recording.videos[:1])
        for title, one in (("one camera", alone), (f"{count} cameras", recording)):
            viewer = napari.Viewer()
            viewer.window.resize(1560, 1000)
            before = now_mib()
            begun = time.perf_counter()
            state = show(viewer, one, docks=[])
            opened_s = time.perf_counter() - begun
            QTest.qWait(1500)
            print(f"{title}: opened in {opened_s:.2f} s, {now_mib() - before:.0f} MiB more")
            measure(state, jumps, f"{title}, jumps")
            measure(state, forward, f"{title}, forward")
            if len(one.videos) > 1:
                state.cameras.look_at("cam1")
                QTest.qWait(300)
                measure(state, jumps, f"{title}, one looked at, jumps")
                measure(state, forward, f"{title}, one looked at, forward")
                state.cameras.look_at(None)
                for _ in range(2):
                    measure(state, random.integers(0, FRAMES, 60).tolist(), "more jumps")
            use_copies(viewer, one)
            measure(state, jumps, f"{title}, scrub copies, jumps")
            viewer.close()
    print(f"peak {peak_mib():.0f} MiB")


if __name__ == "__main__":
    main()
