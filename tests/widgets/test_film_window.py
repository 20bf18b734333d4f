"""Films in the real window: nothing waits, the exact frame comes, a damaged one is marked."""

from __future__ import annotations

import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from napari.layers import Layer
from napari.settings import get_plugin_settings, get_settings
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QWidget
from small_recordings import N_FRAMES, walking_poses
from video_files import number_in, painted, write_video

from napari_mousegpt.io.cache_folder import ENVIRONMENT
from napari_mousegpt.io.films.scrub_proxy import find_proxy
from napari_mousegpt.io.films.video import Video
from napari_mousegpt.layers.of_recording import pose_layers
from napari_mousegpt.layers.video import video_layer
from napari_mousegpt.widgets.docks import open_dock
from napari_mousegpt.widgets.film.copies import delete_scrub_copies
from napari_mousegpt.widgets.open_in_viewer import open_files
from napari_mousegpt.widgets.viewer_state import state_of

pytestmark = pytest.mark.window
DAMAGED = 77


class SlowFilm:
    """Numbered frames, each decoded in a fifth of a second."""

    dtype, ndim, fps, path = np.dtype(np.uint8), 4, 30.0, Path("slow.mp4")
    shape = (N_FRAMES, 64, 160, 3)
    times_s = np.arange(N_FRAMES) / 30
    index = SimpleNamespace(pts=np.arange(N_FRAMES), keys=np.array([0]))

    def __len__(self) -> int:
        return N_FRAMES

    def __getitem__(self, key):
        first, *rest = key if isinstance(key, tuple) else (key,)
        time.sleep(0.2)
        if isinstance(first, slice):
            return np.stack([painted(k) for k in range(*first.indices(N_FRAMES))])
        if first == DAMAGED:
            raise OSError("damaged")
        return painted(first)[tuple(rest)]

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def viewer(make_napari_viewer_proxy, qtbot, monkeypatch, tmp_path: Path):
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "cache"))
    monkeypatch.setattr("napari_mousegpt.layers.film.shown_film.CHEAP_PIXELS", 10)
    return make_napari_viewer_proxy(show=True)


def add_slow_film(viewer) -> Layer:
    state_of(viewer)
    for layer in (video_layer(SlowFilm()), *pose_layers(walking_poses())):
        viewer.add_layer(Layer.create(*layer))
    return viewer.layers["slow.mp4"]


def on_canvas(viewer) -> np.ndarray:
    return viewer.screenshot(canvas_only=True, flash=False)


@pytest.mark.parametrize("in_background", [False, True], ids=["napari slices", "async slicing"])
def test_scrubbing_and_resting(viewer, qtbot, in_background: bool) -> None:
    get_settings().experimental.async_ = in_background
    try:
        layer = add_slow_film(viewer)
        film, keypoints = layer.data, viewer.layers["keypoints"]
        qtbot.waitUntil(lambda: film.settled and layer.loaded and film.item == 0, timeout=5000)
        for frame in (40, 90, 20, 60):
            viewer.dims.set_current_step(0, frame)
            assert film.quality == "late" or in_background  # it has not waited
            # Poses are those of the picture, not of the slider.
            assert keypoints.data[0, 0] == film.item / 4 + 10
        assert number_in(film[60]) == 60
        qtbot.waitUntil(lambda: film.settled and film.item == 60, timeout=5000)
        qtbot.waitUntil(lambda: keypoints.data[0, 0] == 25, timeout=5000)
    finally:
        get_settings().experimental.async_ = False


def test_a_damaged_frame_is_marked_on_the_canvas(viewer, qtbot) -> None:
    layer = add_slow_film(viewer)
    state = state_of(viewer)
    viewer.dims.set_current_step(0, 50)
    state.settle()
    before = on_canvas(viewer)
    viewer.dims.set_current_step(0, DAMAGED)
    qtbot.waitUntil(lambda: layer.data.quality == "error", timeout=5000)
    assert (on_canvas(viewer) != before).any()
    viewer.dims.set_current_step(0, 51)
    state.settle()
    assert (layer.data.item, layer.data.quality) == (51, "exact")


def test_a_picture_taken_after_settling_is_exact(viewer) -> None:
    layer = add_slow_film(viewer)
    state = state_of(viewer)
    for frame in (10, 99):
        viewer.dims.set_current_step(0, frame)
        state.settle()
        assert (layer.data.item, layer.data.quality) == (frame, "exact")
        assert viewer.layers["keypoints"].data[0, 0] == frame / 4 + 10
    video = get_plugin_settings("napari-mousegpt").video
    video.exact_while_scrubbing = True
    try:
        viewer.dims.set_current_step(0, 33)
        assert (layer.data.item, layer.data.quality) == (33, "exact")
    finally:
        video.exact_while_scrubbing = False


def test_removing_the_layer_while_it_decodes(viewer, qtbot) -> None:
    layer = add_slow_film(viewer)
    viewer.dims.set_current_step(0, 70)
    viewer.layers.remove(layer)
    qtbot.wait(300)
    assert state_of(viewer).video is None


@pytest.mark.slow
def test_a_scrub_copy_is_made_and_used(viewer, qtbot, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("napari_mousegpt.io.films.scrub_proxy.PAYS_PIXELS", 10)
    path = write_video(tmp_path / "v.mp4", 400, options={"g": "250"})
    open_files(viewer, [path])
    film = viewer.layers["v.mp4"].data
    # It is made at the lowest priority: with both cores busy that takes a while.
    qtbot.waitUntil(lambda: film.proxy is not None, timeout=240_000)
    assert find_proxy(Video(path)) is not None
    viewer.dims.set_current_step(0, 300)
    qtbot.waitUntil(lambda: film.settled and film.item == 300, timeout=5000)
    delete_scrub_copies()
    assert find_proxy(Video(path)) is None


def test_keys_on_the_canvas(viewer, qtbot, tmp_path: Path) -> None:
    open_files(viewer, [write_video(tmp_path / "v.mp4", N_FRAMES)])
    dock = open_dock(viewer, "Timeline")
    state = state_of(viewer)
    canvas = next(
        widget
        for widget in dock.window().centralWidget().findChildren(QWidget)
        if "Canvas" in type(widget).__name__
    )
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Period)
    assert state.frame == 2
    QTest.keyClick(canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert state.frame == 32
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    assert dock.player.playing
    qtbot.waitUntil(lambda: state.frame > 35, timeout=5000)
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    assert not dock.player.playing
