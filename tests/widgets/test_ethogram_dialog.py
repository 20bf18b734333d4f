"""The editor of the behaviours with real keys and clicks, in a viewer without a window."""

from __future__ import annotations

from pathlib import Path

import pytest
from napari.components import ViewerModel
from napari.layers import Layer
from qtpy.QtCore import Qt, QTimer
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication, QLineEdit, QMenu, QMessageBox

from napari_mousegpt.datamodel.ethogram import DEFAULT_ETHOGRAM, PALETTE
from napari_mousegpt.datamodel.ethogram_presets import PRESETS
from napari_mousegpt.datamodel.labels.actions import add_bout
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.ethogram_files import read_ethogram
from napari_mousegpt.io.recording_folder import open_recording
from napari_mousegpt.layers.of_recording import recording_layers
from napari_mousegpt.widgets.label_dock import LabelDock
from napari_mousegpt.widgets.labelling.ethogram_dialog import EthogramDialog
from napari_mousegpt.widgets.labelling.ethogram_table import BOUTS, COLOUR, KEY, KIND, NAME

pytestmark = pytest.mark.usefixtures("no_thread_left")
LEFT, Key = Qt.MouseButton.LeftButton, Qt.Key


@pytest.fixture
def dock(qtbot, viewer: ViewerModel, recording: Recording):
    for layer in recording_layers(recording):
        viewer.add_layer(Layer.create(*layer))
    dock = LabelDock(viewer)
    qtbot.addWidget(dock)
    dock.state.go_to(7)
    dock.annotator.setText("Berta")
    dock.begin()
    labelling = dock.labelling
    labelling.do(lambda now: add_bout(now, labelling.track, "rearing", 10, 50))
    yield dock
    dock.finish()


@pytest.fixture
def dialog(qtbot, dock) -> EthogramDialog:
    QTest.mouseClick(dock.dialogs.ethogram, LEFT)
    dialog = dock.dialogs.opened[EthogramDialog]
    qtbot.waitExposed(dialog)
    dialog.activateWindow()
    return dialog


def names(dialog: EthogramDialog) -> list[str]:
    return [dialog.table.item(row, NAME).text() for row in range(dialog.table.rowCount())]


def row_of(dialog: EthogramDialog, name: str) -> int:
    return names(dialog).index(name)


def write(dialog: EthogramDialog, name: str, column: int, text: str) -> None:
    """Type into a cell, as people do."""
    table = dialog.table
    item = table.item(row_of(dialog, name), column)
    table.setCurrentItem(item)
    table.editItem(item)
    editor = table.viewport().findChild(QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Key.Key_Return)
    QTest.qWait(20)  # a table takes what was written when it is back in its event loop


def behaviour(dialog: EthogramDialog, name: str):
    return next(one for one in dialog.editing.ethogram if one.name == name)


