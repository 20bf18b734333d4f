"""Works out plans beside the window: one at a time, and then the latest. Knows no form."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from napari.qt.threading import create_worker
from qtpy.QtCore import QObject, QTimer, Signal

from napari_mousegpt.widgets.import_dialog.request import ImportRequest
from napari_mousegpt.workflows.importing.plan import ImportChoices, ImportPlan, make_plan
from napari_mousegpt.workflows.importing.sources import Sources, read_sources

PATIENCE_MS = 120

Question = tuple[ImportRequest, ImportChoices]


class Planner(QObject):
    """Answers with `planned`, or with `failed` and a sentence; files are read once."""

    planned = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._question: Question | None = None
        self._read: tuple[ImportRequest, Sources] | None = None
        self._worker: Any = None
        self._timer = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._timer.timeout.connect(self._start)

    @property
    def busy(self) -> bool:
        """Whether a plan is being worked out or waits to be."""
        return self._worker is not None or self._question is not None

    def ask(self, request: ImportRequest, choices: ImportChoices) -> None:
        """Ask for a plan; an earlier question that is not answered yet is forgotten."""
        self._question = request, choices
        self._timer.start()

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

    def forget(self) -> None:
        """Read the files anew next time: what is on disk has changed."""
        self._read = None

    def _start(self) -> None:
        if self._worker is not None or self._question is None:
            return
        question, self._question = self._question, None
        self._worker = create_worker(plans, question, self._read, _ignore_errors=True)
        self._worker.yielded.connect(self._on_yielded)
        self._worker.errored.connect(self._on_error)
        self._worker.finished.connect(self._on_finished)
        self._worker.start()

    def _on_yielded(self, value: Any) -> None:
        if isinstance(value, ImportPlan):
            self.planned.emit(value)
        else:
            self._read = value

    def _on_error(self, error: Exception) -> None:
        self.failed.emit(" ".join(str(error).split()))

    def _on_finished(self) -> None:
        self._worker = None
        self._start()


def plans(question: Question, read: tuple[ImportRequest, Sources] | None) -> Iterator[Any]:
    """Yield the files as read, then the plan; files of the same request are not read again."""
    request, choices = question
    if read is None or read[0] != request:
        sources = read_sources(request.cameras, recording=request.recording, folder=request.folder)
        read = request, sources
        yield read
    yield make_plan(read[1], choices)
