"""How smoothly the timeline pans and zooms over 100,000 bouts in ten hours.

    xvfb-run -a -s "-screen 0 1600x1200x24" python benchmarks/timeline.py

Then the same bouts are labelled: from an edit until it is painted (it is on disk a moment later).
Prints the time from a change of the view until it is painted, median and 95th percentile, for
panning and zooming at several magnifications, and what a hover and a step of the playhead cost;
beside it the processor time of the window's thread, for machines on which much else runs.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

FPS, HOURS = 30.0, 10.0


def recording_of(n_bouts: int):
    """Two animals, half of the bouts by a person and half by a model, and a window every 2 s."""
    import pandas as pd

    from napari_mousegpt.datamodel.bouts import make_bouts
    from napari_mousegpt.datamodel.description import BEHAVIOURS
    from napari_mousegpt.datamodel.recording import Recording, VideoEntry
    from napari_mousegpt.datamodel.run import make_run
    from napari_mousegpt.datamodel.tables import DESCRIPTIONS, conform

    random = np.random.default_rng(0)
    n_frames = int(HOURS * 3600 * FPS)
    run = make_run(tool="mousegpt-tiny", version="0", video="cam0", video_sha256="")
    bouts, windows = [], []
    for animal in ("mouse1", "mouse2"):
        for source, annotator in (("person", "Anna"), ("model", None)):
            starts = np.sort(random.integers(0, n_frames - 100, n_bouts // 4))
            stops = starts + random.integers(5, 90, len(starts))
            words = random.choice(BEHAVIOURS, len(starts))
            common = {"video": "cam0", "individual": animal, "start": starts, "stop": stops}
            said_by = {"behaviour": words, "source": source, "annotator": annotator}
            run_id = None if annotator else run.run_id
            bouts.append(pd.DataFrame(common | said_by | {"run_id": run_id}))
        starts = np.arange(0, n_frames, 60)
        table = pd.DataFrame({"video": "cam0", "individual": animal, "start": starts})
        table = table.assign(stop=starts + 60, run_id=run.run_id, overall="The animal walks.")
        words = random.choice(BEHAVIOURS, len(starts))
        windows.append(table.assign(keywords=[[word] for word in words], valid=True))
    entry = VideoEntry("cam0", Path("ten_hours.mp4"), n_frames, FPS, 640, 480, sha256="")
    return Recording(
        folder=Path("ten_hours.mousegpt"),
        videos=(entry,),
        individuals=("mouse1", "mouse2"),
        descriptions=conform(pd.concat(windows), DESCRIPTIONS),
        bouts=make_bouts(pd.concat(bouts, ignore_index=True)),
        runs=(run,),
    )


def stored(recording, folder: Path):
    """Put the bouts of a recording on disk, as labels of which half are Anna's own."""
    from dataclasses import replace

    from napari_mousegpt.io.bout_journal import add_bouts
    from napari_mousegpt.io.recording_folder import open_recording, save_recording

    made = replace(recording, folder=folder / "ten_hours.mousegpt")
    save_recording(made)
    add_bouts(made.folder, recording.bouts)
    return open_recording(made.folder).replace(descriptions=recording.descriptions)


class EmptyVideo:
    """Only as long as a video."""

    fps = FPS

    def __init__(self, n_frames: int) -> None:
        self.times_s = np.arange(n_frames) / FPS
        self.shape = (n_frames, 480, 640, 3)

    def __len__(self) -> int:
        return self.shape[0]


def timed(label: str, change, times: int) -> None:
    """Print how long a change takes until it is painted."""
    from qtpy.QtWidgets import QApplication

    QApplication.processEvents()
    took_ms, busy_ms = [], []
    for turn in range(times):
        start_s, busy_from_s = time.perf_counter(), time.thread_time()
        change(turn)
        QApplication.processEvents()
        took_ms.append(1e3 * (time.perf_counter() - start_s))
        busy_ms.append(1e3 * (time.thread_time() - busy_from_s))
    median, slow = np.percentile(took_ms, [50, 95])
    busy, busy_slow = np.percentile(busy_ms, [50, 95])
    print(
        f"  {label:36s} median {median:5.1f} ms  p95 {slow:5.1f} ms"
        f"   of the window's thread {busy:5.1f} ms  p95 {busy_slow:5.1f} ms",
        flush=True,
    )


