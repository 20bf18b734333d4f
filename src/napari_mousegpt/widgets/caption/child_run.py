"""One captioning in a process of its own, seen from the window's side.

A process, since torch in the window's own would hold up its thread for seconds, and loading it
after a software OpenGL driver can crash both. Knows no widget.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import IO, cast

import pandas as pd

from napari_mousegpt.datamodel.confidence_rule import with_confidence_rules
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.answers_table import ANSWERS, join_answers, read_descriptions
from napari_mousegpt.io.confidence_file import read_confidence_rules
from napari_mousegpt.io.durable import read_lines
from napari_mousegpt.io.recording_folder import open_recording
from napari_mousegpt.widgets.caption.job import Forecast, Source, request_text
from napari_mousegpt.workflows.caption import CaptionProgress, CaptionSettings

CHILD = "napari_mousegpt.widgets.caption.child_main"
REFRESH_S = 1.0
SHARE_OF_TIME = 0.1
"""At most this share of the time goes into reading what was answered."""

Step = Recording | Forecast | CaptionProgress


class ChildRun:
    """Iterate to run: the recording, the forecast, each progress, and the recording at the end.

    ``also`` are further settings, run after the first, as of other cameras.

    Raises
    ------
    RuntimeError
        While iterating: with the sentence that the process gave, or with what is known of its end.
    """

    def __init__(
        self, source: Source, settings: CaptionSettings, also: Sequence[CaptionSettings] = ()
    ) -> None:
        self._source = source
        self._settings, self._also = settings, also
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """End after the present batch. May be called from any thread."""
        self._cancelled.set()

    def __iter__(self) -> Iterator[Step]:
        recording = self._source.open()
        yield recording
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as complaints:
            process = _start(complaints)
            asking, answering = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)
            asking.write(request_text(recording.folder, self._settings, self._also) + "\n")
            asking.flush()
            threading.Thread(target=self._close_when_cancelled, args=(asking,), daemon=True).start()
            try:
                yield from _steps(answering, recording)
            finally:
                self.cancel()
                process.wait()
                answering.close()
            if process.returncode:
                raise RuntimeError(_last_words(complaints, process.returncode))
        yield open_recording(recording.folder)

    def _close_when_cancelled(self, asking: IO[str]) -> None:
        """End the process's input, which tells it to stop."""
        self._cancelled.wait()
        with suppress(OSError):
            asking.close()


def _start(complaints: IO[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", CHILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        text=True,
        encoding="utf-8",
    )


def _steps(answering: IO[str], recording: Recording) -> Iterator[Step]:
    answers = _Answers(recording)
    for line in answering:
        kind, value = next(iter(json.loads(line).items()))
        if kind == "forecast":
            yield Forecast(**value)
        elif kind == "progress":
            yield CaptionProgress(**value, recording=answers.latest())
        else:
            raise RuntimeError(value)


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


def _last_words(complaints: IO[str], code: int) -> str:
    """What is known of a process that ended without saying why."""
    complaints.seek(0)
    lines = [line.strip() for line in complaints if line.strip()]
    said = f" Its last words were: {lines[-1]}" if lines else ""
    return (
        f"The process that describes ended unexpectedly (exit code {code}), perhaps for want of "
        f"memory.{said} What was described is kept; Run goes on from there."
    )
