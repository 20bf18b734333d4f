"""Trains in a process of its own: ``python -m ...child_main``.

One line comes in on stdin, what to do; when stdin then ends, training stops after the present step
and keeps its state. Each line that goes out is a JSON object: ``preparing``, ``progress``,
``trained``, ``curve`` or ``problem``. Knows no window.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Generator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from napari_mousegpt.io.recording_folder import open_recording
from napari_mousegpt.training.trainer import Progress
from napari_mousegpt.widgets.child_work import Tell, work_until_told
from napari_mousegpt.widgets.training.request import TrainRequest
from napari_mousegpt.workflows.learning_curve import CurveFound, measure_learning_curve
from napari_mousegpt.workflows.steps import Step
from napari_mousegpt.workflows.train import Trained, base_settings, train_recordings


def train(line: str, tell: Tell) -> Generator[None, None, None]:
    """Train step by step."""
    request = TrainRequest.from_line(line)
    recordings = [open_recording(folder) for folder in request.recordings]
    captioning = base_settings(request.base, window_s=request.window_s, stride_s=request.window_s)
    run = measure_learning_curve if request.curve else train_recordings
    with closing(run(recordings, captioning, Path(request.output), request.settings)) as steps:
        for one in steps:
            _tell_of(one, tell)
            yield


def _tell_of(one: Any, tell: Tell) -> None:
    if isinstance(one, Progress):
        tell("progress", _plain(asdict(one)))
    elif isinstance(one, Trained):
        tell("trained", {"folder": str(one.folder), **one.metrics})
    elif isinstance(one, CurveFound):
        tell("curve", _plain(asdict(one)))
    elif isinstance(one, Step):
        tell("preparing", {"done": one.done, "total": one.total, "doing": one.doing})
        if one.result is not None:
            tell("preparing", {"warnings": list(one.result.warnings), **one.result.counts})


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """JSON has no NaN."""
    return {
        name: None if isinstance(value, float) and math.isnan(value) else value
        for name, value in values.items()
    }


if __name__ == "__main__":
    sys.exit(work_until_told(train))