def main() -> None:
    """Measure one timeline."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bouts", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=100)
    arguments = parser.parse_args()

    from napari.components import ViewerModel
    from qtpy.QtCore import QPointF
    from qtpy.QtWidgets import QApplication

    from napari_mousegpt.widgets.timeline import TimelineDock
    from napari_mousegpt.widgets.timeline.trace import Trace
    from napari_mousegpt.widgets.timeline.tracks import tracks_of

    application = QApplication([])
    recording = recording_of(arguments.bouts)
    n_frames = recording.video().frames
    print(f"{len(recording.bouts):,} bouts, {len(recording.descriptions):,} windows, {HOURS:g} h")
    start_s = time.perf_counter()
    tracks_of(recording)
    print(f"  rows prepared in {1e3 * (time.perf_counter() - start_s):.0f} ms")

    viewer = ViewerModel()
    dock = TimelineDock(viewer)
    state = dock.state
    state.video = EmptyVideo(n_frames)
    random = np.random.default_rng(1)
    speed = np.abs(random.standard_normal(n_frames).cumsum() % 9)
    dock.traces.traces = [Trace(speed, "speed", name) for name in recording.individuals]
    state.film_changed.emit()
    state.set_recording(recording)
    dock.resize(1500, 320)
    dock.show()
    application.processEvents()
    for label, span in (("everything", n_frames), ("an hour", 108_000), ("a minute", 1_800)):
        dock.view.setXRange(n_frames / 3, n_frames / 3 + span, padding=0)
        timed(
            f"pan, {label} in view",
            lambda turn: dock.view.pan(0.02 * (-1) ** turn),
            arguments.times,
        )
        timed(
            f"zoom, {label} in view",
            lambda turn: dock.view.zoom(0.9 if turn % 2 else 1 / 0.9, n_frames / 3),
            arguments.times,
        )
    dock.view.show_all()

    def move_playhead(turn: int) -> None:
        state.frame = 1000 * turn
        state.frame_changed.emit(state.frame)

    timed("playhead moves, everything in view", move_playhead, arguments.times)
    rect = dock.plot.rect()

    def hover(turn: int) -> None:
        dock.plot.scene().sigMouseMoved.emit(QPointF(300 + 5 * turn, rect.height() / 3))

    timed("hover", hover, arguments.times)
    with tempfile.TemporaryDirectory() as folder:
        time_edits(dock, stored(recording, Path(folder)), arguments.times)
    dock.close()


def time_edits(dock, recording, times: int) -> None:
    """Edit single bouts of many, in all of the film in view and in a minute of it."""
    from napari_mousegpt.datamodel.labels.actions import add_bout, set_edges

    labelling = dock.labelling
    dock.state.set_recording(recording)
    start_s = time.perf_counter()
    labelling.start("Anna")
    print(f"  labelling begins in {time.perf_counter() - start_s:.1f} s")
    arrays = labelling.labels.track(labelling.track)
    print(f"  {len(arrays):,} bouts in the row that is edited")
    middle = str(arrays.ids[len(arrays) // 2])
    start = labelling.labels[middle].start

    def move_edge(turn: int) -> None:
        labelling.do(lambda now: set_edges(now, middle, stop=start + 20 + turn % 5))

    def add(turn: int) -> None:
        labelling.do(lambda now: add_bout(now, labelling.track, "still", start + turn, start + 40))

    for where, span in (("everything", dock.state.n_frames), ("a minute", 1_800)):
        left = 0 if span > start else start - 900
        dock.view.setXRange(left, left + span, padding=0)
        timed(f"edge moved, {where} in view", move_edge, times)
        timed(f"bout added, {where} in view", add, times)
        timed(f"undone, {where} in view", lambda turn: labelling.undo(), times)
    labelling.end()


if __name__ == "__main__":
    main()
