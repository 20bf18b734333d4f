"""The next batch made ready in a thread while the present one is worked on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")


def made_ahead(
    make: Callable[[Given], Made], items: Iterable[Given], *, in_thread: bool
) -> Iterator[Made]:
    """Yield ``make(item)`` for each item in order; with ``in_thread`` always one ahead.

    An exception in ``make`` is raised when its item is due.
    """
    if not in_thread:
        yield from map(make, items)
        return
    with ThreadPoolExecutor(1, thread_name_prefix="mousegpt-inputs") as pool:
        ready: Future[Made] | None = None
        for item in items:
            following = pool.submit(make, item)
            if ready is not None:
                yield ready.result()
            ready = following
        if ready is not None:
            yield ready.result()
