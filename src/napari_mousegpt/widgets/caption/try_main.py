"""Asks a captioner about single windows, in a process of its own: ``python -m ...try_main``.

Each line that comes in on stdin is a window; each that goes out on stdout is a JSON object,
``doing`` or ``answer`` or ``problem``. The model is kept for the next window. Writes no file.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from napari_mousegpt.captioning.captioner import Captioner
from napari_mousegpt.captioning.joining import join_parts
from napari_mousegpt.datamodel.description import parse_description
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.io.recording_folder import open_recording
from napari_mousegpt.io.upload_consent import upload_allowed
from napari_mousegpt.widgets.caption.job import read_request
from napari_mousegpt.widgets.child_work import teller
from napari_mousegpt.widgets.one_sentence import in_one_sentence
from napari_mousegpt.workflows.caption import CaptionPlan, plan_captions, uploads_to
from napari_mousegpt.workflows.caption_clips import clips_for


def main() -> int:
    """Answer line after line; return the exit code."""
    tell = teller()
    held = _Held()
    for line in sys.stdin:
        try:
            tell("answer", _answer(line, held, tell))
        except Exception as error:
            tell("problem", in_one_sentence(error))
    return 0


class _Held:
    """The captioner of the window before, whose model is loaded."""

    def __init__(self) -> None:
        self.captioner: Captioner | None = None

    def of(self, plan: CaptionPlan) -> tuple[Captioner, bool]:
        """The captioner for a plan, and whether it was used before."""
        mine, new = self.captioner, plan.captioner
        if mine is not None and _model_of(mine) == _model_of(new):
            if hasattr(mine, "prompt"):
                mine.prompt = new.prompt  # type: ignore[attr-defined]
            return mine, True
        self.captioner = new
        return new, False


def _model_of(captioner: Captioner) -> tuple[Any, ...]:
    return (
        *(captioner.name, captioner.model, captioner.revision, captioner.adapter),
        *(captioner.parameters, str(getattr(captioner, "address", ""))),
    )


def _answer(line: str, held: _Held, tell: Any) -> dict[str, Any]:
    folder, settings = read_request(line)
    window = TimeRange(*json.loads(line)["window"])
    individual = json.loads(line)["individual"]
    recording = open_recording(folder)
    plan = plan_captions(recording, settings)
    captioner, known = held.of(plan)
    host = uploads_to(captioner)
    if host is not None and not upload_allowed(folder, host):
        raise PermissionError(f"pictures would go to {host}, which nobody has allowed")
    clips = clips_for(plan, window, individual)
    problem = next((clip.problem for clip in clips if clip.problem), None)
    if problem:
        raise ValueError(problem)
    load_s = 0.0
    if not known and hasattr(captioner, "load"):
        tell("doing", "Loading the model …")
        started_s = time.monotonic()
        captioner.load()
        load_s = time.monotonic() - started_s
    if hasattr(captioner, "start"):
        captioner.start()
    tell("doing", "Asking …")
    started_s = time.monotonic()
    answers = captioner.describe(clips)
    seconds = time.monotonic() - started_s
    answer = join_parts(answers, [clip.frames[-1] - clip.frames[0] + 1 for clip in clips])
    why = answer.problem
    if answer.text is not None and why is None:
        try:
            parse_description(answer.text)
        except ValueError as reason:
            why = str(reason)
    return {
        "text": answer.text,
        "problem": why,
        "seconds": seconds,
        "load_s": load_s,
        "window": [window.start, window.stop],
        "individual": individual,
    }


if __name__ == "__main__":
    sys.exit(main())
