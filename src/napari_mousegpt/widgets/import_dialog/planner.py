"""Works out plans beside the window: one at a time, and then the latest. Knows no form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qtpy.QtCore import QObject, Signal

from napari_mousegpt.widgets.import_dialog.request import ImportRequest
from napari_mousegpt.widgets.latest_question import LatestQuestion
from napari_mousegpt.widgets.worker_threads import create_worker
from napari_mousegpt.workflows.importing.plan import ImportChoices, ImportPlan, make_plan
from napari_mousegpt.workflows.importing.sources import Sources, read_sources

PATIENCE_MS = 120

Question = tuple[ImportRequest, ImportChoices]


class Planner(LatestQuestion):
    """Answers with `planned`, or with `failed` and a sentence; files are read once."""

    planned = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent, patience_ms=PATIENCE_MS)
        self._read: tuple[ImportRequest, Sources] | None = None

    def ask(self, request: ImportRequest, choices: ImportChoices) -> None:
        """Ask for a plan; an earlier question that is not answered yet is forgotten."""
        self._ask((request, choices))

    def forget(self) -> None:
        """Read the files anew next time: what is on disk has changed."""
        self._read = None

    def worker_for(self, question: Question) -> Any:
        """Plan with the files as they were read."""
        return create_worker(plans, question, self._read, _ignore_errors=True)

    def take(self, answer: Any) -> None:
        """Tell a plan; keep files that were read."""
        if isinstance(answer, ImportPlan):
            self.planned.emit(answer)
        else:
            self._read = answer


def plans(question: Question, read: tuple[ImportRequest, Sources] | None) -> Iterator[Any]:
    """Yield the files as read, then the plan; files of the same request are not read again."""
    request, choices = question
    if read is None or read[0] != request:
        sources = read_sources(request.cameras, recording=request.recording, folder=request.folder)
        read = request, sources
        yield read
    yield make_plan(read[1], choices)
