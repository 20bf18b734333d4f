"""Trains in a process of its own: ``python -m ...child_main``.

One line comes in on stdin, what to do; when stdin then ends, training stops after the present step
and keeps its state. Each line that goes out is a JSON object: ``preparing``, ``progress``,
``trained``, ``curve`` or ``problem``. Knows no window.
"""

from __future__ import annotations

import json
import math
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from napari_mousegpt.io.recording_folder import open_recording
from napari_mousegpt.training.trainer import Progress
from napari_mousegpt.widgets.caption.job import in_one_sentence
from napari_mousegpt.widgets.training.request import TrainRequest
from napari_mousegpt.workflows.learning_curve import CurveFound, measure_learning_curve
from napari_mousegpt.workflows.steps import Step
from napari_mousegpt.workflows.train import Trained, base_settings, train_recordings

KINDER_BY = 5
Tell = Callable[[str, Any], None]


def main() -> int:
    """Train; return the exit code."""
    tell = _teller()
    request = TrainRequest.from_line(sys.stdin.readline())
    stopped = threading.Event()
    threading.Thread(target=_wait_for_end, args=(stopped,), daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(KINDER_BY)  # the window goes first
    try:
        happenings = _happenings(request)
        for one in happenings:
            _tell_of(one, tell)
            if stopped.is_set():
                break
        happenings.close()
    except Exception as error:
        tell("problem", in_one_sentence(error))
        return 1
    return 0


def _happenings(request: TrainRequest) -> Any:
    recordings = [open_recording(folder) for folder in request.recordings]
    captioning = base_settings(request.base, window_s=request.window_s, stride_s=request.window_s)
    run = measure_learning_curve if request.curve else train_recordings
    return run(recordings, captioning, Path(request.output), request.settings)


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


def _teller() -> Tell:
    """Keep stdout for our lines; whatever else is printed goes to stderr."""
    ours = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def tell(kind: str, value: Any) -> None:
        ours.write(json.dumps({kind: value}) + "\n")
        ours.flush()

    return tell


def _wait_for_end(stopped: threading.Event) -> None:
    while sys.stdin.readline():
        pass
    stopped.set()


if __name__ == "__main__":
    sys.exit(main())
