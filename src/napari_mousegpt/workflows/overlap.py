"""Work on several items at once, results as they come. Knows no captioner."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
TICK_S = 0.5


def overlapped(
    work: Callable[[Item], Result],
    items: Iterable[Item],
    at_once: int,
    *,
    break_off: Callable[[], None],
) -> Generator[Result | None, None, None]:
    """Yield the results of ``work``, in the order in which they come.

    None is yielded twice a second while none comes, so that whoever asks can stop; then, and after
    an error, ``break_off`` is called to end what is under way.
    """
    pool = ThreadPoolExecutor(at_once, thread_name_prefix="mousegpt-batch")
    pending: set[Future[Result]] = set()
    try:
        for item in items:
            pending.add(pool.submit(work, item))
            done, pending = _some_done(pending, 0.0)  # what came while the item was made
            yield from done
            while len(pending) >= at_once:
                done, pending = _some_done(pending)
                yield from done or (None,)
        while pending:
            done, pending = _some_done(pending)
            yield from done or (None,)
    finally:
        break_off()
        pool.shutdown(wait=True, cancel_futures=True)


def _some_done(
    pending: set[Future[Result]], patience_s: float = TICK_S
) -> tuple[Sequence[Result | None], set[Future[Result]]]:
    done, others = wait(pending, patience_s, FIRST_COMPLETED)
    return [future.result() for future in done], others
