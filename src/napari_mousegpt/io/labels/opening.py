"""Opening a recording for labelling: the lock, mending, and what to tell. Knows no session."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.durable import replace_file
from napari_mousegpt.io.labels.append import JOURNAL
from napari_mousegpt.io.labels.lock import SessionLock, appending
from napari_mousegpt.io.labels.mending import Found, find_journal
from napari_mousegpt.io.labels.snapshots import BACKUPS, clear_unfinished
from napari_mousegpt.io.recording_folder import stored_recording


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A recording opened for labelling, or where ``read_only`` says why not, for looking."""

    recording: Recording
    found: Found
    lock: SessionLock | None
    read_only: str
    sentences: tuple[str, ...]


def open_labels(folder: Path, annotator: str | None, *, read_only: bool) -> Opened:
    """Take the lock if it can be had, read the journal, and mend it where that is needed.

    Raises
    ------
    FileNotFoundError, ValueError
        If there is no such recording, or one of a newer release.
    """
    recording = stored_recording(folder)
    lock, reason = None, "it was opened for looking only"
    if not read_only:
        lock, reason = take_lock(recording.folder, annotator)
    try:
        frames = {video.id: video.frames for video in recording.videos}
        found = find_journal(recording.folder, recording.ethogram, frames)
        if lock is not None:
            clear_unfinished(recording.folder)
            if found.is_mended:
                write_mended(recording.folder, found)
    except BaseException:
        if lock is not None:
            lock.release()
        raise
    return Opened(recording, found, lock, reason, recovered(found, lock))


def take_lock(folder: Path, annotator: str | None) -> tuple[SessionLock | None, str]:
    """Take the lock of a recording; None and the reason where that cannot be."""
    lock = SessionLock(folder, annotator)
    try:
        holder = lock.acquire()
    except OSError as error:
        return None, f"the folder cannot be written to ({error.strerror or error})"
    if holder is not None:
        return None, f"it is being labelled by {holder}"
    return lock, ""


def write_mended(folder: Path, found: Found) -> None:
    """Put a mended journal in place; the one as it was found is kept in ``backups/``.

    Raises
    ------
    OSError
        If the folder cannot be written to.
    """
    with appending(folder):
        path = folder / JOURNAL
        if path.exists() and path.stat().st_size:
            (folder / BACKUPS).mkdir(exist_ok=True)
            time = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
            kept = folder / BACKUPS / f"bouts.damaged-{time}.jsonl"
            raw = path.read_bytes()
            replace_file(kept, lambda beside: _write(beside, raw))
        replace_file(path, lambda beside: _write(beside, found.content))


def recovered(found: Found, lock: SessionLock | None) -> tuple[str, ...]:
    """What was odd on opening, in sentences for the one who opens."""
    sentences = list(found.sentences)
    if lock is not None and lock.left_behind is not None:
        sentences.insert(
            0,
            f"The last session ({lock.left_behind}) did not end properly. {_kept(found)}",
        )
    sentences += [
        f"{bout.behaviour} of {bout.individual} was started at frame {bout.start} and not stopped "
        "yet."
        for bout in found.replay.labels.open_bouts()
    ]
    return tuple(sentences)


def quietly(job: Callable[[], object]) -> None:
    """Do what can be made again later: a disk that refuses it is no reason to stop."""
    with contextlib.suppress(OSError):
        job()


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _kept(found: Found) -> str:
    replay = found.replay
    if not replay.actions:
        return "Nothing had been labelled yet."
    when = replay.last_time[:19].replace("T", " ")
    return f"All {replay.actions} saved actions are here, the last of {when} UTC."
