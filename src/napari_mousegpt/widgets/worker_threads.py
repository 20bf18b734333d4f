"""Threads beside the window, which end before Python does. Knows nothing of what they do.

A script that ends without an event loop would take the signals away from threads that still run.
"""

from __future__ import annotations

import atexit
from contextlib import suppress

from napari.qt.threading import WorkerBase, create_worker

__all__ = ["create_worker"]
AT_MOST_MS = 10_000


@atexit.register  # before Qt goes, which was imported before
def _end_all() -> None:
    with suppress(RuntimeError):  # one that does not stop at its next step
        WorkerBase.await_workers(AT_MOST_MS)
