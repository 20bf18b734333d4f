"""One bar for a captioning of one video or of many: windows, pace, time left. Knows no options."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from napari_mousegpt.workflows.caption import Answerer, CaptionPlan, CaptionProgress


class CaptionBar:
    """A bar on stderr, if that is a terminal, over so many inputs.

    How many windows later inputs have is not known before they are opened; until then they are
    taken to have as many as those before, on average.
    """

    def __init__(self, inputs: int = 1) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        columns = ("{task.description}", BarColumn(), TextColumn("{task.fields[said]}"))
        self._bar = Progress(
            *columns,
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
            redirect_stdout=sys.stdout.isatty(),  # what is piped stays what it is
        )
        self._task = self._bar.add_task("", total=None, said="")
        self._inputs, self._begun = inputs, 0
        self._known = self._done = self._captioned = 0
        self._seconds = 0.0
        self._workers: int | None = None

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._bar.stop()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Take the bar away meanwhile, to ask something."""
        self._bar.stop()
        try:
            yield
        finally:
            self._bar.start()

    def begin_input(self, name: str) -> None:
        """Say that the next input is being opened."""
        self._begun += 1
        which = f"{self._begun}/{self._inputs} " if self._inputs > 1 else ""
        self._bar.update(self._task, description=f"{which}{name}")

    def caption(self, plan: CaptionPlan, answered: Answerer | None = None) -> CaptionProgress:
        """Caption a plan, in this process if nobody else answers; return the last state."""
        from napari_mousegpt.workflows.caption import answered_here, caption

        self._known += plan.total
        done, captioned, seconds = self._done, self._captioned, self._seconds
        started_s = time.monotonic()
        with closing(caption(plan, answered or answered_here)) as steps:
            for progress in steps:
                self._captioned = captioned + progress.captioned
                self._done = done + progress.skipped + progress.captioned + progress.unanswered
                self._seconds = seconds + time.monotonic() - started_s
                self._workers = progress.workers
                self._show()
        return progress

    def _show(self) -> None:
        later = self._inputs - self._begun
        total = self._known + round(self._known / max(self._begun, 1) * later)
        about = "about " if later else ""
        said = f"{self._done}/{about}{total} windows"
        if self._captioned and self._seconds:
            pace = self._captioned / self._seconds
            said += f", {pace:.3g}/s, {about}{_clock((total - self._done) / pace)} left"
        if self._workers is not None:
            said += f", {self._workers} workers" if self._workers else ", waiting for workers"
        self._bar.update(self._task, total=total, completed=self._done, said=said)


def run_with_progress(plan: CaptionPlan) -> CaptionProgress:
    """Caption one plan with a bar; return the last state."""
    with CaptionBar() as bar:
        bar.begin_input(plan.recording.name)
        return bar.caption(plan)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(max(0.0, seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
