"""Labelling on the timeline with real mouse events, in a viewer without a window."""

from __future__ import annotations

import pytest
from napari.components import ViewerModel
from napari.layers import Layer
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from test_timeline_dock import drag, place

from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.labels.actions import add_bout
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.io.bout_journal import replace_run_bouts
from napari_mousegpt.io.recording_folder import open_recording
from napari_mousegpt.layers.of_recording import recording_layers
from napari_mousegpt.widgets.timeline import TimelineDock
from napari_mousegpt.widgets.timeline.bout_menu import bout_menu

pytestmark = pytest.mark.usefixtures("no_thread_left")
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def dock(qtbot, viewer: ViewerModel, recording: Recording):
    for layer in recording_layers(recording):
        viewer.add_layer(Layer.create(*layer))
    dock = TimelineDock(viewer)
    qtbot.addWidget(dock)
    dock.state.go_to(0)
    dock.resize(1300, 300)
    dock.show()
    qtbot.waitExposed(dock)
    qtbot.waitUntil(lambda: len(dock.traces.traces) == 2, timeout=10_000)
    run_id = recording.runs[0].run_id
    said = make_bouts(
        [
            {"start": 10, "stop": 40, "behaviour": "walking", "source": "model", "run_id": run_id}
            | {"video": recording.video().id, "individual": "a"}
        ]
    )
    replace_run_bouts(recording.folder, run_id, said)
    dock.labelling.start("Anna")
    yield dock
    dock.labelling.end()


def add(dock: TimelineDock, behaviour: str, start: int, stop: int) -> str:
    labelling = dock.labelling
    edit = labelling.do(lambda now: add_bout(now, labelling.track, behaviour, start, stop))
    return edit.added[-1].bout_id


def own_row(dock: TimelineDock) -> float:
    row = next(
        row for row in dock.rows if getattr(row.content, "key", None) == dock.labelling.track
    )
    return row.middle


def spans(dock: TimelineDock) -> list[tuple[str, int, int]]:
    labels = dock.labelling.labels
    bouts = [bout for bout in labels if bout.annotator == "Anna"]
    return sorted((bout.behaviour, bout.start, bout.stop) for bout in bouts)


def test_a_row_of_ones_own_is_there_before_the_first_bout(dock: TimelineDock) -> None:
    labels = [row.content.label for row in dock.rows if hasattr(row.content, "key")]
    assert "bouts: Anna" in labels


@pytest.mark.parametrize(
    ("start", "stop", "expected"),
    [
        (60, 80.4, ("rearing", 30, 80)),
        (60, 10, ("rearing", 30, 31)),
        (30, 12.6, ("rearing", 13, 60)),
        (30, 100, ("rearing", 59, 60)),
    ],
    ids=["stop later", "stop before start", "start earlier", "start behind stop"],
)
def test_edges_are_dragged_to_whole_frames(dock, start, stop, expected) -> None:
    add(dock, "rearing", 30, 60)
    y = own_row(dock)
    drag(dock, place(dock, start, y), place(dock, stop, y))
    assert spans(dock) == [expected]
    assert dock.state.selection is None
    dock.labelling.undo()
    assert spans(dock) == [("rearing", 30, 60)]


def test_a_chosen_bout_is_dragged_whole_and_an_unchosen_one_selects_time(dock) -> None:
    add(dock, "rearing", 30, 60)
    y = own_row(dock)
    drag(dock, place(dock, 45, y), place(dock, 75, y))
    assert spans(dock) == [("rearing", 30, 60)]
    assert dock.state.selection == TimeRange(45, 75)
    QTest.mouseClick(dock.plot.viewport(), LEFT, pos=place(dock, 45, y))
    drag(dock, place(dock, 45, y), place(dock, 75, y))
    assert spans(dock) == [("rearing", 60, 90)]


def test_the_edge_snaps_to_the_playhead_and_to_neighbours(qtbot, dock) -> None:
    add(dock, "rearing", 10, 30)
    add(dock, "walking", 50, 60)
    y = own_row(dock)
    near = 1.5 * dock.editing.tool.frames_per_px
    drag(dock, place(dock, 30, y), place(dock, 50 - near, y))
    assert spans(dock)[0] == ("rearing", 10, 50)


