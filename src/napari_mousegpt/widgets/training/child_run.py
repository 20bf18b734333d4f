"""One training in a process of its own, seen from the window's side. Knows no widget.

A process, since torch in the window's own would hold up its thread for seconds.
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

from napari_mousegpt.widgets.training.request import TrainRequest

CHILD = "napari_mousegpt.widgets.training.child_main"
Line = tuple[str, dict[str, Any]]


class ChildTraining:
    """`steps` runs it; `cancel` ends it after the present step, with its state kept."""

    def __init__(self, request: TrainRequest) -> None:
        self._request = request
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """May be called from any thread."""
        self._cancelled.set()

    def steps(self) -> Generator[Line, None, None]:
        """Yield what the process tells, as kind and values.

        Raises
        ------
        RuntimeError
            With the sentence that the process gave, or with what is known of its end.
        """
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as complaints:
            process = subprocess.Popen(
                [sys.executable, "-m", CHILD],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
                text=True,
                encoding="utf-8",
            )
            asking, answering = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)
            asking.write(self._request.to_line() + "\n")
            asking.flush()
            threading.Thread(target=self._close, args=(asking,), daemon=True).start()
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
                raise RuntimeError(_last_words(complaints, process.returncode))

    def _close(self, asking: IO[str]) -> None:
        """End the process's input, which tells it to stop."""
        self._cancelled.wait()
        with suppress(OSError):
            asking.close()


def _last_words(complaints: IO[str], code: int) -> str:
    complaints.seek(0)
    lines = [line.strip() for line in complaints if line.strip()]
    said = f" Its last words were: {lines[-1]}" if lines else ""
    return (
        f"The process that trains ended unexpectedly (exit code {code}), perhaps for want of "
        f"memory.{said} Train goes on from the last state."
    )
