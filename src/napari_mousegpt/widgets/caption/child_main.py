"""Describes one recording in a process of its own: ``python -m ...child_main``.

One line comes in on stdin, what to do; when stdin then ends, describing stops after the present
batch. Each line that goes out on stdout is a JSON object: ``forecast``, ``progress`` or
``problem``. Knows no window.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from dataclasses import asdict
from typing import Any

from napari_mousegpt.io.recording_folder import open_recording
from napari_mousegpt.widgets.caption.job import (
    forecast_of,
    in_one_sentence,
    read_further,
    read_request,
)
from napari_mousegpt.workflows.caption import CaptionProgress
from napari_mousegpt.workflows.caption_views import caption_views, plan_views

KINDER_BY = 5
COUNTS = (
    *("captioned", "skipped", "invalid", "total"),
    *("seconds", "seconds_left", "unanswered", "silence"),
)


def main() -> int:
    """Describe; return the exit code."""
    tell = teller()
    request = sys.stdin.readline()
    stopped = threading.Event()
    threading.Thread(target=_wait_for_end, args=(stopped,), daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(KINDER_BY)  # the window goes first
    try:
        folder, settings = read_request(request)
        plans = plan_views(open_recording(folder), [settings, *read_further(request)])
        tell("forecast", asdict(forecast_of(plans[0], plans[1:])))
        steps = caption_views(plans)
        for progress in steps:
            tell("progress", counts_of(progress))
            if stopped.is_set():
                break
        steps.close()
    except Exception as error:
        tell("problem", in_one_sentence(error))
        return 1
    return 0


def counts_of(progress: CaptionProgress) -> dict[str, Any]:
    """What a progress says, but for the recording, which is on disk."""
    return {name: getattr(progress, name) for name in COUNTS}


def teller() -> Any:
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
