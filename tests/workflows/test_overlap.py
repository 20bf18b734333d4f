"""Work on several items at once: results as they come, stopped at any time."""

from __future__ import annotations

import threading
import time

import pytest

from napari_mousegpt.workflows.overlap import overlapped


def _nothing() -> None:
    pass


def test_every_item_once_and_several_at_a_time() -> None:
    together = threading.Barrier(3, timeout=10)

    def work(item: int) -> int:
        together.wait()  # passes only if three are under way
        return item

    found = list(overlapped(work, range(9), 3, break_off=_nothing))
    assert sorted(one for one in found if one is not None) == list(range(9))


def test_a_result_does_not_wait_for_later_items() -> None:
    made: list[int] = []

    def items():  # type: ignore[no-untyped-def]
        for item in range(20):
            made.append(item)
            time.sleep(0.02)
            yield item

    results = overlapped(lambda item: item, items(), 30, break_off=_nothing)
    assert next(one for one in results if one is not None) == 0
    assert len(made) < 10
    results.close()


def test_whoever_waits_can_stop() -> None:
    """Nothing comes, and yet it can be closed; what is under way is broken off then."""
    off = threading.Event()
    results = overlapped(lambda _: off.wait(20), range(5), 2, break_off=off.set)
    started_s = time.monotonic()
    assert next(results) is None
    results.close()
    assert time.monotonic() - started_s < 5


def test_an_error_comes_through_and_ends_the_others() -> None:
    off = threading.Event()

    def work(item: int) -> None:
        if item == 1:
            raise ValueError("one")
        off.wait(20)

    with pytest.raises(ValueError, match="one"):
        list(overlapped(work, range(5), 3, break_off=off.set))
    assert off.is_set()
