"""Correcting descriptions with real keys, in a viewer without a window."""

from __future__ import annotations

import pytest
from napari.components import ViewerModel
from napari.layers import Layer
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from napari_mousegpt.datamodel.description import Description
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.labels.session import LabelSession
from napari_mousegpt.io.recording_folder import append_answers, open_recording, save_recording
from napari_mousegpt.layers.of_recording import recording_layers
from napari_mousegpt.widgets.caption.said_now import SaidNow
from napari_mousegpt.widgets.label_dock import LabelDock
from napari_mousegpt.widgets.labelling.window_words import as_keywords
from napari_mousegpt.widgets.timeline import TimelineDock

pytestmark = pytest.mark.usefixtures("no_thread_left")
CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
Key = Qt.Key


@pytest.fixture
def described(recording: Recording) -> Recording:
    """The windows of the recording as answers on disk; the last of animal a cannot be used."""
    save_recording(recording)
    rows = []
    for row in recording.descriptions.itertuples():
        said = Description(row.overall, row.head, keywords=tuple(row.keywords))
        usable = (row.individual, row.start) != ("a", 90)
        rows.append(
            {name: getattr(row, name) for name in ("run_id", "video", "individual")}
            | {"start": int(row.start), "stop": int(row.stop), "valid": usable}
            | {
                "text": said.to_text() if usable else "no",
                "problem": None if usable else "not JSON",
            }
        )
    append_answers(recording, rows)
    return open_recording(recording.folder)


@pytest.fixture
def dock(qtbot, viewer: ViewerModel, described: Recording):
    for layer in recording_layers(described):
        viewer.add_layer(Layer.create(*layer))
    dock = LabelDock(viewer)
    qtbot.addWidget(dock)
    dock.state.go_to(5)
    dock.annotator.setText("Anna")
    dock.begin()
    dock.tabs.setCurrentWidget(dock.descriptions)
    dock.show()
    qtbot.waitExposed(dock)
    dock.activateWindow()
    yield dock
    dock.finish()


def write(dock: LabelDock, level: str, text: str) -> None:
    edit = dock.descriptions.fields[level].edit
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, text)


def end(dock: LabelDock, level: str, key: Qt.Key = Key.Key_Return, modifier=CONTROL) -> None:
    QTest.keyClick(dock.descriptions.fields[level].edit, key, modifier)


def shown(dock: LabelDock, level: str) -> str:
    return dock.descriptions.fields[level].edit.toPlainText()


def test_a_correction_is_one_action_and_the_words_follow(qtbot, dock, described) -> None:
    state, page = dock.state, dock.descriptions
    said = SaidNow(state)
    qtbot.addWidget(said)
    state.words_changed.connect(said.update_text)
    write(dock, "overall", "It rears at the wall.")
    assert "Anna" not in page.title.text()
    end(dock, "overall")
    field = page.fields["overall"]
    assert "as the model said: a is walking." in field.original.text()
    assert not field.revert.isHidden()
    assert "corrected by Anna" in page.title.text()
    assert page.count.text() == "1 of 8 windows corrected"
    assert "It rears at the wall." in said.text.text()
    row = state.said.row_at("a", 5)
    assert state.said.sentences[row] == "It rears at the wall."
    dock.labelling.undo()
    assert shown(dock, "overall") == "a is walking."
    assert field.original.isHidden()
    dock.labelling.redo()
    dock.finish()
    table = open_recording(described.folder).descriptions
    assert table["corrected_by"].notna().sum() == 1
    assert "It rears at the wall." in set(table["overall"])


