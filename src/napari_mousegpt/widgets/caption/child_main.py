"""Describes one recording in a process of its own: ``python -m ...child_main``.

One line comes in on stdin, what to do; when stdin then ends, describing stops after the present
batch. Each line that goes out on stdout is a JSON object: ``forecast``, ``progress`` or
``problem``. Knows no window.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import closing
from dataclasses import asdict
from typing import Any

from napari_mousegpt.io.recording_folder import open_recording
from napari_mousegpt.widgets.caption.job import forecast_of, read_further, read_request
from napari_mousegpt.widgets.child_work import Tell, work_until_told
from napari_mousegpt.workflows.caption import CaptionProgress
from napari_mousegpt.workflows.caption_views import caption_views, plan_views

COUNTS = (
    *("captioned", "skipped", "invalid", "total"),
    *("seconds", "seconds_left", "unanswered", "silence"),
)


def describe(request: str, tell: Tell) -> Generator[None, None, None]:
    """Describe batch by batch."""
    folder, settings = read_request(request)
    plans = plan_views(open_recording(folder), [settings, *read_further(request)])
    tell("forecast", asdict(forecast_of(plans[0], plans[1:])))
    with closing(caption_views(plans)) as steps:
        for progress in steps:
            tell("progress", counts_of(progress))
            yield


def counts_of(progress: CaptionProgress) -> dict[str, Any]:
    """What a progress says, but for the recording, which is on disk."""
    return {name: getattr(progress, name) for name in COUNTS}


if __name__ == "__main__":
    sys.exit(work_until_told(describe))
