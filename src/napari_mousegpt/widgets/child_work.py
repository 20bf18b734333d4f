"""Work in a process beside the window, seen from within: a line in, lines of JSON out.

When stdin ends, the work ends after its present step. Knows no window.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import closing
from typing import Any

from napari_mousegpt.widgets.one_sentence import in_one_sentence

KINDER_BY = 5
Tell = Callable[[str, Any], None]


def work_until_told(work: Callable[[str, Tell], Generator[None, None, None]]) -> int:
    """Read one line and do what it asks, step by step; return the exit code.

    What goes wrong is told as a ``problem``, in one sentence.
    """
    tell = teller()
    request = sys.stdin.readline()
    stopped = threading.Event()
    threading.Thread(target=_wait_for_end, args=(stopped,), daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(KINDER_BY)  # the window goes first
    try:
        with closing(work(request, tell)) as steps:
            for _ in steps:
                if stopped.is_set():
                    break
    except Exception as error:
        tell("problem", in_one_sentence(error))
        return 1
    return 0


def teller() -> Tell:
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
