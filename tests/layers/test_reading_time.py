"""What a jump will cost is told from those before, by how far from a key frame they went."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from napari_mousegpt.datamodel.camera_clock import CameraClock
from napari_mousegpt.layers.film.film_on_clock import FilmOnClock
from napari_mousegpt.layers.film.reading_time import BESIDES_FRAMES, ReadingTime

N_FRAMES = 300
KEYED = SimpleNamespace(pts=10 * np.arange(N_FRAMES), keys=np.array([0, 1000, 2000]))


class TimedFilm:
    """Each frame decoded takes a second of a clock that stands otherwise."""

    shape, fps, ready = (N_FRAMES, 2, 2, 3), 30.0, True

    def __init__(self, index: object, seconds: float = 1.0) -> None:
        self.index, self.seconds, self.now_s = index, seconds, 0.0

    def __len__(self) -> int:
        return N_FRAMES

    def __getitem__(self, item: int) -> np.ndarray:
        self.now_s += self.seconds * (item % 100 + BESIDES_FRAMES)
        return np.full((2, 2, 3), item % 256, np.uint8)


def timed(film: TimedFilm, monkeypatch: pytest.MonkeyPatch, shown: object = None) -> ReadingTime:
    clock = SimpleNamespace(monotonic=lambda: film.now_s)
    monkeypatch.setattr("napari_mousegpt.layers.film.reading_time.time", clock)
    return ReadingTime(film if shown is None else shown)


def cost_s(item: int) -> float:
    return item % 100 + BESIDES_FRAMES


def test_a_jump_costs_by_its_way_from_the_key_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    reading = timed(TimedFilm(KEYED), monkeypatch)
    assert (reading.read(0) == 0).all()
    assert reading.of_jump_s(199) is None  # the first opens the file
    assert (reading.read(149) == 149).all()
    for item in (100, 199, 200):
        assert reading.of_jump_s(item) == pytest.approx(cost_s(item))


def test_frames_nearby_say_nothing_of_jumps(monkeypatch: pytest.MonkeyPatch) -> None:
    film = TimedFilm(KEYED)
    reading = timed(film, monkeypatch)
    for item in (0, 50):
        reading.read(item)
    film.seconds = 0.0
    for item in (51, 53, 52, 60):
        reading.read(item)
    assert reading.of_jump_s(99) == pytest.approx(cost_s(99))
    film.seconds = 5.0
    for item in (150, 250, 150, 250, 150, 250):
        reading.read(item)
        assert reading.of_jump_s(99) == pytest.approx(cost_s(99))  # the quickest of the last
    reading.read(150)
    assert reading.of_jump_s(99) == pytest.approx(5 * cost_s(99))


@pytest.mark.parametrize("index", [None, SimpleNamespace(pts=None, keys=None)])
def test_without_key_frames_all_cost_the_same(
    index: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = timed(TimedFilm(index), monkeypatch)
    for item in (0, 40):
        reading.read(item)
    assert reading.of_jump_s(0) == reading.of_jump_s(299) == pytest.approx(cost_s(40))


def test_a_film_on_anothers_clock_counts_its_own_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    film = TimedFilm(KEYED)
    own, others = CameraClock(N_FRAMES, 30.0), CameraClock(2 * N_FRAMES, 60.0)
    shown = FilmOnClock(film, own, others, shape_yx=(2, 2), title="side")
    reading = timed(film, monkeypatch, shown)
    for item in (0, 100):  # its own frames 0 and 50
        reading.read(item)
    assert reading.of_jump_s(198) == pytest.approx(cost_s(99))
