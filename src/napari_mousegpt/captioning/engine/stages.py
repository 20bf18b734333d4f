"""Seconds spent in each stage of the engine. Knows no model."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class StageClock:
    """Adds up seconds by stage.

    ``settle`` waits until the device has done what it was given; without it, a GPU's work is
    counted where the CPU happens to wait for it.
    """

    def __init__(self, settle: Callable[[], None] | None = None) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.settle = settle or (lambda: None)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what happens inside towards ``name``."""
        self.settle()
        started_s = time.perf_counter()
        try:
            yield
        finally:
            self.settle()
            self.seconds[name] += time.perf_counter() - started_s
