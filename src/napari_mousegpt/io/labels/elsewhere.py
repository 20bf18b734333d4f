"""Saving a recording's labels into another folder, when the first cannot be written any more."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

from napari_mousegpt.datamodel.labels.edit import Edit
from napari_mousegpt.datamodel.labels.history import LabelHistory
from napari_mousegpt.datamodel.labels.set import LabelSet
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.labels.append import JOURNAL, append_to_journal
from napari_mousegpt.io.labels.lines import edit_to_json, line_of
from napari_mousegpt.io.labels.lock import SessionLock
from napari_mousegpt.io.labels.opening import take_lock
from napari_mousegpt.io.labels.replay import EDIT
from napari_mousegpt.io.recording_folder import save_recording

_COPIED = (
    "answers.jsonl",
    "poses.parquet",
    "features.parquet",
    "embeddings.parquet",
    "clusters.parquet",
)


def journal_to_move(
    folder: Path, end: int, waiting: list[bytes], labels: LabelSet, history: LabelHistory
) -> bytes:
    """The whole journal with the lines that wait; made from memory if the disk does not give it."""
    with contextlib.suppress(OSError):
        with (folder / JOURNAL).open("rb") as file:
            saved = file.read(end)
        if len(saved) == end:
            return saved + b"".join(waiting)
    edits = history.edits()
    before = LabelSet(
        labels,
        ethogram=labels.ethogram,
        assessed=labels.assessed,
        corrections=labels.corrections.values(),
    )
    for _, edit in reversed(edits):
        before.apply(edit.inverse())
    first = Edit(
        "labels as they were",
        added=tuple(before),
        ethogram=(before.ethogram, before.ethogram),
        assessed_added=tuple(before.assessed),
        corrections_added=tuple(before.corrections.values()),
    )
    lines = [line_of({"action": EDIT, **edit_to_json(first)})]
    lines += [line_of({"action": EDIT, "id": key, **edit_to_json(edit)}) for key, edit in edits]
    return b"".join(lines)


def write_elsewhere(
    recording: Recording, journal: bytes, target: Path, annotator: str | None
) -> SessionLock:
    """Make the recording with this journal in another folder, and take its lock.

    Raises
    ------
    OSError
        If the folder is not empty or cannot be written to.
    """
    if target.exists() and any(target.iterdir()):
        raise FileExistsError(f"{target}: expected a new or empty folder. Choose another one.")
    save_recording(recording.replace(folder=target))
    lock, reason = take_lock(target, annotator)
    if lock is None:
        raise OSError(f"{target}: {reason}")
    try:
        append_to_journal(target, journal)
    except OSError:
        lock.release()
        raise
    for name in _COPIED:
        with contextlib.suppress(OSError):
            shutil.copy2(recording.folder / name, target / name)
    return lock