def test_what_a_model_said_is_not_dragged_but_accepted(qtbot, dock) -> None:
    labels = dock.labelling.labels
    of_model = next(bout for bout in labels if bout.source == "model")
    row = next(r for r in dock.rows if getattr(r.content, "key", None) == of_model.track)
    frame = (of_model.start + of_model.stop) / 2
    drag(dock, place(dock, of_model.stop, row.middle), place(dock, of_model.stop + 9, row.middle))
    assert labels[of_model.bout_id] == of_model
    QTest.mouseClick(dock.plot.viewport(), LEFT, pos=place(dock, frame, row.middle))
    assert dock.labelling.chosen == (of_model.bout_id,)
    menu = bout_menu(dock.labelling, int(frame), of_model.bout_id, dock)
    menu.actions()[0].trigger()
    assert spans(dock) == [(of_model.behaviour, of_model.start, of_model.stop)]
    assert labels[of_model.bout_id] == of_model


def test_several_are_chosen_with_control_and_shift(dock) -> None:
    ids = [add(dock, "rearing", start, start + 10) for start in (10, 40, 70)]
    y = own_row(dock)
    viewport = dock.plot.viewport()
    QTest.mouseClick(viewport, LEFT, pos=place(dock, 15, y))
    QTest.mouseClick(viewport, LEFT, Qt.KeyboardModifier.ShiftModifier, place(dock, 75, y))
    assert set(dock.labelling.chosen) == set(ids)
    QTest.mouseClick(viewport, LEFT, Qt.KeyboardModifier.ControlModifier, place(dock, 45, y))
    assert set(dock.labelling.chosen) == {ids[0], ids[2]}


def test_overlapping_bouts_lie_below_each_other(dock) -> None:
    add(dock, "rearing", 10, 60)
    add(dock, "sniffing", 30, 50)
    row = next(r for r in dock.rows if getattr(r.content, "key", None) == dock.labelling.track)
    assert [lane.starts.tolist() for lane in row.lanes] == [[10], [30]]
    top, bottom = row.lane_band(1)
    drag(dock, place(dock, 50, (top + bottom) / 2), place(dock, 70, (top + bottom) / 2))
    assert spans(dock) == [("rearing", 10, 60), ("sniffing", 30, 70)]


def test_dragging_is_given_up_with_escape(dock) -> None:
    add(dock, "rearing", 30, 60)
    y, viewport = own_row(dock), dock.plot.viewport()
    QTest.mousePress(viewport, LEFT, pos=place(dock, 60, y))
    for step in (5, 10, 15):
        QTest.mouseMove(viewport, place(dock, 60 + step, y))
        QTest.qWait(15)
    assert dock.plot.marks.moving is not None
    QTest.keyClick(dock.plot, Qt.Key.Key_Escape)
    assert dock.plot.marks.moving is None
    QTest.mouseRelease(viewport, LEFT, pos=place(dock, 75, y))
    assert spans(dock) == [("rearing", 30, 60)]


def test_labels_are_there_after_reopening(dock, recording: Recording) -> None:
    add(dock, "rearing", 30, 60)
    dock.labelling.end()
    bouts = open_recording(recording.folder).bouts
    mine = bouts[bouts["annotator"] == "Anna"]
    assert mine[["behaviour", "start", "stop", "source"]].values.tolist() == [
        ["rearing", 30, 60, "person"]
    ]


def test_the_menu_labels_the_selected_time(dock) -> None:
    dock.state.select(TimeRange(20, 40))
    menu = bout_menu(dock.labelling, 5, None, dock)
    names = [action.text() for action in menu.actions()]
    assert names == ["Label the selection as", "Erase my labels in the selection"]
    inside = menu.actions()[0].menu().actions()
    next(one for one in inside if one.text() == "digging").trigger()
    assert spans(dock) == [("digging", 20, 40)]


def test_far_from_any_bout_there_is_nothing_to_hold(dock) -> None:
    add(dock, "rearing", 30, 60)
    assert dock.editing.tool.hit(100, own_row(dock)) is None
    assert not dock.editing.tool.grab(100, own_row(dock))
