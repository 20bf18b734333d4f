"""What a step gets at once, and what everybody else gets: exactly the frame."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.layers import Image

from napari_mousegpt.layers.film import ShownFilm
from napari_mousegpt.layers.film.frame_cache import FrameCache
from napari_mousegpt.layers.film.frame_worker import FrameWorker

N_FRAMES, DAMAGED = 100, 66
SIZE = (40, 50)


class SlowFilm:
    """Frame k is all k; each takes a while, as from one key frame in a large picture."""

    dtype, ndim, fps, path = np.dtype(np.uint8), 4, 30.0, None
    shape = (N_FRAMES, *SIZE, 3)
    index = SimpleNamespace(pts=np.arange(N_FRAMES), keys=np.array([0]))

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.read: list[int] = []
        self.threads: set[int] = set()
        self.gate = threading.Event()
        self.gate.set()

    def __len__(self) -> int:
        return N_FRAMES

    def __getitem__(self, key):
        first, *rest = key if isinstance(key, tuple) else (key,)
        if isinstance(first, slice):
            frames = np.stack([self[k] for k in range(*first.indices(N_FRAMES))])
            return frames[(slice(None), *rest)]
        self.gate.wait(10)
        time.sleep(self.seconds)
        self.read.append(first)
        self.threads.add(threading.get_ident())
        if first == DAMAGED:
            raise OSError("frame 66 cannot be decoded")
        return np.full((*SIZE, 3), first, np.uint8)[tuple(rest)]

    def close(self) -> None:
        """Nothing is open."""


class SmallCopy:
    """A copy whose pictures are told from the film's by their last column."""

    def picture(self, item: int, size_yx: tuple[int, int]) -> np.ndarray:
        picture = np.full((*size_yx, 3), item, np.uint8)
        picture[:, -1] = 255
        return picture

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> SlowFilm:
    monkeypatch.setattr("napari_mousegpt.layers.film.shown_film.CHEAP_PIXELS", 10)
    return SlowFilm(0.03)


@pytest.fixture
def shown(slow: SlowFilm):
    film = ShownFilm(slow)
    yield film
    slow.gate.set()
    film.close()


@pytest.fixture
def step(shown: ShownFilm) -> Callable[[int], int]:
    """Step a viewer; returns the value of the picture it got, -1 for black before any."""
    viewer = ViewerModel()
    layer = viewer.add_image(shown, rgb=True)
    shown.listen(lambda _item: None)
    viewer.dims.set_current_step(0, 0)  # before any picture it waits

    def step(frame: int) -> int:
        viewer.dims.set_current_step(0, frame)
        return picture(layer)

    step.layer = layer  # type: ignore[attr-defined]
    return step


