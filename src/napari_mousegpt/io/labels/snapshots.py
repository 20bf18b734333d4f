"""Snapshots of the labels in ``backups/``, the ten latest: zip files that anything can open.

Each holds the whole journal and ``recording.json`` (with the ethogram) as they were.
"""

from __future__ import annotations

import contextlib
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from napari_mousegpt.io.durable import replace_file
from napari_mousegpt.io.labels.append import JOURNAL

BACKUPS = "backups"
KEPT = 10
_PREFIX, _SUFFIX = "labels-", ".zip"
_RECORDING = "recording.json"
_MAX_JOURNAL_BYTES = 4 << 30
_OLD_S = 3600.0
_FAST = 1  # of zlib: a journal becomes a tenth, at 60 MB/s


def take_snapshot(folder: Path) -> Path | None:
    """Keep the journal as it is now; None if the latest snapshot has it already.

    Written beside and put in place, so that a snapshot is whole or absent; the oldest of more than
    ten go.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    try:
        journal = (folder / JOURNAL).read_bytes()
    except FileNotFoundError:
        return None
    there = snapshots(folder)
    if there and _size_of_journal(there[0]) == len(journal):
        return None
    (folder / BACKUPS).mkdir(exist_ok=True)
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    path = folder / BACKUPS / f"{_PREFIX}{now}{_SUFFIX}"
    replace_file(path, lambda beside: _write(beside, folder, journal))
    for old in snapshots(folder)[KEPT:]:
        with contextlib.suppress(OSError):
            old.unlink()
    return path


def snapshots(folder: Path) -> list[Path]:
    """Snapshots of a recording, the latest first."""
    return sorted((folder / BACKUPS).glob(f"{_PREFIX}*{_SUFFIX}"), reverse=True)


def journal_in(snapshot: Path) -> bytes:
    """The journal that a snapshot holds; empty if the snapshot is damaged."""
    try:
        with zipfile.ZipFile(snapshot) as kept:
            if kept.getinfo(JOURNAL).file_size > _MAX_JOURNAL_BYTES:
                return b""
            return kept.read(JOURNAL)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, NotImplementedError, EOFError):
        return b""


def clear_unfinished(folder: Path) -> None:
    """Remove what kills left half written: beside the snapshots, and old ones in the recording.

    A fresh one in the recording may be a captioner's that is being written.
    """
    for path in (folder / BACKUPS).glob(".*.new"):
        with contextlib.suppress(OSError):
            path.unlink()
    for path in folder.glob(".*.new"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _OLD_S:
                path.unlink()


def _write(path: Path, folder: Path, journal: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=_FAST) as kept:
        kept.writestr(JOURNAL, journal)
        with contextlib.suppress(OSError):
            kept.writestr(_RECORDING, (folder / _RECORDING).read_bytes())


def _size_of_journal(snapshot: Path) -> int:
    try:
        with zipfile.ZipFile(snapshot) as kept:
            return kept.getinfo(JOURNAL).file_size
    except (OSError, KeyError, zipfile.BadZipFile):
        return -1
