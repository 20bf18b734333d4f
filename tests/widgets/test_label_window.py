"""A morning of labelling in a real window, with a real film, keys and the mouse."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from qtpy.QtCore import QPointF, Qt, QThreadPool
from qtpy.QtTest import QTest

from napari_mousegpt.io.recording_folder import open_recording
from napari_mousegpt.widgets.docks import open_dock
from napari_mousegpt.widgets.open_in_viewer import open_files, show
from napari_mousegpt.widgets.viewer_state import state_of

pytestmark = [pytest.mark.window, pytest.mark.slow]
Key, LEFT = Qt.Key, Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def film(shared_data: Path, tmp_path: Path) -> Path:
    """A copy of a film of one mouse in an open field, so that its recording lies beside it."""
    source = shared_data / "videos_with_pose/openfield_single/m3v1mp4.mp4"
    return Path(shutil.copy(source, tmp_path / "open_field.mp4"))


@pytest.fixture
def new_viewer(make_napari_viewer: Callable, qtbot):
    def wait() -> None:
        pool = QThreadPool.globalInstance()
        qtbot.waitUntil(lambda: pool.activeThreadCount() == 0, timeout=30_000)

    yield make_napari_viewer
    wait()


def picture(viewer, name: str) -> None:
    """Keep a picture where ``MOUSEGPT_PICTURES`` names a folder for them."""
    folder = os.environ.get("MOUSEGPT_PICTURES")
    if folder:
        QTest.qWait(1500)
        viewer.screenshot(str(Path(folder) / name), canvas_only=False, flash=False)


def test_played_labelled_dragged_undone_closed_and_reopened(new_viewer, qtbot, film: Path) -> None:
    viewer = new_viewer(show=True)
    viewer.window.resize(1500, 1000)
    open_files(viewer, [film])
    state = state_of(viewer)
    timeline, dock = open_dock(viewer, "Timeline"), open_dock(viewer, "Label")
    qtbot.waitUntil(lambda: timeline.plot.isVisible() and timeline.view.width() > 200)
    dock.annotator.setText("Anna")
    QTest.mouseClick(dock.start, LEFT)
    assert dock.labelling.session is not None
    plot = timeline.plot

    state.go_to(100)
    QTest.keyClick(plot, Key.Key_Space)
    qtbot.waitUntil(lambda: state.frame > 105, timeout=10_000)
    QTest.keyClick(plot, Key.Key_W)
    started = state.frame
    qtbot.waitUntil(lambda: state.frame > started + 8, timeout=10_000)
    QTest.keyClick(plot, Key.Key_W)
    QTest.keyClick(plot, Key.Key_Space)
    [walk] = list(dock.labelling.labels)
    assert (walk.behaviour, walk.open) == ("walking", False)
    assert started <= walk.start < walk.stop <= state.frame + 1

    for frame in (400, 900):
        state.go_to(frame)
        QTest.keyClick(plot, Key.Key_E)
    rearing = next(bout for bout in dock.labelling.labels if bout.behaviour == "rearing")
    picture(viewer, "labelling.png")
    row = next(r for r in timeline.rows if getattr(r.content, "key", None) == rearing.track)
    at = [
        plot.mapFromScene(timeline.view.mapViewToScene(QPointF(f, row.middle))) for f in (900, 1200)
    ]
    QTest.mousePress(plot.viewport(), LEFT, pos=at[0])
    for share in (0.2, 0.5, 0.8, 1.0):
        QTest.mouseMove(plot.viewport(), at[0] + (at[1] - at[0]) * share)
        QTest.qWait(30)
    picture(viewer, "dragging.png")
    QTest.mouseRelease(plot.viewport(), LEFT, pos=at[1])
    dragged = dock.labelling.labels[rearing.bout_id]
    assert dragged.start == 400
    assert abs(dragged.stop - 1200) <= 2 * timeline.editing.tool.frames_per_px
    QTest.keyClick(plot, Key.Key_Z, CONTROL)
    assert dock.labelling.labels[rearing.bout_id] == rearing
    folder = state.recording.folder
    assert folder == film.with_suffix(".mousegpt")
    dock.finish()
    viewer.close()

    bouts = open_recording(folder).bouts.sort_values("start")
    expected = [["walking", walk.start, walk.stop, "Anna"], ["rearing", 400, 900, "Anna"]]
    assert bouts[["behaviour", "start", "stop", "annotator"]].values.tolist() == expected

    again = new_viewer(show=True)
    show(again, open_recording(folder), docks=("Timeline", "Label"))
    dock = open_dock(again, "Label")
    dock.annotator.setText("Anna")
    dock.begin()
    QTest.keyClick(open_dock(again, "Timeline").plot, Key.Key_Z, CONTROL)
    open_bouts = [bout.behaviour for bout in dock.labelling.labels.open_bouts()]
    assert open_bouts == ["rearing"]  # its end is undone, its start stands
    dock.finish()
    again.close()
    qtbot.wait(200)
