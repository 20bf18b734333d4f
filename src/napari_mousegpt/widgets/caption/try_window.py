"""One window tried with the chosen captioner, in a process beside. Knows no form."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from qtpy.QtCore import QObject, QProcess, QTimer, Signal

from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.widgets.caption.job import request_text
from napari_mousegpt.workflows.caption import CaptionSettings

CHILD = ("-m", "napari_mousegpt.widgets.caption.try_main")
KEPT_MS = 180_000
"""How long a model stays loaded for the next window."""


class TryWindow(QObject):
    """Asks about one window at a time.

    Signals
    -------
    doing
        What is under way, in words.
    answered
        With what `try_main` answers.
    failed
        With one sentence.
    """

    doing = Signal(str)
    answered = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.command = (sys.executable, *CHILD)
        self.busy = False
        self._process: QProcess | None = None
        self._half = b""
        self._idle = QTimer(self, singleShot=True, interval=KEPT_MS)
        self._idle.timeout.connect(self.stop)

    def ask(
        self, folder: Path, settings: CaptionSettings, window: TimeRange, individual: str
    ) -> None:
        """Ask about a window, unless one is being asked about."""
        if self.busy:
            return
        request = json.loads(request_text(folder, settings))
        request |= {"window": [window.start, window.stop], "individual": individual}
        self.busy = True
        self._idle.stop()
        self.doing.emit("Starting …" if self._process is None else "Asking …")
        self._running().write((json.dumps(request) + "\n").encode())

    def cancel(self) -> None:
        """Give up the present window; its model is let go with it."""
        if self.busy:
            self.stop()
            self.failed.emit("Cancelled.")

    def stop(self) -> None:
        """End the process, and with it what it holds."""
        process, self._process, self.busy, self._half = self._process, None, False, b""
        self._idle.stop()
        if process is not None:
            process.readyReadStandardOutput.disconnect()
            process.finished.disconnect()
            process.kill()
            process.waitForFinished(2000)
            process.deleteLater()

    def _running(self) -> QProcess:
        if self._process is None:
            process = QProcess(self)
            process.setProgram(self.command[0])
            process.setArguments(list(self.command[1:]))
            process.readyReadStandardOutput.connect(self._on_output)
            process.finished.connect(self._on_end)
            process.start()
            self._process = process
        return self._process

    def _on_output(self) -> None:
        if self._process is None:
            return
        self._half += bytes(self._process.readAllStandardOutput().data())
        *lines, self._half = self._half.split(b"\n")
        for line in lines:
            kind, value = next(iter(json.loads(line).items()))
            self._take(kind, value)

    def _take(self, kind: str, value: Any) -> None:
        if kind == "doing":
            self.doing.emit(value)
            return
        self.busy = False
        self._idle.start()
        (self.answered if kind == "answer" else self.failed).emit(value)

    def _on_end(self) -> None:
        process, self._process = self._process, None
        was_busy, self.busy, self._half = self.busy, False, b""
        said = "" if process is None else bytes(process.readAllStandardError().data()).decode()
        last = next((line for line in reversed(said.splitlines()) if line.strip()), "")
        if was_busy:
            more = f" Its last words were: {last.strip()}" if last else ""
            self.failed.emit(
                f"The process that asks ended unexpectedly, perhaps for want of memory.{more}"
            )
