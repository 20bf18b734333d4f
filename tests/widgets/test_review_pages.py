"""The pages of the Label dock that assist: review, alike, agreement, scoring blind; real keys."""

from __future__ import annotations

import pandas as pd
import pytest
from napari.components import ViewerModel
from napari.layers import Layer
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.labels.actions import add_bout
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.bout_journal import replace_run_bouts
from napari_mousegpt.io.labels.session import LabelSession
from napari_mousegpt.io.recording_folder import open_recording, save_recording
from napari_mousegpt.layers.of_recording import recording_layers
from napari_mousegpt.widgets.label_dock import LabelDock
from napari_mousegpt.widgets.timeline import TimelineDock
from napari_mousegpt.workflows.evaluate import evaluate
from napari_mousegpt.workflows.evaluation_settings import EvaluationSettings
from napari_mousegpt.workflows.evaluation_table import first_look, numbers_of

pytestmark = pytest.mark.usefixtures("no_thread_left")
Key = Qt.Key
NONE, CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
ROWS = [(0, 30, "walking"), (40, 60, "rearing"), (70, 90, "digging")]


@pytest.fixture
def with_bouts() -> bool:
    return True


@pytest.fixture
def docks(qtbot, viewer: ViewerModel, recording: Recording, with_bouts: bool):
    save_recording(recording)
    with LabelSession.open(recording.folder, annotator="Anna") as session:
        anna = session.track("a")
        session.apply(add_bout(session.labels, anna, "rearing", 10, 50))
    run_id = recording.runs[0].run_id
    whose = {"video": "cam0", "individual": "a", "source": "model", "run_id": run_id}
    rows = [whose | {"start": a, "stop": b, "behaviour": name} for a, b, name in ROWS]
    if with_bouts:
        replace_run_bouts(recording.folder, run_id, make_bouts(rows))
    opened = open_recording(recording.folder).replace(descriptions=recording.descriptions)
    for layer in recording_layers(opened):
        viewer.add_layer(Layer.create(*layer))
    timeline, dock = TimelineDock(viewer), LabelDock(viewer)
    for widget in (timeline, dock):
        qtbot.addWidget(widget)
        widget.show()
    timeline.resize(1300, 300)
    dock.state.look_at("a")
    dock.annotator.setText("Berta")
    dock.begin()
    dock.review.plays.setChecked(False)
    yield timeline, dock
    dock.finish()


@pytest.fixture
def press(docks):
    def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(docks[0].plot, key, modifiers)

    return press


def own(dock: LabelDock) -> list[tuple[str, int, int]]:
    bouts = [bout for bout in dock.labelling.labels if bout.annotator == "Berta"]
    return sorted((b.behaviour, b.start, b.stop) for b in bouts)


def start_review(qtbot, dock: LabelDock, order: str = "disagreement") -> None:
    dock.review.order.setCurrentIndex(dock.review.order.findData(order))
    dock.review.start.click()
    qtbot.waitUntil(lambda: not dock.review.job.running, timeout=20_000)


def shown(dock: LabelDock) -> list[str]:
    rows = dock.review.list
    items = [rows.item(n) for n in range(rows.count()) if not rows.item(n).isHidden()]
    return [item.text().split("\n")[1].split(" ")[0] for item in items]


def test_the_queue_is_judged_by_key_and_shrinks(qtbot, docks, press) -> None:
    _, dock = docks
    start_review(qtbot, dock)
    first = dock.review.list.current
    assert dock.labelling.chosen == (first.bout_id,)
    assert dock.state.frame == first.start
    assert "Anna says rearing" in dock.review.list.item(0).text()
    assert len(shown(dock)) == 3
    press(Key.Key_Return)
    assert own(dock) == [(first.behaviour, first.start, first.stop)]
    second = dock.review.list.current
    press(Key.Key_Backspace)
    third = dock.review.list.current
    press(Key.Key_S)
    assert {first.behaviour, second.behaviour, third.behaviour} == {"walking", "rearing", "digging"}
    assert sorted(own(dock)) == sorted(
        [(first.behaviour, first.start, first.stop), ("still", third.start, third.stop)]
    )
    assert shown(dock) == []
    assert "3 of 3 judged" in dock.review.line.text()
    press(Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: shown(dock) == [third.behaviour])
    start_review(qtbot, dock)
    assert shown(dock) == [third.behaviour]


def test_next_and_previous_by_key(qtbot, docks, press) -> None:
    _, dock = docks
    start_review(qtbot, dock)
    places = [dock.review.list.current]
    for key in (Key.Key_Down, Key.Key_Down, Key.Key_Up):
        press(key, CONTROL)
        places.append(dock.review.list.current)
    assert len(set(places[:3])) == 3
    assert places[3] == places[1]


def test_elsewhere_keys_do_what_they_always_do(qtbot, docks, press) -> None:
    _, dock = docks
    start_review(qtbot, dock)
    dock.labelling.choose([])
    dock.state.go_to(100)
    press(Key.Key_S)
    assert [bout.behaviour for bout in dock.labelling.labels.open_bouts()] == ["still"]


def test_an_order_that_is_not_possible_says_why(qtbot, docks) -> None:
    _, dock = docks
    start_review(qtbot, dock, "unsure")
    assert "nobody said how sure" in dock.review.line.text()
    assert dock.review.list.count() == 0


def test_making_the_queue_is_given_up(qtbot, docks) -> None:
    _, dock = docks
    dock.review.start.click()
    assert dock.review.start.text() == "Cancel"
    dock.review.start.click()
    qtbot.wait(300)
    assert dock.review.list.count() == 0
    assert dock.review.start.text() == "Start review"


