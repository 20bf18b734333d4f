"""One captioning in a process of its own, seen from the window's side. Knows no widget."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing

import pandas as pd

from napari_mousegpt.datamodel.confidence_rule import with_confidence_rules
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.answers_table import ANSWERS, join_answers, read_descriptions
from napari_mousegpt.io.confidence_file import read_confidence_rules
from napari_mousegpt.io.durable import read_lines
from napari_mousegpt.io.recording_folder import open_recording
from napari_mousegpt.widgets.caption.job import Forecast, Source, request_text
from napari_mousegpt.widgets.child_process import ChildProcess
from napari_mousegpt.workflows.caption import CaptionProgress, CaptionSettings

REFRESH_S = 1.0
SHARE_OF_TIME = 0.1
"""At most this share of the time goes into reading what was answered."""

Step = Recording | Forecast | CaptionProgress


class ChildRun(ChildProcess):
    """Iterate to run: the recording, the forecast, each progress, and the recording at the end.

    `cancel` ends it after the present batch. ``also`` are further settings, run after the first,
    as of other cameras.

    Raises
    ------
    RuntimeError
        While iterating, as `ChildProcess.told` does.
    """

    def __init__(
        self, source: Source, settings: CaptionSettings, also: Sequence[CaptionSettings] = ()
    ) -> None:
        super().__init__(
            "napari_mousegpt.widgets.caption.child_main",
            does="describes",
            kept="What was described is kept; Run goes on from there.",
        )
        self._source = source
        self._settings, self._also = settings, also

    def __iter__(self) -> Iterator[Step]:
        recording = self._source.open()
        yield recording
        answers = _Answers(recording)
        request = request_text(recording.folder, self._settings, self._also)
        with closing(self.told(request)) as lines:
            for kind, value in lines:
                if kind == "forecast":
                    yield Forecast(**value)
                else:
                    yield CaptionProgress(**value, recording=answers.latest())
        yield open_recording(recording.folder)


class _Answers:
    """The recording with the answers so far, read anew now and then."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._table: pd.DataFrame | None = None
        self._read_bytes = 0
        self._next_s = 0.0

    def latest(self) -> Recording:
        """Return the recording as of at most a moment ago."""
        now_s = time.monotonic()
        if now_s < self._next_s:
            return self._recording
        folder = self._recording.folder
        if self._table is None:
            self._recording = open_recording(folder)  # it has the run by now
            self._table = read_descriptions(folder)
            self._read_bytes = self._table.attrs["answers_bytes"]
        else:
            rows, self._read_bytes = read_lines(folder / ANSWERS, self._read_bytes)
            self._table = join_answers(self._table, rows)
        said = with_confidence_rules(self._table, read_confidence_rules(folder))
        self._recording = self._recording.replace(descriptions=said)
        took_s = time.monotonic() - now_s
        self._next_s = time.monotonic() + max(REFRESH_S, took_s / SHARE_OF_TIME)
        return self._recording
