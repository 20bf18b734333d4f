"""The label dock with real keys on the timeline, in a viewer without a window."""

from __future__ import annotations

import pytest
from napari.components import ViewerModel
from napari.layers import Layer
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.labels.behaviours import set_behaviour
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.io.bout_journal import replace_run_bouts
from napari_mousegpt.io.labels.session import LabelSession
from napari_mousegpt.io.recording_folder import open_recording
from napari_mousegpt.layers.of_recording import recording_layers
from napari_mousegpt.widgets.label_dock import LabelDock
from napari_mousegpt.widgets.timeline import TimelineDock

pytestmark = pytest.mark.usefixtures("no_thread_left")
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier
Key = Qt.Key


@pytest.fixture
def docks(qtbot, viewer: ViewerModel, recording: Recording):
    run_id = recording.runs[0].run_id
    whose = {"video": "cam0", "individual": "a", "source": "model", "run_id": run_id}
    rows = [
        {"start": 0, "stop": 30, "behaviour": "walking"},
        {"start": 40, "stop": 60, "behaviour": "rearing"},
        {"start": 70, "stop": 90, "behaviour": "digging"},
    ]
    replace_run_bouts(recording.folder, run_id, make_bouts([row | whose for row in rows]))
    for layer in recording_layers(recording):
        viewer.add_layer(Layer.create(*layer))
    timeline, dock = TimelineDock(viewer), LabelDock(viewer)
    for widget in (timeline, dock):
        qtbot.addWidget(widget)
        widget.show()
    timeline.resize(1300, 300)
    dock.state.go_to(0)
    dock.annotator.setText("Anna")
    dock.begin()
    yield timeline, dock
    dock.finish()


@pytest.fixture
def press(docks):
    timeline, dock = docks

    def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE, at: int | None = None) -> None:
        if at is not None:
            dock.state.go_to(at)
        QTest.keyClick(timeline.plot, key, modifiers)

    return press


def own(dock: LabelDock) -> list[tuple[str, int, int]]:
    bouts = [bout for bout in dock.labelling.labels if bout.source == "person"]
    return sorted((b.behaviour, b.start, b.stop) for b in bouts if not b.open)


def test_a_letter_starts_and_stops_a_state(docks, press) -> None:
    _, dock = docks
    press(Key.Key_E, at=10)
    assert [bout.behaviour for bout in dock.labelling.labels.open_bouts()] == ["rearing"]
    press(Key.Key_E, at=42)
    assert own(dock) == [("rearing", 10, 42)]
    press(Key.Key_Z, CONTROL)
    press(Key.Key_Z, CONTROL)
    assert own(dock) == []
    press(Key.Key_Z, CONTROL | SHIFT)
    press(Key.Key_Z, CONTROL | SHIFT)
    assert own(dock) == [("rearing", 10, 42)]


def test_a_letter_labels_the_selected_time(docks, press) -> None:
    _, dock = docks
    dock.state.select(TimeRange(20, 50))
    press(Key.Key_D)
    assert own(dock) == [("digging", 20, 50)]
    assert dock.state.selection is None


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ([(Key.Key_BracketLeft, NONE, 30)], [("rearing", 30, 60)]),
        ([(Key.Key_BracketRight, NONE, 49)], [("rearing", 20, 50)]),
        ([(Key.Key_Return, SHIFT, 69)], [("rearing", 20, 70)]),
        ([(Key.Key_Return, SHIFT, 5)], [("rearing", 5, 60)]),
        ([(Key.Key_Slash, NONE, 40)], [("rearing", 20, 40), ("rearing", 40, 60)]),
        ([(Key.Key_Delete, NONE, 40)], []),
        ([(Key.Key_D, NONE, 40)], [("digging", 20, 60)]),
    ],
    ids=["start", "stop", "extend on", "extend back", "split", "remove", "change"],
)
def test_keys_change_the_chosen_bout(docks, press, keys, expected) -> None:
    _, dock = docks
    dock.state.select(TimeRange(20, 60))
    press(Key.Key_E)
    dock.labelling.choose(b.bout_id for b in dock.labelling.labels if b.source == "person")
    for key, modifiers, frame in keys:
        press(key, modifiers, at=frame)
    assert own(dock) == expected
    press(Key.Key_Z, CONTROL)
    assert own(dock) == [("rearing", 20, 60)]


def test_a_models_bouts_are_accepted_and_rejected_one_after_the_other(docks, press) -> None:
    _, dock = docks
    press(Key.Key_Return, at=5)
    assert own(dock) == [("walking", 0, 30)]
    assert [bout.behaviour for bout in dock.labelling.chosen_bouts] == ["rearing"]
    assert dock.state.frame == 40
    press(Key.Key_Backspace)
    press(Key.Key_Return)
    assert own(dock) == [("digging", 70, 90), ("walking", 0, 30)]
    looked = dock.labelling.labels.assessed_table()
    assert looked[["start", "stop", "behaviours"]].values.tolist() == [
        [0, 30, ["walking"]],
        [40, 60, ["rearing"]],
        [70, 90, ["digging"]],
    ]


