"""Four real cameras of one mouse in the real window: tiled, switched by key, with poses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from cameras_made import make_cameras
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.cache_folder import ENVIRONMENT
from napari_mousegpt.io.films.scrub_proxy import ScrubProxy, build_proxy
from napari_mousegpt.io.films.video import Video
from napari_mousegpt.io.recording_folder import open_recording
from napari_mousegpt.widgets.docks import open_dock, unwrapped
from napari_mousegpt.widgets.open_in_viewer import open_files, show
from napari_mousegpt.workflows.importing.carrying_out import carry_out
from napari_mousegpt.workflows.importing.files import CameraFiles
from napari_mousegpt.workflows.importing.plan import plan_import

pytestmark = pytest.mark.window
CAMERAS = ("top", "side", "back", "mid")


@pytest.fixture
def four(shared_data: Path, tmp_path: Path) -> Recording:
    folder = shared_data / "videos_with_pose" / "multiview_single"
    return import_four(folder, tmp_path / "four.mousegpt")


@pytest.fixture
def viewer(make_napari_viewer_proxy, qtbot, monkeypatch, tmp_path: Path):
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "cache"))
    return make_napari_viewer_proxy(show=True)


def on_canvas(viewer) -> np.ndarray:
    return viewer.screenshot(canvas_only=True, flash=False)


def test_four_real_cameras(viewer, qtbot, four: Recording) -> None:
    state = show(viewer, four, docks=["Timeline"])
    QTest.qWait(300)
    state.go_to(60)
    state.settle()
    films = [layer for layer in viewer.layers if layer.name.startswith("cam")][:4]
    assert [film.data.item for film in films] == [60] * 4
    keypoints = viewer.layers["keypoints"]
    assert keypoints.shown.sum() > 50
    # Every keypoint lies in its camera's tile, and the mouse, which is pale, is under its middle.
    for place, view in enumerate(state.cameras.views):
        mine = keypoints.features["camera"].to_numpy() == view.id
        points = keypoints.data[mine & keypoints.shown] - view.origin_yx
        assert (points >= 0).all()
        assert (points < view.shape_yx).all()
        y, x = np.median(points, axis=0).astype(int)
        picture = np.asarray(films[place].data[60])[..., 0]
        assert picture[y - 12 : y + 12, x - 12 : x + 12].mean() > 1.5 * picture.mean()
    tiled = on_canvas(viewer)
    dock = unwrapped(open_dock(viewer, "Timeline"))
    QTest.keyClick(dock, Qt.Key.Key_N)
    QTest.keyClick(dock, Qt.Key.Key_N)
    assert state.cameras.looked_at == "cam1"
    assert [film.visible for film in films] == [False, True, False, False]
    qtbot.waitUntil(lambda: (on_canvas(viewer) != tiled).any(), timeout=5000)
    centre = np.array(viewer.scene.camera.center[-2:]) - state.cameras.views[1].origin_yx
    assert centre == pytest.approx(np.array(state.cameras.views[1].shape_yx) / 2, abs=2)
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    QTest.keyClick(dock, Qt.Key.Key_0, modifiers)
    assert all(film.visible for film in films)


def test_a_folder_opened_as_a_file_brings_all_cameras(viewer, tmp_path: Path) -> None:
    recording = make_cameras(tmp_path / "made")
    open_files(viewer, [recording.folder])
    assert len([one for one in viewer.layers if one.name.startswith("cam")]) == 4


def test_scrub_copies_count_the_frames_of_their_own_film(viewer, qtbot, tmp_path: Path) -> None:
    recording = open_recording(make_cameras(tmp_path / "made").folder)
    state = show(viewer, recording, docks=[])
    film = unwrapped(viewer.layers["cam1 · side · cam1.mp4"].data)
    path = [step.path for step in build_proxy(Video(recording.video("cam1").path))][-1]
    copy = ScrubProxy(path, 100)
    asked: list[int] = []
    picture = copy.picture
    copy.picture = lambda item, size_yx: asked.append(item) or picture(item, size_yx)
    film.use_proxy(copy)
    state.go_to(10)
    film._small.ask(40)
    assert film._small.wait_for(40, 5)
    assert asked == [25]
    film._small.ask(3)
    assert film._small.wait_for(3, 5)
    assert asked == [25]  # not filming: black, without the copy


def import_four(folder: Path, target: Path) -> Recording:
    """Import the four cameras, whose poses were looked at and lie on the mouse."""
    cameras = [
        CameraFiles(
            folder / f"minimal_{name}.mp4",
            f"cam{place}",
            "top" if name == "top" else "side",
            poses=folder / f"minimal_{name}_proofread.analysis.h5",
        )
        for place, name in enumerate(CAMERAS)
    ]
    return carry_out(plan_import(cameras, folder=target))
