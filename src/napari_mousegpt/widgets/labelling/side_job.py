"""One long job beside the window, such as making a queue: begun, told of, given up. Knows no form.

The job is a generator that yields sentences about what is under way and returns its result.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import suppress
from typing import Any

from napari.qt.threading import create_worker
from qtpy.QtCore import QObject, Signal


class SideJob(QObject):
    """Runs one job at a time; a new one takes the place of the one before.

    Signals
    -------
    said
        What is under way.
    done
        The result.
    failed
        Why there is none.
    running_changed
        Whether a job runs.
    """

    said = Signal(str)
    done = Signal(object)
    failed = Signal(str)
    running_changed = Signal(bool)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._worker: Any = None

    @property
    def running(self) -> bool:
        """Whether a job runs."""
        return self._worker is not None

    def start(self, job: Callable[..., Generator[str, None, Any]], *args: Any, **how: Any) -> None:
        """Begin; what runs already is given up."""
        self.cancel()
        worker = create_worker(job, *args, **how, _ignore_errors=True)  # we tell of them
        worker.yielded.connect(self._on_yielded)
        worker.returned.connect(self._on_returned)
        worker.errored.connect(self._on_errored)
        self._worker = worker
        self.running_changed.emit(True)
        worker.start()

    def cancel(self) -> None:
        """Give up: it stops at its next step, and nothing more is heard of it."""
        worker, self._worker = self._worker, None
        if worker is None:
            return
        for signal in (worker.yielded, worker.returned, worker.errored):
            with suppress(RuntimeError, TypeError):
                signal.disconnect()
        worker.quit()
        self.running_changed.emit(False)

    def _on_yielded(self, sentence: str) -> None:
        self.said.emit(sentence)

    def _on_returned(self, result: object) -> None:
        self._end()
        if result is not None:
            self.done.emit(result)

    def _on_errored(self, error: Exception) -> None:
        self._end()
        self.failed.emit(str(error))

    def _end(self) -> None:
        self._worker = None
        self.running_changed.emit(False)
