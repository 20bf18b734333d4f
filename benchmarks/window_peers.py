"""Stepping through a film in a napari window: ours beside napari-video, napari-pyav and dask.

    xvfb-run -a -s "-screen 0 1600x1200x24" python benchmarks/window_peers.py [--quick] [FILM ...]

Each reader in a process and a window of its own; peers that are not installed are left out. The
films are those of video_peers.py. Prints a table in Markdown for each.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from opening import film
from scrubbing import Way
from video_peers import READERS, SLOW, four_k

OURS, WITH_COPY = "napari-mousegpt", "napari-mousegpt, scrub copy"
NOTHING = "napari itself, nothing to read"
STEPS, FORWARD, PATIENCE_S = 40, 40, 10.0
HEAD = (
    "| reader | open and first picture ms | a random step blocks ms (95 %) "
    "| exact frame drawn after ms (95 %) | pictures/s stepping on | back one blocks ms "
    "| MiB of the window, of them more than napari |"
)


def memory_mib() -> float:
    """Resident memory of this process."""
    status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


def add_peer(viewer, name: str, path: str) -> Way:
    """The peer's array as an image layer, read in the step."""
    viewer.add_image(READERS[name][0](path), rgb=True)
    return Way(lambda: int(viewer.dims.current_step[0]), lambda: True)


def add_one_picture(viewer, path: str) -> Way:
    """One picture in memory as every frame: what is left is napari's own."""
    from napari_mousegpt.io.films.open_film import open_film

    with open_film(path) as video:
        viewer.add_image(np.broadcast_to(video[0], video.shape), rgb=True)
    return Way(lambda: int(viewer.dims.current_step[0]), lambda: True)


def add_ours(viewer, path: str) -> Way:
    """The film as the plugin opens it, its index kept from before."""
    import napari

    from napari_mousegpt.io.films.open_film import open_film
    from napari_mousegpt.layers.video import video_layer

    data = video_layer(open_film(path))
    shown = viewer.add_layer(napari.layers.Layer.create(*data)).data
    return Way(lambda: -1 if shown.item is None else shown.item, lambda: shown.settled)


def use_copy(viewer, path: str) -> None:
    """Scrub with a small copy of the film, made where there is none."""
    from napari_mousegpt.io.films.open_film import open_film
    from napari_mousegpt.io.films.scrub_proxy import ScrubProxy, build_proxy, find_proxy

    video = open_film(path)
    found = find_proxy(video) or [step.path for step in build_proxy(video)][-1]
    viewer.layers[0].data.use_proxy(ScrubProxy(found, len(video)))


def step(viewer, way: Way, frame: int) -> tuple[float, float]:
    """How long a step blocks the window, and until its exact frame is drawn, in ms."""
    from qtpy.QtWidgets import QApplication

    started_s = time.perf_counter()
    viewer.dims.set_current_step(0, frame)
    block_s = time.perf_counter() - started_s
    while not way.settled() and time.perf_counter() - started_s < PATIENCE_S:
        QApplication.processEvents()
        time.sleep(0.001)
    QApplication.processEvents()
    return 1e3 * block_s, 1e3 * (time.perf_counter() - started_s)


def measure(name: str, path: str) -> dict[str, list[float] | float]:
    """All figures of one reader."""
    import napari
    from napari.settings import get_plugin_settings
    from qtpy.QtTest import QTest

    from napari_mousegpt.widgets.viewer_state import state_of

    viewer = napari.Viewer()
    get_plugin_settings("napari-mousegpt").video.scrub_copies = False  # made here if wanted
    if name.startswith(OURS):
        state_of(viewer)
    QTest.qWait(500)
    before_mib, started_s = memory_mib(), time.perf_counter()
    if name == NOTHING:
        way = add_one_picture(viewer, path)
    else:
        way = add_ours(viewer, path) if name.startswith(OURS) else add_peer(viewer, name, path)
    QTest.qWait(0)
    open_ms = 1e3 * (time.perf_counter() - started_s)
    if name == WITH_COPY:
        use_copy(viewer, path)
    count = int(viewer.dims.nsteps[0])
    steps, forward = (5, 5) if name == SLOW else (STEPS, FORWARD)
    jumps = [step(viewer, way, int(n)) for n in np.random.default_rng(1).integers(0, count, steps)]
    start = count // 3
    step(viewer, way, start)
    started_s = time.perf_counter()
    for frame in range(start + 1, start + 1 + forward):
        step(viewer, way, frame)
    rate = forward / (time.perf_counter() - started_s)
    backs = [step(viewer, way, start + forward - back) for back in range(1, 5)]
    whole_mib = memory_mib()
    viewer.close()
    return {
        "open_ms": open_ms,
        "block_ms": [block for block, _ in jumps],
        "exact_ms": [exact for _, exact in jumps],
        "rate": rate,
        "back_ms": [block for block, _ in backs],
        "mib": whole_mib,
        "more_mib": whole_mib - before_mib,
    }


def row(name: str, found: dict) -> str:
    """One line of the table."""
    return (
        f"| {name} | {found['open_ms']:.0f} | {_spread(found['block_ms'], 1)} | "
        f"{_spread(found['exact_ms'])} | {found['rate']:.0f} | {np.median(found['back_ms']):.0f} | "
        f"{found['mib']:.0f}, {found['more_mib']:.0f} |"
    )


def _spread(values: list[float], digits: int = 0) -> str:
    return f"{np.median(values):.{digits}f} ({np.percentile(values, 95):.{digits}f})"


def main() -> None:
    """Print a table for each film."""
    if len(sys.argv) > 3 and sys.argv[1] == "--one":
        print(json.dumps(measure(sys.argv[2], sys.argv[3])))
        return
    ways: list[tuple[str, Callable[[], bool]]] = [
        (name, lambda: True) for name in (NOTHING, OURS, WITH_COPY)
    ]
    ways += [
        (name, lambda module=module: importlib.util.find_spec(module) is not None)
        for name, (_, module) in READERS.items()
        if name != OURS
    ]
    quick = "--quick" in sys.argv
    films = [Path(one) for one in sys.argv[1:] if one != "--quick"]
    for path in films or [film(), four_k()]:
        print(f"\n{path.name}\n\n{HEAD}\n|{'---|' * 7}", flush=True)
        for name, is_here in ways:
            if not is_here() or (quick and name == SLOW):
                continue
            command = [sys.executable, __file__, "--one", name, str(path)]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                print(f"| {name} | failed: {done.stderr.strip().splitlines()[-1]} |", flush=True)
                continue
            print(row(name, json.loads(done.stdout.splitlines()[-1])), flush=True)


if __name__ == "__main__":
    main()
