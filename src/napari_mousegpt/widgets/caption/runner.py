"""One captioning at a time, beside the window. Knows no form and no layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Protocol

from qtpy.QtCore import QCoreApplication, QObject, Signal

from napari_mousegpt.widgets.caption.child_run import ChildRun, Step
from napari_mousegpt.widgets.caption.job import Forecast, Source
from napari_mousegpt.widgets.one_sentence import in_one_sentence
from napari_mousegpt.widgets.worker_threads import create_worker
from napari_mousegpt.workflows.caption import CaptionProgress, CaptionSettings


class Run(Protocol):
    """What describes when iterated over, and can be cancelled from another thread."""

    def __iter__(self) -> Iterator[Step]: ...

    def cancel(self) -> None: ...


class _CurrentRun:
    """The run under way. No Qt object, so that it outlives those it belongs to."""

    def __init__(self) -> None:
        self.run: Run | None = None

    def cancel(self) -> None:
        """End it after the present batch."""
        if self.run is not None:
            self.run.cancel()


class CaptionRunner(QObject):
    """Runs a captioning and tells how it goes.

    Signals
    -------
    opened, planned, progressed
        The recording (at first and at the end), the forecast, each progress.
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

    def __init__(self, parent: QObject, make_run: Callable[..., Run] = ChildRun) -> None:
        super().__init__(parent)
        self.make_run = make_run
        self._worker: Any = None
        self._last: CaptionProgress | None = None
        self._current = _CurrentRun()
        # A window may go without its docks being told: then only these are heard.
        parent.destroyed.connect(self._current.cancel)
        QCoreApplication.instance().aboutToQuit.connect(self._current.cancel)

    @property
    def running(self) -> bool:
        """Whether a run is under way."""
        return self._current.run is not None

    def start(
        self, source: Source, settings: CaptionSettings, also: Sequence[CaptionSettings] = ()
    ) -> None:
        """Start a run, unless one is under way; ``also`` are settings to run after the first."""
        if self.running:
            return
        self._last = None
        more = (also,) if also else ()
        self._current.run = run = self.make_run(source, settings, *more)
        self._worker = create_worker(_iterate, run, _ignore_errors=True)  # we tell of them
        self._worker.yielded.connect(self._on_step)
        self._worker.errored.connect(self._on_error)
        self._worker.returned.connect(self._on_end)
        self._worker.start()

    def cancel(self) -> None:
        """End after the present batch; what was described stays."""
        self._current.cancel()

    def abandon(self) -> None:
        """Cancel, and tell nobody any more: the dock goes."""
        self.cancel()
        self._current.run = None
        if self._worker is not None:
            for signal in (self._worker.yielded, self._worker.errored, self._worker.returned):
                with suppress(RuntimeError, TypeError):
                    signal.disconnect()
            self._worker = None

    def _on_step(self, step: Step) -> None:
        if isinstance(step, CaptionProgress):
            self._last = step
            self.progressed.emit(step)
        elif isinstance(step, Forecast):
            self.planned.emit(step)
        else:
            self.opened.emit(step)

    def _on_error(self, error: Exception) -> None:
        self._current.run = self._worker = None
        self.failed.emit(in_one_sentence(error))

    def _on_end(self) -> None:
        self._current.run = self._worker = None
        self.ended.emit(self._last)


def _iterate(run: Run) -> Iterator[Step]:
    yield from run