@pytest.mark.parametrize("with_bouts", [False])
def test_windows_without_bouts_are_reviewed(qtbot, docks, press) -> None:
    _, dock = docks
    start_review(qtbot, dock, "diverse")
    assert dock.review.list.count() == 4
    said = dock.review.list.current
    assert said.bout_id is None
    assert "a is" in said.text
    press(Key.Key_Return)
    assert own(dock) == [(said.behaviour, said.start, said.stop)]
    assert "1 of 4 judged" in dock.review.line.text()


def test_more_like_this_is_found_and_accepted(qtbot, docks, press) -> None:
    _, dock = docks
    dock.labelling.do(lambda now: add_bout(now, dock.labelling.track, "digging", 0, 30))
    dock.labelling.choose(b.bout_id for b in dock.labelling.labels if b.annotator == "Berta")
    dock.alike.list.plays = False
    press(Key.Key_L, CONTROL)
    qtbot.waitUntil(lambda: dock.alike.list.count() == 7, timeout=20_000)
    assert dock.tabs.currentWidget() is dock.alike
    press(Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    said = dock.alike.list.current
    press(Key.Key_Return)
    assert ("digging", said.start, said.stop) in own(dock)
    press(Key.Key_Backspace)
    assert "2 of 7 judged" in dock.alike.line.text()


def compare(qtbot, dock: LabelDock, names: set[str]) -> None:
    dock.tabs.setCurrentWidget(dock.agreement)
    people = dock.agreement.people
    for row in range(people.count()):
        ticked = people.item(row).text() in names
        people.item(row).setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
    dock.agreement.compare.click()
    qtbot.waitUntil(lambda: not dock.agreement.job.running, timeout=30_000)


def label(dock: LabelDock) -> None:
    for start, stop in ((12, 44), (70, 90)):
        dock.labelling.do(
            lambda now, a=start, b=stop: add_bout(now, dock.labelling.track, "rearing", a, b)
        )


def on_screen(dock: LabelDock) -> list[list[str]]:
    table = dock.agreement.numbers
    columns = range(table.columnCount())
    return [[table.item(n, k).text() for k in columns] for n in range(table.rowCount())]


def written(table: pd.DataFrame) -> list[list[str]]:
    return [
        ["–" if v != v else f"{v:+.2f}" if n.endswith("_s") else f"{v:.2f}"
         for n, v in zip(table.columns, row, strict=True)]
        for row in table.to_numpy().tolist()
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("names", "against"),
    [({"Anna", "Berta"}, "Anna"), ({"Anna", "Berta", "model stand-in"}, None)],
    ids=["two", "three"],
)
def test_the_numbers_are_those_of_evaluate(qtbot, docks, recording, names, against) -> None:
    _, dock = docks
    label(dock)
    compare(qtbot, dock, names)
    shown = on_screen(dock)
    summary = dock.agreement.line.text()
    dock.finish()
    others = ("Berta",) if against else ("Anna", "Berta", "model stand-in")
    expected = evaluate(recording.folder, EvaluationSettings(against=against, annotators=others))
    assert shown == written(first_look(expected))
    assert len(shown) > 1
    assert f"{len(expected.disagreements)} span" in summary
    assert len(numbers_of(expected)) > 10


def test_disagreements_lie_on_the_timeline_and_are_walked_by_key(qtbot, docks, press) -> None:
    timeline, dock = docks
    label(dock)
    compare(qtbot, dock, {"Anna", "Berta"})
    dock.agreement.show_spans.click()
    row = next(row for row in timeline.rows if row.content.label == "disagreements")
    spans = list(zip(row.content.starts.tolist(), row.content.stops.tolist(), strict=True))
    assert spans == [(10, 12), (44, 50), (70, 90)]
    text = timeline.hover.text_at(46, row.middle)
    assert "Anna: rearing" in text
    assert "Berta: nothing" in text
    dock.state.go_to(0)
    frames = []
    for key in (Key.Key_PageDown, Key.Key_PageDown, Key.Key_PageUp):
        press(key, CONTROL)
        frames.append(dock.state.frame)
    assert frames == [10, 44, 10]
    dock.agreement.show_spans.click()
    assert "disagreements" not in {row.content.label for row in timeline.rows}


def test_scoring_blind_shows_nothing_of_others(qtbot, docks, press) -> None:
    timeline, dock = docks
    label(dock)
    dock.labelling.choose(b.bout_id for b in dock.labelling.labels if b.source == "model")
    dock._show_in_layers()
    layer = dock.state.viewer.layers["bouts"]
    assert dock.state.viewer.canvas.overlays.text.visible
    everything = len(layer.data)
    dock.blind.click()
    tracks = [row.content for row in timeline.rows if hasattr(row.content, "names")]
    assert [track.label for track in tracks] == ["bouts: Berta"]
    qtbot.waitUntil(lambda: not dock.state.viewer.canvas.overlays.text.visible)
    assert set(layer.features["behavior"]) == {"rearing"}
    assert len(layer.data) == 2
    assert "model" not in set(layer.features["source"])
    for y in range(20):
        assert "Anna" not in timeline.hover.text_at(20, y / 2)
        assert "is walking" not in timeline.hover.text_at(20, y / 2)
    assert dock.labelling.chosen == ()
    assert not any(dock.tabs.isTabEnabled(n) for n in range(1, dock.tabs.count()))
    before = own(dock)
    dock.state.go_to(75)
    press(Key.Key_Return, CONTROL)
    assert own(dock) == before
    dock.finish()
    assert dock.state.is_blind
    assert not [row for row in timeline.rows if getattr(row.content, "kind", "") == "descriptions"]
    dock.blind.click()
    assert len(layer.data) >= everything
    assert not dock.state.is_blind
