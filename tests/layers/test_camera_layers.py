"""Cameras side by side: where tiles lie, which frame each shows, how their layers are joined."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from cameras_made import make_cameras
from napari.components import ViewerModel
from napari.layers import Layer
from small_recordings import KEYPOINTS
from video_files import number_in, write_video

from napari_mousegpt.datamodel.camera_clock import CameraClock
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.films.video import Video
from napari_mousegpt.layers.camera_view import tile_origins
from napari_mousegpt.layers.film import ShownFilm
from napari_mousegpt.layers.film.film_on_clock import FilmOnClock
from napari_mousegpt.layers.film.together import Together
from napari_mousegpt.layers.layer_data import mark_of
from napari_mousegpt.layers.of_recording import recording_layers
from napari_mousegpt.layers.tile_text import MOST_LINES, tile_text

REFERENCE = CameraClock(60, 30.0)


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    return make_cameras(tmp_path / "made")


@pytest.mark.parametrize(
    ("shapes", "expected"),
    [
        ([], []),
        ([(100, 160)], [(0, 0)]),
        ([(100, 200)] * 2, [(0, 0), (104, 0)]),
        ([(100, 100)] * 2, [(0, 0), (0, 102)]),
        ([(100, 160)] * 3, [(0, 0), (0, 164), (104, 0)]),
        ([(100, 160)] * 4, [(0, 0), (0, 164), (104, 0), (104, 164)]),
        ([(50, 80), (100, 100)], [(0, 0), (-25, 82)]),
    ],
    ids=["none", "one", "two wide", "two square", "three", "four", "different sizes"],
)
def test_tiles_stand_side_by_side(shapes: list, expected: list) -> None:
    assert tile_origins(shapes) == expected


@pytest.mark.parametrize("count", range(1, 9))
def test_tiles_do_not_overlap(count: int) -> None:
    shapes = [(90 + 10 * k, 150 - 7 * k) for k in range(count)]
    boxes = [
        (y, y + height, x, x + width)
        for (y, x), (height, width) in zip(tile_origins(shapes), shapes, strict=True)
    ]
    for place, (top, bottom, left, right) in enumerate(boxes):
        for other_top, other_bottom, other_left, other_right in boxes[:place]:
            apart_y = bottom < other_top or other_bottom < top
            assert apart_y or right < other_left or other_right < left


@pytest.mark.parametrize(
    ("fps", "offset_s", "shown"),
    [
        (30, 0.0, {0: 0, 31: 31, 39: 39, 40: None}),
        (30, 0.5, {0: None, 14: None, 15: 0, 40: 25}),
        (30, -1.0, {0: 30, 9: 39, 10: None}),
        (20, 0.0, {0: 0, 1: 0, 2: 1, 3: 2, 30: 20}),
        (60, 0.0, {0: 0, 1: 2, 19: 38, 20: None}),
    ],
    ids=["together", "later", "earlier", "slower", "faster"],
)
def test_each_frame_is_the_one_that_is_on(
    tmp_path: Path, fps: int, offset_s: float, shown: dict
) -> None:
    film = Video(write_video(tmp_path / "v.mp4", 40, rate=fps))
    clock = CameraClock(40, float(fps), offset_s)
    on_clock = FilmOnClock(film, clock, REFERENCE, shape_yx=film.shape[1:3], title="cam1")
    assert on_clock.shape == (60, *film.shape[1:])
    for item, expected in shown.items():
        assert on_clock.frame_of(item) == expected
        picture = on_clock[item]
        if expected is None:
            assert (picture[0] == 0).all()  # black
            assert picture.max() > 100  # with a note
        else:
            assert number_in(picture) == expected
    copy = on_clock.through(lambda frame, size_yx: np.full((*size_yx, 3), frame, np.uint8))
    for item, expected in shown.items():
        assert expected is None or (copy(item, (4, 4)) == expected).all()


def test_without_a_film_every_frame_says_so() -> None:
    clock = CameraClock(60, 30.0)
    film = FilmOnClock(None, clock, REFERENCE, shape_yx=(64, 160), title="cam1", problem="is gone")
    assert film[30].max() > 100
    assert film.again()[0].shape == (64, 160, 3)
    film.close()


def test_all_cameras_are_layers_of_one_time_axis(recording: Recording) -> None:
    layers = recording_layers(recording)
    viewer = ViewerModel()
    for layer in layers:
        viewer.add_layer(Layer.create(*layer))
    kinds = [mark_of(layer.metadata)["kind"] for layer in viewer.layers]
    assert kinds == ["video"] * 3 + ["trail", "skeleton", "keypoints", "tiles", "said", "bouts"]
    assert viewer.dims.nsteps[0] == 120
    keypoints, skeleton = viewer.layers["keypoints"], viewer.layers["skeleton"]
    assert list(keypoints.features["camera"]) == ["cam0"] * 4 + ["cam1"] * 4
    assert list(keypoints.features["keypoint"][:4]) == list(KEYPOINTS)
    edges = mark_of(skeleton.metadata)["edges"]
    assert (edges[3:] == edges[:3] + 4).all()
    assert len(skeleton.data) == 6


def test_a_film_that_is_gone_does_not_hide_the_others(recording: Recording) -> None:
    recording.video("cam1").path.unlink()
    with pytest.warns(UserWarning, match="cam1 · side is not shown"):
        films = [one for one in recording_layers(recording) if one[2] == "image"]
    assert len(films) == 3
    assert films[1][0][20].max() > 100
    assert number_in(films[2][0][3]) == 22


class Counting:
    """Frames that are all their number; each takes a while."""

    dtype, ndim, fps, path = np.dtype(np.uint8), 4, 30.0, None
    shape = (100, 8, 8, 3)

    def __len__(self) -> int:
        return 100

    def __getitem__(self, item):
        time.sleep(0.05)
        return np.full((8, 8, 3), item, np.uint8)

    def close(self) -> None:
        """Nothing is open."""


def test_the_first_film_sliced_asks_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ShownFilm, "_cheap", False)
    together = Together()
    films = [ShownFilm(Counting(), together=together) for _ in range(3)]
    for film in films:
        film.listen(lambda _item: None)
        film.settle(0)
        film._at_hand(0)
    films[2].watched = False
    started_s = time.perf_counter()
    films[0]._at_hand(1)
    films[1]._at_hand(1)
    assert time.perf_counter() - started_s < 0.04  # one patience for both
    films[1].settle(1)
    assert (films[1].asked, films[2].asked) == (1, 0)
    for film in films:
        film.close()


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        ([], "cam1"),
        (["It sits."], "cam1\nIt sits."),
        (["It sits on the floor.", "It runs."], "cam1\nIt sits on the\nfloor.\nIt runs."),
    ],
)
def test_texts_of_tiles(sentences: list[str], expected: str) -> None:
    assert tile_text("cam1", sentences, 14) == expected


def test_long_texts_are_cut() -> None:
    lines = tile_text("cam1", ["a word " * 60], 30).splitlines()
    assert len(lines) == 1 + MOST_LINES
    assert lines[-1].endswith("…")
