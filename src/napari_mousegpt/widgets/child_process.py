"""Work in a process beside the window, seen from the window's side. Knows no widget.

A process, since torch in the window's own would hold up its thread for seconds, and loading it
after a software OpenGL driver can crash both.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator
from contextlib import suppress
from typing import IO, Any, cast


class ChildProcess:
    """Iterate over `told` to run it; `cancel` ends it after its present step.

    Parameters
    ----------
    module
        Run with ``python -m``; made of `child_work.work_until_told`.
    does
        What it does, as in "the process that trains".
    kept
        A sentence about what is left when it ends unexpectedly.
    """

    def __init__(self, module: str, *, does: str, kept: str) -> None:
        self._module, self._does, self._kept = module, does, kept
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """May be called from any thread."""
        self._cancelled.set()

    def told(self, request: str) -> Generator[tuple[str, Any], None, None]:
        """Start it with one line and yield what it tells, as kind and value.

        Raises
        ------
        RuntimeError
            With the sentence that the process gave, or with what is known of its end.
        """
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as complaints:
            process = subprocess.Popen(
                [sys.executable, "-m", self._module],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
                text=True,
                encoding="utf-8",
            )
            asking, answering = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)
            asking.write(request + "\n")
            asking.flush()
            threading.Thread(target=self._close_when_cancelled, args=(asking,), daemon=True).start()
            try:
                for line in answering:
                    kind, value = next(iter(json.loads(line).items()))
                    if kind == "problem":
                        raise RuntimeError(value)
                    yield kind, value
            finally:
                self.cancel()
                process.wait()
                answering.close()
            if process.returncode:
                raise RuntimeError(self._last_words(complaints, process.returncode))

    def _close_when_cancelled(self, asking: IO[str]) -> None:
        """End the process's input, which tells it to stop."""
        self._cancelled.wait()
        with suppress(OSError):
            asking.close()

    def _last_words(self, complaints: IO[str], code: int) -> str:
        complaints.seek(0)
        lines = [line.strip() for line in complaints if line.strip()]
        said = f" Its last words were: {lines[-1]}" if lines else ""
        return (
            f"The process that {self._does} ended unexpectedly (exit code {code}), perhaps for "
            f"want of memory.{said} {self._kept}"
        )
