"""Carries an import out beside the window, step by step; cancelling undoes it. Knows no form."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import suppress
from typing import Any

from qtpy.QtCore import QObject, Signal

from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.widgets.worker_threads import create_worker
from napari_mousegpt.workflows.importing.carrying_out import import_steps
from napari_mousegpt.workflows.importing.plan import ImportPlan


class Carrier(QObject):
    """One import at a time.

    Signals
    -------
    stepped
        What is done next, in words.
    done
        With the recording.
    cancelled, failed
        Nothing was left behind; ``failed`` says why in a sentence.
    """

    stepped = Signal(object)
    done = Signal(object)
    cancelled = Signal()
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._worker: Any = None

    @property
    def running(self) -> bool:
        """Whether an import is under way."""
        return self._worker is not None

    def start(self, plan: ImportPlan) -> None:
        """Start, unless an import is under way."""
        if self.running:
            return
        self._worker = create_worker(_steps, plan, _ignore_errors=True)
        self._worker.yielded.connect(self.stepped)
        self._worker.returned.connect(self._on_returned)
        self._worker.errored.connect(self._on_error)
        self._worker.aborted.connect(self._on_aborted)
        self._worker.start()

    def cancel(self) -> None:
        """Stop before the next step, and undo those before."""
        if self._worker is not None:
            self._worker.quit()

    def abandon(self) -> None:
        """Cancel, and tell nobody any more: the dock goes."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.quit()
            for signal in (worker.yielded, worker.returned, worker.errored, worker.aborted):
                with suppress(RuntimeError, TypeError):
                    signal.disconnect()

    def _on_returned(self, recording: Recording | None) -> None:
        self._worker = None
        if recording is not None:
            self.done.emit(recording)

    def _on_error(self, error: Exception) -> None:
        self._worker = None
        self.failed.emit(" ".join(str(error).split()))

    def _on_aborted(self) -> None:
        self._worker = None
        self.cancelled.emit()


def _steps(plan: ImportPlan) -> Generator[str, None, Recording]:
    recording = yield from import_steps(plan)
    return recording