def test_leaving_saves_and_escape_does_not(dock) -> None:
    write(dock, "head", "Head down.")
    dock.descriptions.fields["torso"].edit.setFocus()
    assert shown(dock, "head") == "Head down."
    assert len(dock.labelling.labels.corrections) == 1
    write(dock, "head", "Nonsense")
    end(dock, "head", Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    assert shown(dock, "head") == "Head down."
    assert dock.labelling.session.history.undo_count == 1


def test_a_level_goes_back_to_what_the_model_said(dock) -> None:
    for again in ("by button", "by writing the same"):
        write(dock, "head", "Head down.")
        end(dock, "head")
        assert len(dock.labelling.labels.corrections) == 1
        if again == "by button":
            dock.descriptions.fields["head"].revert.click()
        else:
            write(dock, "head", "Head up.")
            end(dock, "head")
        assert not dock.labelling.labels.corrections
        assert shown(dock, "head") == "Head up."


def test_overall_is_never_empty_but_other_levels_may_be(dock, qtbot) -> None:
    told: list[str] = []
    dock.labelling.failed.connect(told.append)
    for level in ("overall", "head"):
        dock.descriptions.fields[level].edit.setFocus()
        dock.descriptions.fields[level].edit.selectAll()
        end(dock, level, Key.Key_Delete, Qt.KeyboardModifier.NoModifier)
        end(dock, level)
    assert shown(dock, "overall") == "a is walking."
    assert shown(dock, "head") == ""
    assert len(told) == 1


def test_another_behaviour_offers_a_label(dock) -> None:
    page = dock.descriptions
    assert page.offer.isHidden()
    write(dock, "keywords", "rearing, slow")
    end(dock, "keywords")
    assert page.offer.text() == "Label this window as “rearing”"
    assert dock.state.said.behaviours[dock.state.said.row_at("a", 5)] == "rearing"
    page.offer.click()
    [bout] = [one for one in dock.labelling.labels if one.annotator == "Anna"]
    assert (bout.behaviour, bout.individual, bout.start, bout.stop) == ("rearing", "a", 0, 30)
    assert page.offer.isHidden()
    dock.labelling.undo()
    assert not page.offer.isHidden()
    write(dock, "keywords", "levitating")  # not in the ethogram
    end(dock, "keywords")
    assert page.offer.isHidden()


def test_windows_by_key_and_animals_by_choice(dock) -> None:
    edit = dock.descriptions.fields["head"].edit
    edit.setFocus()
    QTest.keyClick(edit, Key.Key_PageDown, ALT)
    assert dock.state.frame == 30
    assert shown(dock, "overall") == "a is still."
    QTest.keyClick(edit, Key.Key_PageUp, ALT)
    assert dock.state.frame == 0
    QTest.keyClick(dock, Key.Key_PageDown, ALT)  # as on the timeline and the canvas
    assert dock.state.frame == 30
    dock.descriptions.animal.textActivated.emit("b")
    assert shown(dock, "overall") == "b is still."


def test_the_page_stays_while_somebody_writes(dock) -> None:
    write(dock, "head", "Head do")
    dock.state.go_to(40)
    assert shown(dock, "overall") == "a is walking."
    QTest.keyClicks(dock.descriptions.fields["head"].edit, "wn.")
    end(dock, "head")
    [key] = dock.labelling.labels.corrections
    assert (key.start, key.level) == (0, "head")
    assert shown(dock, "overall") == "a is still."  # and then it follows


def test_answers_without_use_and_recordings_for_looking_only(dock, described) -> None:
    page = dock.descriptions
    dock.state.go_to(95)
    assert "not JSON" in page.reason.text()
    assert page.fields["overall"].edit.isReadOnly()
    dock.state.go_to(5)
    assert page.reason.isHidden()
    dock.finish()
    with LabelSession.open(described.folder, annotator="Berta"):
        dock.begin()
        assert "Berta" in page.reason.text()
        assert page.fields["overall"].edit.isReadOnly()
        dock.finish()
    assert "Start labelling" in page.reason.text()


def test_corrected_windows_are_marked_on_the_timeline(qtbot, dock, viewer) -> None:
    timeline = TimelineDock(viewer)
    qtbot.addWidget(timeline)
    write(dock, "head", "Head down.")
    end(dock, "head")

    def marked() -> list[bool]:
        tracks = [row.content for row in timeline.rows if hasattr(row.content, "kind")]
        said = next(one for one in tracks if one.kind == "descriptions" and one.individual == "a")
        return [] if said.marked is None else said.marked.tolist()

    qtbot.waitUntil(lambda: marked() == [True, False, False, False], timeout=5_000)
    dock.labelling.undo()
    qtbot.waitUntil(lambda: not any(marked()), timeout=5_000)


@pytest.mark.parametrize(
    ("text", "words"),
    [("a, b;c", ["a", "b", "c"]), (" a ,,a", ["a"]), ("", []), (" , ", [])],
)
def test_keywords_are_words_between_commas(text: str, words: list[str]) -> None:
    assert as_keywords(text) == words
