"""How long a window takes, from what was answered before. Knows no captioner."""

from __future__ import annotations

import json
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from napari_mousegpt.io.recording_folder import ANSWERS
from napari_mousegpt.widgets.timeline.clock import clock

if TYPE_CHECKING:
    from napari_mousegpt.datamodel.recording import Recording
    from napari_mousegpt.workflows.caption import CaptionSettings

LATEST = 64


class Pace:
    """Seconds per window by captioner and model: of this session, else of the recording's runs."""

    def __init__(self) -> None:
        self._measured: dict[tuple[str, str | None], float] = {}

    def note(self, settings: CaptionSettings, seconds_per_window: float) -> None:
        """Remember what was measured."""
        self._measured[settings.captioner, settings.model] = seconds_per_window

    def seconds_per_window(
        self, settings: CaptionSettings, recording: Recording | None
    ) -> float | None:
        """What is known; None if nothing is."""
        key = settings.captioner, settings.model
        if key not in self._measured and recording is not None:
            seconds = seconds_of_earlier_runs(recording, settings.captioner)
            if seconds is None:
                return None
            self._measured[key] = seconds
        return self._measured.get(key)


def seconds_of_earlier_runs(recording: Recording, captioner: str) -> float | None:
    """Median time of the latest answers of a captioner in a recording; None without any."""
    runs = {run.run_id for run in recording.runs if run.tool == captioner}
    path = recording.folder / ANSWERS
    if not runs or not path.is_file():
        return None
    seconds = [
        answer["seconds"] for answer in _latest_answers(path) if answer.get("run_id") in runs
    ]
    return float(np.median(seconds)) if seconds else None


def _latest_answers(path: Path) -> list[dict]:
    with path.open(encoding="utf-8") as lines:
        latest = deque(lines, maxlen=LATEST)
    answers = []
    for line in latest:
        try:
            answers.append(json.loads(line))
        except ValueError:  # the last line of a run that was killed
            continue
    return [answer for answer in answers if isinstance(answer, dict) and "seconds" in answer]


def in_words(seconds: float) -> str:
    """Write a duration: "under a second", "12 s", "3:20 min", "1:02:10 h"."""
    if seconds < 1:
        return "under a second"
    if seconds < 60:
        return f"{round(seconds)} s"
    return f"{clock(seconds)} {'h' if seconds >= 3600 else 'min'}"
