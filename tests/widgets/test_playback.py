"""Playing keeps to the film's own time, whatever the window can show."""

from __future__ import annotations

import time
from itertools import pairwise

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.layers import Layer
from video_files import write_video

from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.io.films.video import Video
from napari_mousegpt.layers.video import video_layer
from napari_mousegpt.widgets.playback import Player, player_of
from napari_mousegpt.widgets.playback.film_clock import FilmClock

pytestmark = pytest.mark.usefixtures("qtbot")
UNEVEN_S = np.array([0.0, 0.1, 0.2, 1.0, 1.1])


@pytest.fixture
def player(viewer: ViewerModel, tmp_path) -> Player:
    video = Video(write_video(tmp_path / "v.mp4", 300, rate=100, options={"g": "10"}))
    player = player_of(viewer)
    viewer.add_layer(Layer.create(*video_layer(video)))
    player.state.go_to(0)
    return player


@pytest.mark.parametrize(
    ("times_s", "start", "speed", "after_s", "expected"),
    [
        (None, 0, 1.0, 0.5, 5),
        (None, 7, 0.1, 1.0, 8),
        (None, 0, 8.0, 1.0, 80),
        (UNEVEN_S, 0, 1.0, 0.15, 1),
        (UNEVEN_S, 2, 1.0, 0.7, 2),
        (UNEVEN_S, 2, 1.0, 0.8, 3),
        (UNEVEN_S, 0, 2.0, 0.55, 4),
        (UNEVEN_S, 0, 1.0, 1.35, 6),
    ],
    ids=[
        *("real time", "slow", "fast", "uneven", "a gap", "after the gap", "uneven, fast"),
        "past the end",
    ],
)
def test_which_frame_is_due(times_s, start, speed, after_s, expected) -> None:
    clock = FilmClock(times_s, 10.0)
    clock.start(start, speed, 100.0)
    assert clock.frame_at(100.0 + after_s) == expected


@pytest.mark.parametrize(("speed", "expected_s"), [(1.0, 0.8), (2.0, 0.4), (0.5, 1.6)])
def test_how_long_until_the_next_frame(speed: float, expected_s: float) -> None:
    clock = FilmClock(UNEVEN_S, 10.0)
    clock.start(2, speed, 50.0)
    assert clock.wait_s(3, 50.0) == pytest.approx(expected_s)


@pytest.mark.parametrize("speed", [1.0, 4.0])
def test_it_plays_in_real_time(qtbot, player: Player, speed: float) -> None:
    player.set_speed(speed)
    started = time.perf_counter()
    player.play()
    qtbot.wait(400)
    frame, took_s = player.state.frame, time.perf_counter() - started
    player.pause()
    assert frame == pytest.approx(100 * speed * took_s, abs=25 * speed)
    qtbot.wait(50)
    assert player.state.frame == frame


def test_it_stops_at_the_end_and_starts_again_from_there(qtbot, player: Player) -> None:
    player.state.go_to(290)
    with qtbot.waitSignal(_qt(player), timeout=3000):
        player.play()
    assert (player.playing, player.state.frame) == (False, 299)
    player.play()
    assert player.state.frame == 0
    player.pause()


def test_a_bout_is_played_once_or_in_a_loop(qtbot, player: Player) -> None:
    player.play_range(TimeRange(50, 60))
    qtbot.waitUntil(lambda: not player.playing, timeout=3000)
    assert player.state.frame == 59
    seen: list[int] = []
    player.state.frame_changed.connect(seen.append)
    player.play_range(TimeRange(50, 60), loop=True)
    qtbot.wait(500)
    player.pause()
    assert set(seen) <= set(range(50, 60))
    assert any(later < earlier for earlier, later in pairwise(seen))


def test_every_frame_is_shown_if_asked_for(qtbot, player: Player) -> None:
    seen: list[int] = []
    player.state.frame_changed.connect(seen.append)
    player.set_speed(8)
    player.set_every_frame(True)
    player.play()
    qtbot.waitUntil(lambda: len(seen) > 5, timeout=10_000)
    player.pause()
    assert seen == list(range(1, len(seen) + 1))


def test_it_goes_on_from_where_a_person_goes(qtbot, player: Player) -> None:
    player.play()
    qtbot.wait(50)
    player.state.go_to(200)
    qtbot.wait(100)
    player.pause()
    assert 200 < player.state.frame < 260


def test_it_says_so_where_frames_are_left_out(qtbot, player: Player) -> None:
    paces: list[tuple[float, float]] = []
    player.pace_changed.connect(lambda shown, due: paces.append((shown, due)))
    player.state.frame_changed.connect(lambda _: time.sleep(0.1))
    player.play()
    qtbot.waitUntil(lambda: bool(paces), timeout=5000)
    player.pause()
    shown, due = paces[0]
    assert shown < 12
    assert due > 60


def test_speeds_go_up_and_down(player: Player) -> None:
    player.faster()
    player.faster()
    assert player.speed == 4
    for _ in range(9):
        player.slower()
    assert player.speed == pytest.approx(0.1)
    player.set_speed(100)
    assert player.speed == 8


def _qt(player: Player):
    """The end of playing as a Qt signal."""
    from qtpy.QtCore import QObject, Signal

    class Ended(QObject):
        ended = Signal()

    ended = Ended(player)
    player.playing_changed.connect(lambda playing: None if playing else ended.ended.emit())
    return ended.ended
