"""The timeline under real mouse and key events, in a viewer without a window."""

from __future__ import annotations

from pathlib import Path

import pytest
from napari.components import ViewerModel
from napari.layers import Layer
from qtpy.QtCore import QPoint, QPointF, Qt
from qtpy.QtGui import QWheelEvent
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication
from small_recordings import describe, make_recording

from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.layers.of_recording import recording_layers
from napari_mousegpt.widgets.timeline import TimelineDock
from napari_mousegpt.widgets.timeline.dock import NO_FILM, NOTHING_SAID

pytestmark = pytest.mark.usefixtures("no_thread_left")
LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton


@pytest.fixture
def dock(qtbot, viewer: ViewerModel, recording: Recording) -> TimelineDock:
    for layer in recording_layers(recording):
        viewer.add_layer(Layer.create(*layer))
    dock = TimelineDock(viewer)
    qtbot.addWidget(dock)
    dock.state.go_to(0)
    dock.resize(1300, 260)
    dock.show()
    qtbot.waitExposed(dock)
    qtbot.waitUntil(lambda: len(dock.traces.traces) == 2, timeout=10_000)
    return dock


def place(dock: TimelineDock, frame: float, row: float = 0.5) -> QPoint:
    """Where a frame and row are on the plot's viewport."""
    return dock.plot.mapFromScene(dock.view.mapViewToScene(QPointF(frame, row)))


def drag(dock: TimelineDock, start: QPoint, stop: QPoint, button: Qt.MouseButton = LEFT) -> None:
    viewport = dock.plot.viewport()
    QTest.mousePress(viewport, button, pos=start)
    for step in range(1, 7):
        QTest.mouseMove(viewport, start + (stop - start) * step / 6)
        QTest.qWait(12)
    QTest.mouseRelease(viewport, button, pos=stop)
    QTest.qWait(40)


def test_the_viewer_moves_the_playhead(qtbot, dock: TimelineDock, viewer: ViewerModel) -> None:
    viewer.dims.set_current_step(0, 70)
    qtbot.waitUntil(lambda: dock.playhead.value() == 70.5)
    assert "frame 70 / 120" in dock.header.time.text()


def test_click_and_drag_move_the_viewer(qtbot, dock: TimelineDock) -> None:
    QTest.mouseClick(dock.plot.viewport(), LEFT, pos=place(dock, 40.5))
    qtbot.waitUntil(lambda: dock.state.frame == 40)
    qtbot.wait(30)
    drag(dock, place(dock, 40.5), place(dock, 90.5))
    assert dock.state.frame == 90
    assert dock.state.selection is None


def test_dragging_selects_whole_frames(dock: TimelineDock) -> None:
    drag(dock, place(dock, 20.5, 1.5), place(dock, 49.5, 1.5))
    assert dock.state.selection == TimeRange(20, 50)
    assert dock.plot.selection.isVisible()
    drag(dock, place(dock, 50, 1.5), place(dock, 59.6, 1.5))
    assert dock.state.selection == TimeRange(20, 60)
    QTest.keyClick(dock.plot, Qt.Key.Key_Escape)
    assert dock.state.selection is None


def test_double_click_selects_an_interval_and_goes_there(qtbot, dock: TimelineDock) -> None:
    viewport = dock.plot.viewport()
    QTest.mouseDClick(viewport, LEFT, pos=place(dock, 75))
    QTest.mouseRelease(viewport, LEFT, pos=place(dock, 75))
    qtbot.waitUntil(lambda: dock.state.frame == 60)
    assert dock.state.selection == TimeRange(60, 90)


def test_the_wheel_zooms_around_the_pointer(dock: TimelineDock) -> None:
    where = place(dock, 30)
    for _ in range(3):
        _turn_wheel(dock, where)
    left, right = dock.view.viewRange()[0]
    assert right - left < 70
    assert dock.view.mapSceneToView(dock.plot.mapToScene(where)).x() == pytest.approx(30, abs=0.3)
    drag(dock, place(dock, 30), place(dock, 40), MIDDLE)
    assert dock.view.viewRange()[0][0] < left


def test_keys_step_and_zoom(qtbot, dock: TimelineDock) -> None:
    QTest.keyClick(dock.plot, Qt.Key.Key_Right)
    assert dock.state.frame == 1
    QTest.keyClick(dock.plot, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert dock.state.frame == 10  # the person's bout
    QTest.keyClick(dock.plot, Qt.Key.Key_I)
    QTest.keyClick(dock.plot, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(dock.plot, Qt.Key.Key_O)
    assert dock.state.selection == TimeRange(10, 41)


@pytest.mark.parametrize(
    ("frame", "row", "expected"),
    [(45, 0.5, "a is still."), (45, 1.5, "rearing"), (70, 1.5, ""), (45, 2.5, "speed")],
    ids=["description", "bout", "nothing there", "speed"],
)
def test_what_hovering_says(dock: TimelineDock, frame: float, row: float, expected: str) -> None:
    text = dock.hover.text_at(frame, row)
    assert expected in text
    assert bool(text) is bool(expected)


def test_empty_states_say_what_to_do(qtbot, viewer: ViewerModel, tmp_path: Path) -> None:
    recording = make_recording(tmp_path, described=False)
    dock = TimelineDock(viewer)
    qtbot.addWidget(dock)
    assert dock.message.text() == NO_FILM
    for layer in recording_layers(recording):
        viewer.add_layer(Layer.create(*layer))
    assert dock.message.text() == NOTHING_SAID
    dock.state.set_recording(describe(recording))
    assert dock.message.text() == ""


def _turn_wheel(dock: TimelineDock, where: QPoint) -> None:
    viewport = dock.plot.viewport()
    event = QWheelEvent(
        QPointF(where),
        QPointF(viewport.mapToGlobal(where)),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)
    QTest.qWait(20)
