"""Questions answered beside the window: one at a time, and then the latest. Knows no question."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from qtpy.QtCore import QObject, QTimer, Signal


class LatestQuestion(QObject):
    """Asked again and again while a person types; says what it is about in two methods.

    Signals
    -------
    failed
        Why there is no answer.
    """

    failed = Signal(str)

    def __init__(self, parent: QObject, *, patience_ms: int) -> None:
        super().__init__(parent)
        self._question: Any = None
        self._worker: Any = None
        self._timer = QTimer(self, singleShot=True, interval=patience_ms)
        self._timer.timeout.connect(self._start)

    @property
    def busy(self) -> bool:
        """Whether a question is being answered or waits to be."""
        return self._worker is not None or self._question is not None

    def stop(self) -> None:
        """Answer nothing more."""
        self._timer.stop()
        self._question = None
        if self._worker is not None:
            for signal in (self._worker.yielded, self._worker.errored, self._worker.finished):
                with suppress(RuntimeError, TypeError):
                    signal.disconnect()
            self._worker.quit()
            self._worker = None

    def worker_for(self, question: Any) -> Any:
        """Make the worker that answers a question, not started yet."""
        raise NotImplementedError

    def take(self, answer: Any) -> None:
        """Take what the worker yields."""
        raise NotImplementedError

    def _ask(self, question: Any) -> None:
        """Ask; an earlier question that is not answered yet is forgotten."""
        self._question = question
        self._timer.start()

    def _start(self) -> None:
        if self._worker is not None or self._question is None:
            return
        question, self._question = self._question, None
        self._worker = self.worker_for(question)
        self._worker.yielded.connect(self.take)
        self._worker.errored.connect(self._on_error)
        self._worker.finished.connect(self._on_finished)
        self._worker.start()

    def _on_error(self, error: Exception) -> None:
        self.failed.emit(" ".join(str(error).split()))

    def _on_finished(self) -> None:
        self._worker = None
        self._start()
