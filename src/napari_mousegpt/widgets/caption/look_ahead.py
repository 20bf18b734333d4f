"""What a run would do, found out beside the window: how many windows, and one clip of them.

Asked again and again while a person types, it works on one question at a time and then on the
latest. Knows no form and no picture.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qtpy.QtCore import QObject, Signal

from napari_mousegpt.captioning.captioner import Clip
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.io.recording_folder import SUFFIX
from napari_mousegpt.widgets.caption.job import Forecast, Source, forecast_of
from napari_mousegpt.widgets.latest_question import LatestQuestion
from napari_mousegpt.widgets.scratch import scratch_folder
from napari_mousegpt.widgets.worker_threads import create_worker
from napari_mousegpt.workflows.caption import CaptionPlan, CaptionSettings, clip_for
from napari_mousegpt.workflows.caption_views import plan_views

PATIENCE_MS = 250


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be described, how, and at which frame a clip is wanted (None: no clip).

    ``also`` are settings of further cameras; the frame is one of the first camera described.
    """

    source: Source
    settings: CaptionSettings
    frame: int | None = None
    individual: str | None = None
    also: tuple[CaptionSettings, ...] = ()

    def same_run(self, other: Question) -> bool:
        """Whether another question is about the same source and settings."""
        mine, its = (self.settings, *self.also), (other.settings, *other.also)
        return self.source == other.source and mine == its


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """The answer: how much there is to do, and the clip with its exact words."""

    question: Question
    plan: CaptionPlan
    forecast: Forecast
    window: TimeRange | None = None
    clip: Clip | None = None
    words: str = ""


class LookAhead(LatestQuestion):
    """Answers `Question`s with `ready`, or with `failed` and a sentence."""

    ready = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent, patience_ms=PATIENCE_MS)
        self._last: Outlook | None = None

    def ask(self, question: Question) -> None:
        """Ask; an earlier question that is not answered yet is forgotten."""
        self._ask(question)

    def worker_for(self, question: Question) -> Any:
        """Look ahead with what is known from the question before."""
        # We tell of errors ourselves.
        return create_worker(outlooks, question, self._last, scratch_folder(), _ignore_errors=True)

    def take(self, answer: Outlook) -> None:
        """Tell it, and keep it for the next question."""
        self._last = answer
        self.ready.emit(answer)


def outlooks(question: Question, last: Outlook | None, scratch: Path) -> Iterator[Outlook]:
    """Yield the forecast at once, then the same with the clip.

    The plan of ``last`` is used again where the question is about the same run. Where there is
    no recording yet, one is made in ``scratch``, so that looking ahead leaves no files.
    """
    if last is not None and last.question.same_run(question):
        plan, forecast = last.plan, last.forecast
    else:
        source = question.source
        name = hashlib.sha256(f"{source.video}\n{source.poses}".encode()).hexdigest()[:12]
        recording = source.open(scratch / f"{name}{SUFFIX}")
        plan, *also = plan_views(recording, [question.settings, *question.also])
        forecast = forecast_of(plan, also)
    yield Outlook(question, plan, forecast)
    if question.frame is None:
        return
    window = window_at(plan.windows, question.frame)
    wanted = [name for name in plan.individuals if name == question.individual]
    clip = clip_for(plan, window, (wanted or plan.individuals)[0])
    words = plan.captioner.prompt_for(clip) if clip.problem is None else plan.prompt
    yield Outlook(question, plan, forecast, window, clip, words)


def window_at(windows: tuple[TimeRange, ...], frame: int) -> TimeRange:
    """The last window that holds a frame, else the nearest."""
    holding = [window for window in windows if frame in window]
    if holding:
        return holding[-1]
    return min(windows, key=lambda one: min(abs(one.start - frame), abs(one.stop - frame)))