def test_everything_of_a_model_is_accepted_by_one_key(docks, press) -> None:
    _, dock = docks
    press(Key.Key_Return, CONTROL, at=5)
    assert [name for name, *_ in own(dock)] == ["digging", "rearing", "walking"]
    press(Key.Key_Z, CONTROL)
    assert own(dock) == []


def test_letters_are_given_back(docks, press) -> None:
    _, dock = docks
    dock.with_keys.setChecked(False)
    press(Key.Key_E, at=10)
    assert not dock.labelling.labels.open_bouts()
    assert dock.keys.mode is None


def test_a_key_that_changes_in_the_ethogram_changes_at_once(docks, press) -> None:
    _, dock = docks
    dock.labelling.do(lambda now: set_behaviour(now, "rearing", key="x"))
    press(Key.Key_X, at=10)
    assert [bout.behaviour for bout in dock.labelling.labels.open_bouts()] == ["rearing"]
    assert dock.keys.keys_of("label.behaviour.rearing") == ("X",)


def test_animals_and_targets_by_number(docks, press) -> None:
    _, dock = docks
    press(Key.Key_2, CONTROL)
    press(Key.Key_1, Qt.KeyboardModifier.AltModifier)
    dock.state.select(TimeRange(20, 50))
    press(Key.Key_N)
    [bout] = [one for one in dock.labelling.labels if one.source == "person"]
    assert (bout.individual, bout.target) == ("b", "a")


def test_all_is_there_after_the_end_and_undo_reaches_back(docks, press, recording) -> None:
    _, dock = docks
    press(Key.Key_E, at=10)
    press(Key.Key_E, at=42)
    dock.finish()
    assert dock.labelling.session is None
    assert dock.keys.mode is None
    mine = open_recording(recording.folder).bouts
    mine = mine[mine["annotator"] == "Anna"]
    assert mine[["behaviour", "start", "stop"]].values.tolist() == [["rearing", 10, 42]]
    dock.begin()
    press(Key.Key_Z, CONTROL)
    press(Key.Key_Z, CONTROL)
    assert own(dock) == []


def test_a_recording_that_somebody_labels_is_for_looking_only(docks, recording, qtbot) -> None:
    _, dock = docks
    dock.finish()
    with LabelSession.open(recording.folder, annotator="Berta"):
        dock.begin()
        assert dock.labelling.session.read_only
        assert "Berta" in dock.save_line.text.text()
        assert not dock.undo.isEnabled()
        dock.finish()


def test_the_panel_changes_the_chosen_bout(docks) -> None:
    _, dock = docks
    dock.state.select(TimeRange(20, 60))
    dock.by_key.behaviour("rearing")
    dock.labelling.choose(b.bout_id for b in dock.labelling.labels if b.source == "person")
    panel = dock.chosen
    panel.comment.setText("at the wall")
    panel.comment.editingFinished.emit()
    panel.stop.setValue(69)
    panel.stop.editingFinished.emit()
    panel.behaviour.textActivated.emit("digging")
    [bout] = dock.labelling.chosen_bouts
    assert (bout.behaviour, bout.start, bout.stop, bout.comment) == (
        "digging",
        20,
        70,
        "at the wall",
    )


def test_layers_follow_the_labels(docks, press, qtbot) -> None:
    _, dock = docks
    press(Key.Key_E, at=10)
    press(Key.Key_E, at=42)
    qtbot.waitUntil(
        lambda: "rearing" in set(dock.state.recording.bouts.query("annotator == 'Anna'").behaviour),
        timeout=5_000,
    )
    layer = dock.state.viewer.layers["bouts"]
    assert "rearing" in set(layer.features["behavior"])


def test_going_from_start_to_start_passes_over_an_empty_row(docks, press) -> None:
    _, dock = docks
    press(Key.Key_Right, CONTROL, at=5)  # one's own row is empty
    assert dock.state.frame == 30
    press(Key.Key_Left, CONTROL)
    assert dock.state.frame == 0


def test_a_letter_leaves_alone_what_is_chosen_elsewhere(docks, press) -> None:
    _, dock = docks
    dock.state.select(TimeRange(20, 40))
    press(Key.Key_E)
    dock.labelling.choose(b.bout_id for b in dock.labelling.labels if b.source == "person")
    press(Key.Key_D, at=80)
    assert own(dock) == [("rearing", 20, 40)]
    assert [bout.behaviour for bout in dock.labelling.labels.open_bouts()] == ["digging"]


def test_undo_and_redo_choose_nothing_and_escape_chooses_no_more(docks, press) -> None:
    _, dock = docks
    dock.state.select(TimeRange(20, 40))
    press(Key.Key_E)
    press(Key.Key_Z, CONTROL)
    press(Key.Key_Z, CONTROL | SHIFT)
    assert dock.labelling.chosen == ()
    dock.labelling.choose(b.bout_id for b in dock.labelling.labels if b.source == "person")
    press(Key.Key_Escape)
    assert dock.labelling.chosen == ()


@pytest.mark.parametrize("key", ["Backspace", "Delete", "Enter"])
def test_keys_of_labelling_go_before_those_of_any_layer_of_ours(docks, key: str) -> None:
    _, dock = docks
    for layer in dock.state.viewer.layers:
        assert any(str(binding) == key for binding in layer.keymap), layer.name
