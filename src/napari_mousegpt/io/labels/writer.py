"""The thread that brings lines to disk, so that nobody waits for it. Knows bytes, no labels.

Lines are kept in order and in memory until they are synced. When the disk refuses, it is said at
once, and tried again until it works.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from napari_mousegpt.io.labels.append import append_to_journal

State = Literal["saved", "saving", "failed", "read-only"]
_FIRST_WAIT_S, _LONGEST_WAIT_S = 1.0, 15.0


@dataclass(frozen=True, slots=True)
class SaveStatus:
    """Whether everything is on disk.

    Attributes
    ----------
    waiting
        Actions that are in memory only.
    reason
        Why saving failed, or why the recording is read-only; "" otherwise.
    """

    state: State
    waiting: int = 0
    reason: str = ""


class Inbox:
    """Lines that others appended, until the thread of the labels takes them."""

    def __init__(self) -> None:
        self.received = 0
        self._lines: list[bytes] = []
        self._lock = threading.Lock()

    def put(self, lines: bytes) -> None:
        """Leave lines, from any thread."""
        with self._lock:
            self.received += 1
            self._lines.append(lines)

    def take(self) -> list[bytes]:
        """Take all that lies there."""
        with self._lock:
            lines, self._lines = self._lines, []
        return lines


class JournalWriter:
    """Appends lines to the journal of a folder, on a thread of its own.

    Parameters
    ----------
    end
        The byte up to which the journal is known.
    on_status, on_others
        Called from the thread of the writer: with a new `SaveStatus`, and with lines that others
        appended meanwhile.
    beat, beat_s
        Called every so many seconds while there is nothing to write.
    """

    def __init__(
        self,
        folder: Path,
        end: int,
        *,
        on_status: Callable[[SaveStatus], None],
        on_others: Callable[[bytes], None],
        beat: Callable[[], None],
        beat_s: float = 10.0,
    ) -> None:
        self.folder, self.end = folder, end
        self.status = SaveStatus("saved")
        self._on_status, self._on_others = on_status, on_others
        self._beat, self._beat_s = beat, beat_s
        self._lines: deque[bytes] = deque()
        self._jobs: deque[Callable[[], None]] = deque()
        self._changed = threading.Condition()
        self._retry_at = 0.0
        self._wait_s = _FIRST_WAIT_S
        self._ends = False
        self._busy = False
        self._thread = threading.Thread(target=self._run, name="label writer", daemon=True)
        self._thread.start()

    def put(self, line: bytes) -> None:
        """Have a line appended, after all before it."""
        with self._changed:
            self._lines.append(line)
            self._tell_waiting()
            self._changed.notify_all()

    def do(self, job: Callable[[], None]) -> None:
        """Have something done on the thread once all lines so far are on disk."""
        with self._changed:
            self._jobs.append(job)
            self._changed.notify_all()

    def flush(self, timeout_s: float | None = None) -> bool:
        """Wait until all is on disk, or saving fails, or the time is over; whether all is."""
        with self._changed:
            self._changed.wait_for(self._rests, timeout_s)
            return not self._lines

    def retry(self) -> None:
        """Try at once what failed before."""
        with self._changed:
            self._retry_at, self._wait_s = 0.0, _FIRST_WAIT_S
            if self._lines and self.status.state == "failed":
                self._tell(SaveStatus("saving", len(self._lines)))
            self._changed.notify_all()

    def waiting(self) -> list[bytes]:
        """Lines that are not on disk yet."""
        with self._changed:
            return list(self._lines)

    def expected_end(self) -> int:
        """The byte behind all lines put so far, once they are on disk."""
        with self._changed:
            return self.end + sum(map(len, self._lines))

    def look(self) -> None:
        """Hand over what others appended; waits for the disk."""
        self.do(self._look)
        self.flush()

    def move_to(self, folder: Path, end: int, beat: Callable[[], None]) -> None:
        """Go on in another folder, whose journal holds all lines put so far."""
        with self._changed:
            self.folder, self.end, self._beat = folder, end, beat
            self._retry_at, self._wait_s = 0.0, _FIRST_WAIT_S
            self._lines.clear()
            self._tell(SaveStatus("saved"))
            self._changed.notify_all()

    def stop(self) -> None:
        """End the thread; lines that are not on disk stay in memory."""
        with self._changed:
            self._ends = True
            self._changed.notify_all()
        self._thread.join()

    def _rests(self) -> bool:
        return (not self._lines and not self._jobs and not self._busy) or (
            self.status.state == "failed"
        )

    def _run(self) -> None:
        while True:
            with self._changed:
                due = self._wait()
                if self._ends:
                    return
                batch = list(self._lines) if due else []
                job = self._jobs.popleft() if due and not batch and self._jobs else None
                self._busy = bool(batch or job)
                folder, end = self.folder, self.end
            if batch:
                self._append(folder, end, batch)
            elif job is not None:
                job()
            else:
                self._beat()
            with self._changed:
                self._busy = False
                self._changed.notify_all()

    def _wait(self) -> bool:
        """Wait for something to do; False when it is time for a sign of life."""
        beat_at = time.monotonic() + self._beat_s
        while not self._ends:
            now = time.monotonic()
            ready = bool(self._lines or self._jobs)
            if ready and now >= self._retry_at:
                return True
            if now >= beat_at:
                return False
            until = min(beat_at, self._retry_at) if ready else beat_at
            self._changed.wait(until - now)
        return False

    def _append(self, folder: Path, end: int, batch: list[bytes]) -> None:
        try:
            others, new_end = append_to_journal(folder, b"".join(batch), end)
        except Exception as error:  # whatever it is, the lines stay in memory
            with self._changed:
                self._retry_at = time.monotonic() + self._wait_s
                self._wait_s = min(2 * self._wait_s, _LONGEST_WAIT_S)
                self._tell(SaveStatus("failed", len(self._lines), _words(error)))
            return
        if others:
            self._on_others(others)
        with self._changed:
            if folder == self.folder:  # else it went elsewhere meanwhile, with all lines
                self.end = new_end
                for _ in batch:
                    self._lines.popleft()
            self._retry_at, self._wait_s = 0.0, _FIRST_WAIT_S
            if self._lines:
                self._tell_waiting()
            else:
                self._tell(SaveStatus("saved"))

    def _look(self) -> None:
        try:
            others, self.end = append_to_journal(self.folder, b"", self.end)
        except OSError:
            return  # the next line that is saved says so
        if others:
            self._on_others(others)

    def _tell_waiting(self) -> None:
        failed = self.status.state == "failed"
        self._tell(
            SaveStatus("failed" if failed else "saving", len(self._lines), self.status.reason)
        )

    def _tell(self, status: SaveStatus) -> None:
        if status != self.status:
            self.status = status
            self._on_status(status)


def _words(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'the journal'}: {error.strerror}"
    return str(error) or type(error).__name__
