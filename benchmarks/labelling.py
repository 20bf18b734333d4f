"""Labelling with 100,000 bouts: opening, one edit, undo, snapshot, and how the journal grows.

    python benchmarks/labelling.py [--bouts 100000]

An edit counts from the call to arrays of the track and the bout table being up to date; that it is
on disk is measured apart, since nobody waits for it.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from napari_mousegpt import open_recording
from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.ethogram import DEFAULT_ETHOGRAM
from napari_mousegpt.datamodel.labels.actions import add_bout, change_bouts, remove_bouts, set_edges
from napari_mousegpt.datamodel.labels.behaviours import rename_behaviour
from napari_mousegpt.datamodel.labels.edit import Edit
from napari_mousegpt.datamodel.recording import Recording, VideoEntry
from napari_mousegpt.datamodel.tables import DESCRIPTIONS, empty
from napari_mousegpt.io.bout_journal import add_bouts
from napari_mousegpt.io.labels.session import LabelSession
from napari_mousegpt.io.recording_folder import save_recording

EDITS = 200
NAMES = [behaviour.name for behaviour in DEFAULT_ETHOGRAM]


def recording_with(bouts: int, folder: Path) -> Path:
    """A recording of one animal whose bouts, 8 of every 10 frames, came in one import."""
    video = VideoEntry("cam0", folder / "film.mp4", 10 * bouts, 30.0, 640, 480, "0" * 64)
    recording = Recording(folder / "r.mousegpt", (video,), empty(DESCRIPTIONS), make_bouts([]))
    save_recording(recording)
    starts = np.arange(bouts) * 10
    table = pd.DataFrame({"video": "cam0", "start": starts, "stop": starts + 8})
    table["behaviour"] = [NAMES[k % len(NAMES)] for k in range(bouts)]
    add_bouts(recording.folder, make_bouts(table.assign(source="person", annotator="Anna")))
    return recording.folder


def measured(name: str, times_s: list[float]) -> None:
    """Print one line: the only time, or the median and the 95th percentile."""
    if len(times_s) == 1:
        print(f"{name:40} {times_s[0] * 1e3:10.1f} ms")
    else:
        p50, p95 = np.percentile(times_s, [50, 95]) * 1e3
        print(f"{name:40} p50 {p50:6.2f} ms   p95 {p95:6.2f} ms")


def timed(job: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    began = time.perf_counter()
    job()
    return time.perf_counter() - began


def edit_one(session: LabelSession, make: Callable[[str], Edit]) -> list[float]:
    """Times of edits of bouts chosen at random, each with arrays and table."""
    track = session.track("individual_0")
    ids = session.labels.track(track).ids
    chosen = np.random.default_rng(0).choice(ids, EDITS, replace=False)

    def act(bout_id: str) -> None:
        session.apply(make(bout_id))
        session.labels.track(track)
        session.labels.table()

    return [timed(lambda bout_id=bout_id: act(bout_id)) for bout_id in chosen]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bouts", type=int, default=100_000)
    bouts = parser.parse_args().bouts
    with tempfile.TemporaryDirectory() as root:
        folder = recording_with(bouts, Path(root))
        measured("open_recording (tables up to date)", [timed(lambda: open_recording(folder))])
        began = time.perf_counter()
        session = LabelSession.open(folder, annotator="Anna")
        measured("open a session (whole journal)", [time.perf_counter() - began])
        labels, track = session.labels, session.track("individual_0")
        measured("first arrays and table", [timed(lambda: (labels.track(track), labels.table()))])
        journal = folder / "bouts.jsonl"
        session.flush()
        size = journal.stat().st_size
        stop = {bout.bout_id: bout.stop for bout in labels}
        measured(
            "move an edge",
            edit_one(session, lambda key: set_edges(labels, key, stop=stop[key] + 1)),
        )
        session.flush()
        print(f"{'journal, per edit':40} {(journal.stat().st_size - size) / EDITS:10.0f} bytes")
        measured(
            "another behaviour",
            edit_one(session, lambda key: change_bouts(labels, [key], behaviour="still")),
        )
        measured("remove one", edit_one(session, lambda key: remove_bouts(labels, [key])))
        free = iter(range(9, 10 * bouts, 10))
        measured(
            "add one",
            edit_one(session, lambda _: add_bout(labels, track, "still", at := next(free), at + 1)),
        )

        def undo() -> None:
            session.undo()
            labels.track(track)
            labels.table()

        measured("undo", [timed(undo) for _ in range(EDITS)])
        saving = []
        for _ in range(50):
            session.apply(add_bout(labels, track, "still", at := next(free), at + 1))
            saving.append(timed(session.flush))
        measured("one action until it is on disk", saving)
        size = journal.stat().st_size
        edit = rename_behaviour(labels, "walking", "locomotion")
        measured(f"rename {len(edit.added):,} bouts", [timed(lambda: session.apply(edit))])
        session.flush()
        print(f"{'journal, that action':40} {(journal.stat().st_size - size) / 1e6:10.2f} MB")
        measured("snapshot: the window waits", [timed(session.snapshot)])
        measured("snapshot: until it is there", [timed(session.flush)])
        snapshot = max((folder / "backups").iterdir())
        print(f"{'journal':40} {journal.stat().st_size / 1e6:10.1f} MB")
        print(f"{'a snapshot of it':40} {snapshot.stat().st_size / 1e6:10.1f} MB")
        session.close()


if __name__ == "__main__":
    main()
