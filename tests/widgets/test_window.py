"""The real window: files open through napari, docks through its menus, and all of it is drawn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from napari.settings import get_plugin_settings, get_settings
from qtpy.QtCore import QThreadPool
from small_recordings import N_FRAMES, make_recording, walking_poses, write_deeplabcut_csv
from video_files import write_video

from napari_mousegpt.widgets import sample_data
from napari_mousegpt.widgets.docks import dock_title
from napari_mousegpt.widgets.open_in_viewer import open_files, show
from napari_mousegpt.widgets.viewer_state import state_of

pytestmark = pytest.mark.window
PLUGIN = "napari-mousegpt"


@pytest.fixture
def viewer(make_napari_viewer_proxy: Callable, qtbot):
    """A viewer with a window; what works beside it is waited for before it closes."""
    viewer = make_napari_viewer_proxy()
    yield viewer
    qtbot.waitUntil(lambda: QThreadPool.globalInstance().activeThreadCount() == 0, timeout=20_000)
    qtbot.wait(50)


def test_files_dropped_on_the_window(viewer, qtbot, tmp_path: Path) -> None:
    video = write_video(tmp_path / "v.mp4", N_FRAMES)
    poses = write_deeplabcut_csv(tmp_path / "v.csv", walking_poses())
    open_files(viewer, [poses, video])
    assert [layer.name for layer in viewer.layers] == ["v.mp4", "trail", "skeleton", "keypoints"]
    assert viewer.dims.current_step[0] == 0
    qtbot.waitUntil(lambda: dock_title("Timeline") in viewer.window.dock_widgets)
    timeline = viewer.window.dock_widgets[dock_title("Timeline")]
    qtbot.waitUntil(lambda: len(timeline.traces.traces) == 1, timeout=10_000)
    viewer.dims.set_current_step(0, 80)
    assert viewer.layers["keypoints"].data[0].tolist() == [30, 30]
    qtbot.waitUntil(lambda: timeline.playhead.value() == 80.5)


def test_a_recording_with_docks_is_drawn(viewer, qtbot, tmp_path: Path) -> None:
    recording = make_recording(tmp_path, ("a", "b"))
    state = show(viewer, recording)
    state.go_to(40)
    qtbot.waitUntil(lambda: "a: a is still." in viewer.canvas.overlays.text.text)
    qtbot.waitUntil(lambda: "b is still." in _caption(viewer).said.text.text())
    picture = viewer.screenshot(canvas_only=False, flash=False)
    assert picture.shape[0] > 300
    assert len(np.unique(picture.reshape(-1, picture.shape[-1]), axis=0)) > 200
    for name in ("Timeline", "Caption"):
        assert not viewer.window.dock_widgets[dock_title(name)].isHidden()


@pytest.mark.parametrize(("name", "area"), [("Timeline", "bottom"), ("Caption", "right")])
def test_docks_open_from_the_menu_where_they_belong(viewer, name: str, area: str) -> None:
    viewer.window.add_plugin_dock_widget(PLUGIN, name)
    assert list(viewer.window.dock_widgets) == [dock_title(name)]
    assert get_settings().application.plugin_widget_positions[dock_title(name)] == area


def test_the_sample_opens_with_everything(
    viewer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = make_recording(tmp_path, described=False)
    monkeypatch.setattr(sample_data, "sample_recording", lambda folder: made)
    viewer.open_sample(PLUGIN, "rendered_mouse")
    assert len(viewer.layers) == 6
    assert state_of(viewer).recording is made


def test_preferences_decide_how_keypoints_look(viewer, tmp_path: Path) -> None:
    display = get_plugin_settings(PLUGIN).display
    display.keypoint_size, display.trail_s, display.open_timeline = 9.0, 0.0, False
    try:
        open_files(viewer, [write_deeplabcut_csv(tmp_path / "p.csv", walking_poses())])
    finally:
        display.keypoint_size, display.trail_s, display.open_timeline = 0.0, 2.0, True
    assert [layer.name for layer in viewer.layers] == ["skeleton", "keypoints"]
    assert set(viewer.layers["keypoints"].size) == {9.0}
    assert dock_title("Timeline") not in viewer.window.dock_widgets


def test_what_is_not_ours_is_left_to_others(viewer, tmp_path: Path) -> None:
    other = tmp_path / "table.csv"
    other.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ValueError, match="expected a video, a pose file or a recording"):
        open_files(viewer, [other])
    assert state_of(viewer).video is None


def _caption(viewer):
    return viewer.window.dock_widgets[dock_title("Caption")]
