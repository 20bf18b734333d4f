"""What a jump will cost is told from those before, by how far from a key frame they went."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from napari_mousegpt.datamodel.camera_clock import CameraClock
from napari_mousegpt.layers.film.film_on_clock import FilmOnClock
from napari_mousegpt.layers.film.reading_time import ReadingTime

N_FRAMES = 300
KEYED = SimpleNamespace(pts=10 * np.arange(N_FRAMES), keys=np.array([0, 1000, 2000]))


class TimedFilm:
    """Each frame from the key frame before it takes a second of a clock that stands otherwise."""

    shape, fps, ready = (N_FRAMES, 2, 2, 3), 30.0, True

    def __init__(self, index: object, seconds: float = 1.0) -> None:
        self.index, self.seconds, self.now_s = index, seconds, 0.0

    def __len__(self) -> int:
        return N_FRAMES

    def __getitem__(self, item: int) -> np.ndarray:
        self.now_s += self.seconds * (item % 100 + 1)
        return np.full((2, 2, 3), item % 256, np.uint8)


def timed(film: TimedFilm, monkeypatch: pytest.MonkeyPatch, shown: object = None) -> ReadingTime:
    clock = SimpleNamespace(monotonic=lambda: film.now_s)
    monkeypatch.setattr("napari_mousegpt.layers.film.reading_time.time", clock)
    return ReadingTime(film if shown is None else shown)


def test_a_jump_costs_by_its_way_from_the_key_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    reading = timed(TimedFilm(KEYED), monkeypatch)
    assert reading.of_jump_s(199) is None
    assert (reading.read(149) == 149).all()
    assert [reading.of_jump_s(item) for item in (100, 199, 200)] == [1, 100, 1]


def test_frames_nearby_say_nothing_of_jumps(monkeypatch: pytest.MonkeyPatch) -> None:
    film = TimedFilm(KEYED)
    reading = timed(film, monkeypatch)
    reading.read(50)
    film.seconds = 0.0
    for item in (51, 53, 52, 60):
        reading.read(item)
    assert reading.of_jump_s(99) == 100
    for item in (150, 250, 150, 250):  # most of the last jumps were for nothing
        reading.read(item)
    assert reading.of_jump_s(99) == 0


@pytest.mark.parametrize("index", [None, SimpleNamespace(pts=None, keys=None)])
def test_without_key_frames_all_cost_the_same(
    index: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = timed(TimedFilm(index), monkeypatch)
    reading.read(4)
    assert reading.of_jump_s(0) == reading.of_jump_s(299) == 5


def test_a_film_on_anothers_clock_counts_its_own_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    film = TimedFilm(KEYED)
    own, others = CameraClock(N_FRAMES, 30.0), CameraClock(2 * N_FRAMES, 60.0)
    shown = FilmOnClock(film, own, others, shape_yx=(2, 2), title="side")
    reading = timed(film, monkeypatch, shown)
    reading.read(100)  # its own frame 50
    assert reading.of_jump_s(198) == 100
