"""Makes one scrub copy in a process of its own: ``python -m ...copy_child FILM SIDE LIMIT``.

Each line on stdout is a JSON object: how far it is, at last the ``path`` of the copy, or the
``problem``. When stdin ends it stops and leaves no file. Knows no window.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from dataclasses import asdict
from typing import Any

from napari_mousegpt.io.cache_folder import trim_cache
from napari_mousegpt.io.films.scrub_proxy import build_proxy, find_proxy
from napari_mousegpt.io.films.video import Video

KINDER_BY = 15


def main(path: str, side: str, limit_bytes: str) -> int:
    """Find or make the copy; return the exit code."""
    stopped = threading.Event()
    threading.Thread(target=_wait_for_end, args=(stopped,), daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(KINDER_BY)  # the window and the captioner go first
    try:
        film = Video(path)
        found = find_proxy(film, int(side))
        if found is None:
            steps = build_proxy(film, int(side))
            for step in steps:
                if stopped.is_set():
                    steps.close()
                    return 1
                found = step.path
                _tell({**asdict(step), "path": None})
            trim_cache(int(limit_bytes))
        if found is None or not found.exists():
            _tell({"problem": "the scrub copy is larger than the room for scrub copies"})
            return 1
        _tell({"path": str(found)})
    except (OSError, ValueError) as error:
        _tell({"problem": str(error)})
        return 1
    return 0


def _tell(message: dict[str, Any]) -> None:
    if message.get("path", "") is None:
        del message["path"]
    print(json.dumps(message), flush=True)


def _wait_for_end(stopped: threading.Event) -> None:
    sys.stdin.read()
    stopped.set()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
