"""Who may write the labels of a recording: one window or command at a time. Knows no labels.

A lock of the system keeps others out and ends with its process, however that ends. Beside it lies
who holds it. Where a network drive has no such locks, or keeps them to one machine, the holder's
sign of life tells: it is as old as the file's time, both by the clock of the drive.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import socket
import warnings
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import BaseFileLock, FileLock, SoftFileLock, Timeout

LOCK, HOLDER, APPENDING = ".labels.lock", ".labels.holder.json", ".bouts.jsonl.lock"
BEAT_S = 10.0
"""How often a holder gives a sign of life."""
DEAD_AFTER_S = 60.0
"""Without a sign of life for so long, a holder on another machine is taken for dead."""
_WAIT_TO_APPEND_S = 30.0
_NO_LOCKS = (errno.ENOSYS, errno.ENOTSUP, errno.ENOLCK, errno.EINVAL)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a recording open for labelling."""

    who: str
    host: str
    pid: int
    since: str

    def __str__(self) -> str:
        """Say it in words."""
        since = self.since[:16].replace("T", " ")
        return f"{self.who or 'somebody'} on {self.host} (process {self.pid}), since {since} UTC"


class SessionLock:
    """The right to label in one recording.

    Attributes
    ----------
    left_behind
        The holder before, if it ended without giving the lock back.
    """

    def __init__(self, folder: Path, who: str | None = None) -> None:
        self._folder = folder
        self._lock: BaseFileLock | None = None
        self.left_behind: Holder | None = None
        self.me = Holder(
            who or "",
            socket.gethostname(),
            os.getpid(),
            datetime.now(UTC).isoformat("T", "seconds"),
        )

    def acquire(self) -> Holder | None:
        """Take the lock, or say who holds it.

        Raises
        ------
        OSError
            If the folder cannot be written to.
        """
        lock = _taken(self._folder / LOCK)
        if lock is None and self._seconds_silent() > DEAD_AFTER_S and _is_soft(self._folder):
            (self._folder / LOCK).unlink(missing_ok=True)
            lock = _taken(self._folder / LOCK)
        before = _read_holder(self._folder)
        if lock is None:
            return before or Holder("", "a machine that did not say", 0, "")
        elsewhere = before is not None and before.host != self.me.host
        if before is not None and elsewhere and self._seconds_silent() < DEAD_AFTER_S:
            lock.release()
            return before
        try:
            text = json.dumps(asdict(self.me))
            (self._folder / HOLDER).write_text(text, encoding="utf-8")
        except OSError:
            lock.release()
            raise
        self._lock, self.left_behind = lock, before
        return None

    def beat(self) -> None:
        """Give a sign of life."""
        if self._lock is not None:
            with contextlib.suppress(OSError):
                os.utime(self._folder / HOLDER)

    def release(self) -> None:
        """Give the lock back."""
        if self._lock is None:
            return
        with contextlib.suppress(OSError):
            (self._folder / HOLDER).unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self._lock.release()
        self._lock = None

    def _seconds_silent(self) -> float:
        """Age of the holder's last sign of life, by the clock of the drive."""
        probe = self._folder / f".labels.{os.getpid()}.probe"
        try:
            probe.touch()
            os.utime(probe)
            return probe.stat().st_mtime - (self._folder / HOLDER).stat().st_mtime
        except OSError:
            return float("inf")
        finally:
            with contextlib.suppress(OSError):
                probe.unlink()


@contextlib.contextmanager
def appending(folder: Path) -> Iterator[None]:
    """Be the only one that appends to the journal, for as long as one append takes.

    Raises
    ------
    OSError
        If that cannot be had within half a minute, or the folder cannot be written to.
    """
    lock = _taken(folder / APPENDING, timeout_s=_WAIT_TO_APPEND_S)
    if lock is None:
        raise OSError(
            f"{folder.name}: another program has been writing to bouts.jsonl for "
            f"{_WAIT_TO_APPEND_S:.0f} s. Close it, and try again."
        )
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            lock.release()


def _taken(path: Path, timeout_s: float = 0.0) -> BaseFileLock | None:
    """A lock of the system, or where the drive has none, one of files; None if it is held."""
    for kind in (FileLock, SoftFileLock):
        lock = kind(str(path), timeout=timeout_s)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # that it became a lock of files
                lock.acquire()
            return lock
        except Timeout:
            return None
        except NotImplementedError:
            continue
        except OSError as error:
            if error.errno not in _NO_LOCKS or kind is SoftFileLock:
                raise
    return None


def _is_soft(folder: Path) -> bool:
    """Whether the lock is one of files: it names its holder, a lock of the system is empty."""
    try:
        return (folder / LOCK).stat().st_size > 0
    except OSError:
        return False


def _read_holder(folder: Path) -> Holder | None:
    try:
        entry = json.loads((folder / HOLDER).read_text(encoding="utf-8"))
        return Holder(str(entry["who"]), str(entry["host"]), int(entry["pid"]), str(entry["since"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return Holder("somebody", "a machine that did not say", 0, "")