def picture(layer: Image) -> int:
    """Value of the pixel in the middle of what is shown."""
    thumbnail = layer.thumbnail
    return int(thumbnail[thumbnail.shape[0] // 2, thumbnail.shape[1] // 2, 0])


def test_a_step_does_not_wait_and_nobody_else_is_fooled(slow, shown, step) -> None:
    assert step(0) == 0
    slow.gate.clear()
    started = time.perf_counter()
    assert step(50) == 0
    assert time.perf_counter() - started < 0.5
    assert (shown.item, shown.quality, shown.settled) == (0, "late", False)
    slow.gate.set()
    assert shown[50].max() == 50
    assert shown[50:51, :, :].shape == (1, *SIZE, 3)
    assert (shown[(50, slice(None), slice(None))] == 50).all()
    shown.settle(50)
    assert shown.better_than_shown()
    step.layer.refresh()
    assert picture(step.layer) == 50
    assert shown.settled


def test_a_jump_is_decoded_when_the_step_is_over(slow, shown, step, monkeypatch) -> None:
    monkeypatch.setattr("napari_mousegpt.layers.film.shown_film.STEP_S", 60.0)
    step(0)
    slow.read.clear()
    step(50)
    time.sleep(0.1)
    assert shown.jumped
    assert not slow.read
    shown.hurry()
    wait_until(lambda: shown.better_than_shown())
    step(51)  # what comes next anyway is begun with in the step
    wait_until(lambda: 51 in slow.read)
    assert not shown.jumped


def test_a_jump_is_decoded_even_if_nobody_hurries(slow, shown, step) -> None:
    step(0)
    step(50)
    wait_until(lambda: 50 in slow.read)
    assert not shown.comes_within(0.0)
    assert shown.comes_within(60.0)


def wait_until(there: Callable[[], bool]) -> None:
    """For at most some seconds."""
    until_s = time.monotonic() + 10
    while not there():
        assert time.monotonic() < until_s
        time.sleep(0.005)


def test_a_copy_is_shown_until_the_exact_frame_is_there(slow, shown, step) -> None:
    assert step(0) == 0
    shown.use_proxy(SmallCopy())
    slow.gate.clear()
    step(80)
    for _ in range(100):
        if shown.quality == "proxy":
            break
        time.sleep(0.01)
        step.layer.refresh()
    assert (shown.item, shown.quality) == (80, "proxy")
    assert picture(step.layer) == 80
    slow.gate.set()
    shown.settle(80)
    step.layer.refresh()
    assert shown.quality == "exact"


def test_scrubbing_with_a_copy_decodes_only_where_it_rests(slow, shown, step) -> None:
    step(0)
    shown.use_proxy(SmallCopy())
    slow.read.clear()
    for frame in (90, 20, 70, 40):
        step(frame)
    shown.settle(40)
    time.sleep(0.1)
    assert slow.read == [40]


def test_nothing_is_decoded_in_the_thread_that_steps(slow, shown, step) -> None:
    step(0)
    slow.threads.clear()
    for frame in (30, 31, 32, 10):
        step(frame)
    shown.settle(10)
    assert threading.get_ident() not in slow.threads


def test_forward_steps_are_read_ahead(slow, shown, step) -> None:
    step(0)
    step(10)
    step(11)
    shown.settle(11)
    deadline = time.monotonic() + 5
    while 13 not in slow.read and time.monotonic() < deadline:
        time.sleep(0.01)
    assert 13 in slow.read
    assert step(13) == 13
    assert shown.quality == "exact"


def test_a_damaged_frame_is_marked_and_the_others_go_on(slow, shown, step) -> None:
    step(0)
    step(DAMAGED)
    shown.settle(DAMAGED)
    step.layer.refresh()
    assert (shown.item, shown.quality, shown.settled) == (DAMAGED, "error", True)
    with pytest.raises(OSError, match="66"):
        shown[DAMAGED]
    step(5)
    shown.settle(5)
    step.layer.refresh()
    assert picture(step.layer) == 5


@pytest.mark.parametrize("how", ["asked to", "cheap", "nobody listens"])
def test_when_a_step_waits(slow, shown, step, monkeypatch, how: str) -> None:
    if how == "asked to":
        shown.exact_while_scrubbing = True
    elif how == "cheap":
        monkeypatch.setattr("napari_mousegpt.layers.film.shown_film.CHEAP_PIXELS", 1e9)
    else:
        shown.listen(None)
    for frame in (70, 3, 99):
        assert step(frame) == frame


def test_it_ends_with_whoever_has_it(slow: SlowFilm) -> None:
    film = ShownFilm(slow)
    film.settle(1)
    thread = film._exact._thread
    assert thread is not None
    del film
    thread.join(5)
    assert not thread.is_alive()


def test_only_the_last_pictures_are_kept() -> None:
    kept = FrameCache(6 * 10, 10)
    for item in range(8):
        kept.put(item, np.zeros(10, np.uint8))
        kept.get(0)
    assert [item for item in range(8) if item in kept] == [0, 3, 4, 5, 6, 7]
    picture = kept.get(0)
    assert picture is not None
    assert not picture.flags.writeable


def test_of_what_is_wanted_only_the_latest_is_read() -> None:
    gate, told = threading.Event(), []
    read: list[int] = []

    def slowly(item: int) -> np.ndarray:
        gate.wait(5)
        read.append(item)
        return np.zeros(4, np.uint8)

    worker = FrameWorker(slowly, FrameCache(0, 1), told.append)
    for item in range(10):
        worker.ask(item)
        time.sleep(0.005)
    gate.set()
    assert worker.wait_for(9, 5)
    worker.end(wait=True)
    assert read == [0, 9]
    assert told == [0, 9]
