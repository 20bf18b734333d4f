"""Scrubbing and playing a 20-minute 1280x1024 H.264 film in a real window.

    xvfb-run -a -s "-screen 0 1600x1200x24" python benchmarks/scrubbing.py

Three ways to show the film of `benchmarks/opening.py` (or `--film`) are compared: the plain array,
read in the step, as napari does with any array; ours without a scrub copy; ours with one. The
functions that measure take any viewer whose image layer is an array of frames, and two callbacks
that tell which frame's picture the layer has and whether it is exact, so that other readers can be
put beside.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

DRAG_RATE = 30
PATIENCE_S = 10.0


class Way(NamedTuple):
    """A way to show a film: which frame's picture there is, and whether nothing better comes."""

    held: Callable[[], int]
    settled: Callable[[], bool]


def random_steps(viewer, way: Way, steps: int) -> str:
    """How long a random step blocks the window, and until the exact frame is drawn."""
    from qtpy.QtWidgets import QApplication

    block_ms, exact_ms, in_step = [], [], 0
    for frame in np.random.default_rng(1).integers(0, viewer.dims.nsteps[0], steps):
        started = time.perf_counter()
        viewer.dims.set_current_step(0, int(frame))
        block_ms.append(1e3 * (time.perf_counter() - started))
        in_step += way.held() == frame
        while not way.settled() and time.perf_counter() - started < PATIENCE_S:
            QApplication.processEvents()
            time.sleep(0.001)
        QApplication.processEvents()
        exact_ms.append(1e3 * (time.perf_counter() - started))
    return (
        f"block {_spread(block_ms)} ms, right frame within the step {in_step} of {steps}, "
        f"exact one drawn after {np.median(exact_ms):.0f} ms"
    )


def dragging(viewer, way: Way, seconds: float) -> str:
    """Drag through the film and back at 30 steps a second, if they can be had.

    The age of a picture is the time since its frame was asked for, looked at before each step.
    """
    from qtpy.QtWidgets import QApplication

    n_frames = int(viewer.dims.nsteps[0])
    asked_s, ages_ms, block_ms = {}, [], []
    started = time.perf_counter()
    while (now := time.perf_counter() - started) < seconds:
        if now < len(block_ms) / DRAG_RATE:
            QApplication.processEvents()
            time.sleep(0.0005)
            continue
        if way.held() in asked_s:
            ages_ms.append(1e3 * (now - asked_s[way.held()]))
        frame = round((n_frames - 1) * abs(np.sin(np.pi * now / 4 + 0.3)))
        asked_s[frame] = now
        viewer.dims.set_current_step(0, frame)
        block_ms.append(1e3 * (time.perf_counter() - started - now))
        QApplication.processEvents()
    age = f"{_spread(ages_ms)} ms, at most {max(ages_ms):.0f}" if ages_ms else "no picture came"
    return f"{len(block_ms) / seconds:.0f} steps/s, block {_spread(block_ms)} ms, age {age}"


def playing(viewer, way: Way, speed: float, seconds: float) -> str:
    """Play from a minute on: how many frames are shown, and how far the time is off."""
    from qtpy.QtTest import QTest

    from napari_mousegpt.widgets.playback import player_of
    from napari_mousegpt.widgets.viewer_state import state_of

    state, player = state_of(viewer), player_of(viewer)
    state.go_to(min(1800, state.n_frames // 2))
    QTest.qWait(300)
    shown: set[int] = set()
    state.frame_changed.connect(lambda _frame: shown.add(way.held()))
    player.set_speed(speed)
    first, started = state.frame, time.perf_counter()
    player.play()
    QTest.qWait(round(1e3 * seconds))
    player.pause()
    took_s = time.perf_counter() - started
    off_s = (state.frame - first) / state.fps / speed - took_s
    return f"{speed:g}x: {len(shown) / took_s:.0f} pictures/s, {abs(off_s) * 1e3:.0f} ms off"


def _spread(values: list[float]) -> str:
    return f"{np.median(values):.0f} (95 %: {np.percentile(values, 95):.0f})"


def measure(viewer, way: Way, label: str, options: argparse.Namespace) -> None:
    """Print all figures of one way."""
    print(label, flush=True)
    print("  random:", random_steps(viewer, way, options.steps), flush=True)
    print("  dragging:", dragging(viewer, way, options.seconds), flush=True)
    for speed in (1, 2, 4):
        print("  playing", playing(viewer, way, speed, options.seconds), flush=True)
    status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    memory_kib = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
    print(f"  memory {memory_kib >> 10} MiB", flush=True)


def plain(path: Path, options: argparse.Namespace) -> None:
    """The array as it is, decoded in the step."""
    import napari

    from napari_mousegpt import read_video
    from napari_mousegpt.layers.layer_data import metadata
    from napari_mousegpt.widgets.viewer_state import state_of

    viewer = napari.Viewer()
    video = read_video(path)
    state_of(viewer)
    viewer.add_image(video, rgb=True, metadata=metadata("video", len(video)))
    way = Way(lambda: int(viewer.dims.current_step[0]), lambda: True)
    measure(viewer, way, "plain array, read in the step", options)
    viewer.close()


def ours(path: Path, options: argparse.Namespace, *, copy: bool) -> None:
    """As the plugin shows it, without a scrub copy or with it."""
    import napari
    from napari.settings import get_plugin_settings
    from qtpy.QtTest import QTest

    from napari_mousegpt.io.films.open_film import open_film
    from napari_mousegpt.io.films.scrub_proxy import ScrubProxy, build_proxy, find_proxy
    from napari_mousegpt.layers.video import video_layer
    from napari_mousegpt.widgets.viewer_state import state_of

    video = open_film(path)
    viewer = napari.Viewer()
    state_of(viewer)
    get_plugin_settings("napari-mousegpt").video.scrub_copies = False  # we make it here
    layer = viewer.add_layer(napari.layers.Layer.create(*video_layer(video)))
    QTest.qWait(500)
    if copy:
        started = time.perf_counter()
        found = find_proxy(video) or [step.path for step in build_proxy(video)][-1]
        took_s = time.perf_counter() - started
        size_mib = found.stat().st_size / (1 << 20)
        real_time = len(video) / video.fps / took_s
        print(f"scrub copy: {size_mib:.0f} MiB, {took_s:.0f} s ({real_time:.1f} x real time)")
        layer.data.use_proxy(ScrubProxy(found, len(video)))
    shown = layer.data
    way = Way(lambda: -1 if shown.item is None else shown.item, lambda: shown.settled)
    label = "ours with a scrub copy" if copy else "ours without a scrub copy"
    measure(viewer, way, label, options)
    viewer.close()


def main() -> None:
    """Measure all three ways."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--film", type=Path)
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=5.0)
    options = parser.parse_args()
    path = options.film
    if path is None:
        from opening import film

        path = film()
    plain(path, options)
    ours(path, options, copy=False)
    ours(path, options, copy=True)


if __name__ == "__main__":
    main()
