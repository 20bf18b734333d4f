"""Appending to ``bouts.jsonl`` beside others that may, too. Knows bytes and files, no labels."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from napari_mousegpt.io.durable import end_of_last_line, sync_folder
from napari_mousegpt.io.labels.lock import appending

JOURNAL = "bouts.jsonl"


class JournalReplaced(OSError):
    """The journal is shorter than what was saved into it: somebody removed or replaced it."""


def append_to_journal(
    folder: Path, lines: bytes, known_end: int | None = None
) -> tuple[bytes, int]:
    """Append whole lines and sync them.

    A line that an earlier kill left unfinished is cut off. When the disk refuses, what was written
    in part is cut off again where that can be done.

    Parameters
    ----------
    known_end
        The byte up to which the caller has read or written the journal; None if it has not.

    Returns
    -------
    others, end
        Lines that others appended behind ``known_end``, and the byte behind the last line.

    Raises
    ------
    OSError
        If the disk refuses, or the journal is shorter than ``known_end``.
    """
    path = folder / JOURNAL
    with appending(folder):
        is_new = not path.exists()
        if is_new and known_end:
            raise _replaced(folder, 0, known_end)
        with path.open("ab+", buffering=0) as file:
            end = end_of_last_line(file)
            known_end = end if known_end is None else known_end
            if end < known_end:
                raise _replaced(folder, end, known_end)
            file.seek(known_end)
            others = file.read(end - known_end)
            file.truncate(end)
            try:
                _write(file, lines)
                os.fsync(file.fileno())
            except OSError:
                with contextlib.suppress(OSError):
                    file.truncate(end)
                raise
        if is_new:
            sync_folder(folder)
        return others, end + len(lines)


def _replaced(folder: Path, found: int, saved: int) -> JournalReplaced:
    return JournalReplaced(
        f"{folder.name}/{JOURNAL} has {found} bytes, and {saved} were saved in it: something "
        "removed or replaced it. Save elsewhere, then open the recording again."
    )


def _write(file: object, lines: bytes) -> None:
    left = memoryview(lines)
    while left:
        left = left[file.write(left) :]  # type: ignore[attr-defined]
