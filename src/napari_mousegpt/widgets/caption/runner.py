"""One captioning at a time, in a thread beside the window. Knows no form and no layer."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any

from napari.qt.threading import create_worker
from qtpy.QtCore import QObject, Signal

from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.widgets.caption.job import Source, describe
from napari_mousegpt.workflows.caption import CaptionPlan, CaptionProgress, CaptionSettings


class CaptionRunner(QObject):
    """Runs `describe` and tells how it goes.

    Signals
    -------
    opened, planned, progressed
        The recording, the plan, each progress.
    ended
        Done or cancelled; with the last progress, or None.
    failed
        With one sentence.
    """

    opened = Signal(object)
    planned = Signal(object)
    progressed = Signal(object)
    ended = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._worker: Any = None
        self._cancelled = threading.Event()
        self._last: CaptionProgress | None = None

    @property
    def running(self) -> bool:
        """Whether a run is under way."""
        return self._worker is not None

    def start(self, source: Source, settings: CaptionSettings) -> None:
        """Start a run, unless one is under way."""
        if self.running:
            return
        self._cancelled, self._last = threading.Event(), None
        self._worker = create_worker(describe, source, settings, self._cancelled)
        self._worker.yielded.connect(self._on_step)
        self._worker.errored.connect(self._on_error)
        self._worker.returned.connect(self._on_end)
        self._worker.start()

    def cancel(self) -> None:
        """End after the present batch; what was described stays."""
        self._cancelled.set()

    def abandon(self) -> None:
        """Cancel, and tell nobody any more: the dock goes."""
        self.cancel()
        if self._worker is not None:
            for signal in (self._worker.yielded, self._worker.errored, self._worker.returned):
                with suppress(RuntimeError, TypeError):
                    signal.disconnect()
            self._worker = None

    def _on_step(self, step: Recording | CaptionPlan | CaptionProgress) -> None:
        if isinstance(step, CaptionProgress):
            self._last = step
            self.progressed.emit(step)
        elif isinstance(step, CaptionPlan):
            self.planned.emit(step)
        else:
            self.opened.emit(step)

    def _on_error(self, error: Exception) -> None:
        self._worker = None
        self.failed.emit(in_one_sentence(error))

    def _on_end(self) -> None:
        self._worker = None
        self.ended.emit(self._last)


def in_one_sentence(error: Exception) -> str:
    """What an exception says; its kind too where it is not one that is meant for people."""
    text = str(error).strip() or "no reason given"
    meant_for_people = (ValueError, OSError, RuntimeError, MemoryError)
    return text if isinstance(error, meant_for_people) else f"{type(error).__name__}: {text}"