def test_renaming_takes_the_bouts_along_and_control_z_undoes(dock, dialog, recording) -> None:
    write(dialog, "rearing", NAME, "standing")
    assert [bout.behaviour for bout in dock.labelling.labels] == ["standing"]
    assert behaviour(dialog, "standing").formerly == ("rearing",)
    assert dialog.table.item(row_of(dialog, "standing"), BOUTS).text() == "1"
    assert dialog.undo.text() == "Undo rename rearing to standing"
    QTest.keyClick(dialog, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert "rearing" in names(dialog)
    dialog.redo.click()
    dock.finish()
    assert "standing" in {one.name for one in open_recording(recording.folder).ethogram}


@pytest.mark.parametrize(
    ("column", "text", "words"),
    [
        (KEY, "s", "s is the key of still"),
        (NAME, "still", "merge the two instead"),
        (NAME, "", "expected a name"),
        (KEY, "xy", "expected a key of one character"),
    ],
)
def test_what_cannot_be_is_refused_in_words(dialog, column, text, words) -> None:
    if text:
        write(dialog, "walking", column, text)
    else:
        dialog.table.changed.emit("walking", "name", "")
    assert words in dialog.message.text()
    assert dialog.editing.ethogram == DEFAULT_ETHOGRAM
    assert dialog.table.item(1, NAME).text() == "walking"
    assert dialog.table.item(1, KEY).text() == "w"


def test_a_free_key_labels_at_once(dock, dialog) -> None:
    write(dialog, "walking", KEY, "x")
    assert behaviour(dialog, "walking").key == "x"
    assert dock.keys.keys_of("label.behaviour.walking") == ("X",)


def test_remove_is_refused_where_there_are_bouts_and_merge_asks_into_what(dock, dialog) -> None:
    dialog.table.choose("rearing")
    dialog.remove.click()
    assert "rearing has 1 bouts" in dialog.message.text()
    dialog.merge.menu().aboutToShow.emit()
    offered = {action.text(): action for action in dialog.merge.menu().actions()}
    assert "rearing" not in offered
    offered["digging"].trigger()
    assert [bout.behaviour for bout in dock.labelling.labels] == ["digging"]
    dialog.table.choose("scratching")
    dialog.remove.click()
    assert not {"rearing", "scratching"} & set(names(dialog))
    dock.labelling.undo()
    dock.labelling.undo()
    assert names(dialog) == [one.name for one in DEFAULT_ETHOGRAM]


def test_add_and_order(dialog) -> None:
    dialog.add.click()
    editor = dialog.table.viewport().findChild(QLineEdit)
    QTest.keyClicks(editor, "swimming")
    QTest.keyClick(editor, Key.Key_Return)
    QTest.qWait(20)  # a table takes what was written when it is back in its event loop
    assert names(dialog)[-1] == "swimming"
    assert len({one.key for one in dialog.editing.ethogram}) == 13
    dialog.up.click()
    assert names(dialog)[-2] == "swimming"
    assert dialog.table.chosen == "swimming"


def test_a_state_becomes_a_point_only_after_a_question(dock, dialog) -> None:
    class Person:
        def __init__(self) -> None:
            self.asked: list[str] = []
            self.answer = False

        def ask(self, question: str) -> bool:
            self.asked.append(question)
            return self.answer

    person = Person()
    dock.labelling.ask_with(person.ask)
    dialog.table.changed.emit("rearing", "kind", "point")
    assert "1 bouts of rearing last longer than a frame, 1.3 s in all" in person.asked[0]
    assert behaviour(dialog, "rearing").kind == "state"
    assert dialog.table.item(row_of(dialog, "rearing"), KIND).text() == "state"
    person.answer = True
    dialog.table.changed.emit("rearing", "kind", "point")
    [bout] = dock.labelling.labels
    assert (bout.kind, bout.start, bout.stop) == ("point", 10, 11)
    dock.labelling.undo()
    [bout] = dock.labelling.labels
    assert (bout.kind, bout.start, bout.stop) == ("state", 10, 50)
    dialog.table.changed.emit("walking", "kind", "point")  # no bouts, no question
    assert behaviour(dialog, "walking").kind == "point"
    assert len(person.asked) == 2


def test_a_colour_of_the_palette_comes_first(qtbot, dialog) -> None:
    place = dialog.table.visualItemRect(dialog.table.item(1, COLOUR)).center()
    QTest.mouseClick(dialog.table.viewport(), LEFT, pos=place)
    menu = next(one for one in dialog.findChildren(QMenu) if one.isVisible())
    assert menu.actions()[0].text() == f"grey  ({DEFAULT_ETHOGRAM[0].name})"
    menu.actions()[-3].trigger()
    assert behaviour(dialog, "walking").colour == PALETTE[-1]
    menu.close()
    qtbot.waitUntil(lambda: not any(one.isVisible() for one in dialog.findChildren(QMenu)))


def answer(text: str) -> None:
    """Press a button of the question that comes next."""

    def press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        next(one for one in box.buttons() if one.text().strip("&") == text).click()

    QTimer.singleShot(100, press)


@pytest.mark.parametrize(("button", "count"), [("Replace", 13), ("Add", 19), ("Cancel", 12)])
def test_lists(dialog, button: str, count: int) -> None:
    answer(button)
    next(one for one in dialog.lists.menu().actions() if one.text() == "open field").trigger()
    found = dialog.editing.ethogram
    assert len(found) == count
    assert "rearing" in names(dialog)  # it has a bout
    new = {one.name for one in PRESETS["open field"]}
    assert (new <= set(names(dialog))) == (button != "Cancel")
    assert len({one.key for one in found}) == count


def test_files(dialog, tmp_path: Path, shared_data: Path, monkeypatch) -> None:
    path = tmp_path / "mine.csv"
    dialog.editing.save(path)
    assert read_ethogram(path) == dialog.editing.ethogram
    boris = shared_data / "annotations/boris/test.boris"
    found = dialog.editing.read(boris)
    dialog.editing.take_list(found, title="test.boris", replace=False)
    assert {one.name for one in found} <= set(names(dialog))
    assert dialog.editing.read(tmp_path / "no.csv") is None
    assert "no.csv" in dialog.message.text()


def test_example_frames_with_stills(qtbot, dock, dialog, recording) -> None:
    dialog.table.choose("rearing")
    dialog.add_example.click()
    assert behaviour(dialog, "rearing").example_frames == (("cam0", 7),)
    examples = dialog.examples
    qtbot.waitUntil(lambda: "data:image" in examples.item(0).toolTip(), timeout=10_000)
    assert not examples.item(0).icon().isNull()
    dock.state.go_to(60)
    place = examples.visualItemRect(examples.item(0)).center()
    QTest.mouseClick(examples.viewport(), LEFT, pos=place)
    assert dock.state.frame == 7
    dialog.remove_example.click()
    assert behaviour(dialog, "rearing").example_frames == ()
    dock.labelling.undo()
    dock.finish()
    stored = open_recording(recording.folder).ethogram
    assert [one.example_frames for one in stored if one.name == "rearing"] == [(("cam0", 7),)]


def test_without_a_session_it_is_for_looking_only(dock, dialog) -> None:
    dock.finish()
    assert "Start labelling" in dialog.reason.text()
    assert not dialog.add.isEnabled()
    assert not dialog.table.item(0, NAME).flags() & Qt.ItemFlag.ItemIsEditable
    assert names(dialog)
    dock.begin()
    assert dialog.reason.isHidden()
