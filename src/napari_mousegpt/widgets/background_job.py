"""One long job beside the window: begun, told of step by step, cancelled. Knows no form.

A job is a generator; what it yields is told, and what it returns is its result.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import suppress
from typing import Any

from qtpy.QtCore import QObject, Signal

from napari_mousegpt.widgets.one_sentence import in_one_sentence
from napari_mousegpt.widgets.worker_threads import create_worker


class BackgroundJob(QObject):
    """Runs one job at a time; a new one takes the place of the one before.

    Signals
    -------
    stepped
        What the job yields.
    done
        Its result, unless that is None.
    failed
        Why there is none, in a sentence.
    running_changed
        Whether a job runs.
    """

    stepped = Signal(object)
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

    def start(self, job: Callable[..., Generator[Any, None, Any]], *args: Any, **how: Any) -> None:
        """Begin; what runs already is given up."""
        self.cancel()
        worker = create_worker(job, *args, **how, _ignore_errors=True)  # we tell of them
        worker.yielded.connect(self.stepped)
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
        with suppress(RuntimeError):
            self.running_changed.emit(False)

    def _on_returned(self, result: object) -> None:
        self._end()
        if result is not None:
            self.done.emit(result)

    def _on_errored(self, error: Exception) -> None:
        self._end()
        self.failed.emit(in_one_sentence(error))

    def _end(self) -> None:
        self._worker = None
        self.running_changed.emit(False)
