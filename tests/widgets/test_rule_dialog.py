"""Bouts by rule, seen on the timeline before they are made."""

from __future__ import annotations

import pytest
from napari.components import ViewerModel
from napari.layers import Layer
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.bout_journal import replace_run_bouts
from napari_mousegpt.io.labels.session import LabelSession
from napari_mousegpt.layers.of_recording import recording_layers
from napari_mousegpt.widgets.label_dock import LabelDock
from napari_mousegpt.widgets.labelling.rule_dialog import RuleDialog
from napari_mousegpt.widgets.timeline import TimelineDock

pytestmark = pytest.mark.usefixtures("no_thread_left")
LEFT = Qt.MouseButton.LeftButton
SAID = [("walking", 0, 20), ("walking", 26, 50), ("rearing", 60, 64), ("digging", 80, 110)]


@pytest.fixture
def docks(qtbot, viewer: ViewerModel, recording: Recording):
    run_id = recording.runs[0].run_id
    whose = {"video": "cam0", "individual": "a", "source": "model", "run_id": run_id}
    rows = [whose | {"behaviour": name, "start": a, "stop": b} for name, a, b in SAID]
    replace_run_bouts(recording.folder, run_id, make_bouts(rows))
    for layer in recording_layers(recording):
        viewer.add_layer(Layer.create(*layer))
    timeline, dock = TimelineDock(viewer), LabelDock(viewer)
    for widget in (timeline, dock):
        qtbot.addWidget(widget)
        widget.show()
    dock.annotator.setText("Anna")
    dock.begin()
    yield timeline, dock
    dock.finish()


@pytest.fixture
def dialog(qtbot, docks) -> RuleDialog:
    dock = docks[1]
    QTest.mouseClick(dock.dialogs.rules, LEFT)
    dialog = dock.dialogs.opened[RuleDialog]
    qtbot.waitUntil(dialog.apply.isEnabled, timeout=10_000)
    return dialog


def preview(timeline: TimelineDock) -> list[tuple[str, int, int]]:
    found = []
    for row in timeline.rows:
        if getattr(row.content, "label", "") == "preview":
            track = row.content
            names = [track.names[code] for code in track.codes]
            found += list(zip(names, track.starts.tolist(), track.stops.tolist(), strict=True))
    return sorted(found)


def own(dock: LabelDock) -> list[tuple[str, int, int]]:
    mine = [bout for bout in dock.labelling.labels if bout.source == "person"]
    return sorted((bout.behaviour, bout.start, bout.stop) for bout in mine)


def test_the_preview_follows_the_sliders_and_apply_makes_one_action(qtbot, docks, dialog) -> None:
    timeline, dock = docks
    assert dialog.source.currentText() == "stand-in: bouts"
    expected = [("digging", 80, 110), ("walking", 0, 50)]
    assert preview(timeline) == expected  # 6 frames are 0.2 s, 4 frames are less than 0.3 s
    assert [dialog.table.item(row, 0).text() for row in range(3)] == [
        "walking",
        "digging",
        "rearing",
    ]
    assert [dialog.table.item(0, column).text() for column in (1, 2, 3, 4)] == [
        "2",
        "1",
        "1.5",
        "1.7",
    ]
    dialog.gap_s.setValue(0.1)
    dialog.min_s.setValue(0.0)
    assert not dialog.apply.isEnabled()  # what is shown is not what would be made
    qtbot.waitUntil(dialog.apply.isEnabled, timeout=10_000)
    assert preview(timeline) == sorted(SAID)
    assert own(dock) == []
    QTest.mouseClick(dialog.apply, LEFT)
    assert own(dock) == sorted(SAID)
    assert preview(timeline) == []
    assert all(
        "not looked at one by one" in bout.comment
        for bout in dock.labelling.labels
        if bout.source == "person"
    )
    assert not dock.labelling.labels.assessed
    dock.labelling.undo()
    assert own(dock) == []


def test_cancel_leaves_nothing(docks, dialog) -> None:
    timeline, dock = docks
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert preview(timeline) == []
    assert dock.labelling.session.history.undo_count == 0


def test_descriptions_are_a_source_too(qtbot, docks, dialog) -> None:
    timeline, _ = docks
    titles = [dialog.source.itemText(place) for place in range(dialog.source.count())]
    assert titles == ["stand-in: bouts", "stand-in: descriptions"]
    dialog.source.setCurrentText(titles[1])
    qtbot.waitUntil(dialog.apply.isEnabled, timeout=10_000)
    assert ("still", 30, 60) in preview(timeline)  # windows of both animals


def test_labels_made_meanwhile_stand(qtbot, docks, dialog) -> None:
    timeline, dock = docks
    from napari_mousegpt.datamodel.labels.actions import add_bout

    dock.labelling.do(lambda now: add_bout(now, dock.labelling.track, "walking", 10, 45))
    qtbot.waitUntil(dialog.apply.isEnabled, timeout=10_000)
    assert preview(timeline) == [("digging", 80, 110), ("walking", 0, 10)]
    assert "1 give way" in dialog.message.text()


def test_reasons(qtbot, docks, dialog, recording) -> None:
    timeline, dock = docks
    dock.blind.setChecked(True)
    assert preview(timeline) == []
    dock.blind.setChecked(False)
    dock.finish()
    assert "Start labelling" in dialog.message.text()
    assert not dialog.apply.isEnabled()
    assert preview(timeline) == []
    with LabelSession.open(recording.folder, annotator="Berta"):
        dock.begin()
        assert "Berta" in dialog.message.text()
        dock.finish()
