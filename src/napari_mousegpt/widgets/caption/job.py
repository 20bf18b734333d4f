"""Captioning beside the window: import, plan and describe as one generator. Knows no widget."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from napari_mousegpt.workflows.caption import (
    CaptionPlan,
    CaptionProgress,
    CaptionSettings,
    caption,
    plan_captions,
)
from napari_mousegpt.workflows.import_recording import import_recording

if TYPE_CHECKING:
    from napari_mousegpt.datamodel.recording import Recording


@dataclass(frozen=True, slots=True)
class Source:
    """What is to be described: a recording, or the files that become one.

    Attributes
    ----------
    recording
        None if it is still to be made.
    video, poses
        Files; poses None where there are none.
    folder
        Where the recording goes; beside the video if None.
    """

    recording: Recording | None
    video: Path
    poses: Path | None = None
    folder: Path | None = None

    def open(self, folder: Path | None = None) -> Recording:
        """Return the recording, made now (in ``folder``, if given) if there is none yet."""
        if self.recording is not None:
            return self.recording
        return import_recording(self.video, poses=self.poses, folder=folder or self.folder)


@dataclass(frozen=True, slots=True)
class Forecast:
    """How much there is to describe. ``skipped`` were described before."""

    windows: int
    individuals: int
    total: int
    skipped: int


def forecast_of(plan: CaptionPlan) -> Forecast:
    """Count what a plan holds."""
    return Forecast(len(plan.windows), len(plan.individuals), plan.total, plan.skipped)


def describe(
    source: Source, settings: CaptionSettings, cancelled: threading.Event
) -> Iterator[Recording | CaptionPlan | CaptionProgress]:
    """Yield the recording, then the plan, then the progress, until done or cancelled.

    What was described before ``cancelled`` was set stays; describing goes on from there.
    """
    recording = source.open()
    yield recording
    plan = plan_captions(recording, settings)
    yield plan
    steps = caption(plan)
    try:
        for progress in steps:
            yield progress
            if cancelled.is_set():
                break
    finally:
        steps.close()
