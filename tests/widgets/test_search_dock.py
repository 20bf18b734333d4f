"""Searching by words, filters and likeness, and what is new, in a dock without a window."""

from __future__ import annotations

from pathlib import Path

import pytest
from napari.components import ViewerModel
from napari.layers import Layer
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from turning_behaviours import described_in_turns

from napari_mousegpt.layers.of_recording import recording_layers
from napari_mousegpt.widgets.chosen_windows import chosen_windows_of
from napari_mousegpt.widgets.playback import player_of
from napari_mousegpt.widgets.search_dock import CHOOSE_ONE, NOTHING, SearchDock
from napari_mousegpt.widgets.searching.hit_list import marked

pytestmark = pytest.mark.usefixtures("no_thread_left")
LEFT, RETURN = Qt.MouseButton.LeftButton, Qt.Key.Key_Return


@pytest.fixture
def dock(qtbot, viewer: ViewerModel, tmp_path: Path) -> SearchDock:
    for layer in recording_layers(described_in_turns(tmp_path)):
        viewer.add_layer(Layer.create(*layer))
    dock = SearchDock(viewer)
    qtbot.addWidget(dock)
    dock.resize(360, 700)
    dock.show()
    yield dock
    player_of(viewer).pause()


@pytest.fixture
def ask(qtbot, dock: SearchDock):
    def ask(words: str) -> None:
        dock.query.setText(words)
        QTest.keyClick(dock.query, RETURN)
        qtbot.waitUntil(lambda: not dock.job.running, timeout=20_000)

    return ask


@pytest.mark.parametrize(
    ("words", "said", "count"),
    [("rears up", "12 windows found", 12), ("eats a pellet", NOTHING, 0)],
    ids=["found", "nothing"],
)
def test_words(dock: SearchDock, ask, words: str, said: str, count: int) -> None:
    ask(words)
    assert dock.said.text().startswith(said)
    assert dock.hits.count() == count


@pytest.mark.parametrize(
    ("question", "said", "count"),
    [
        ("find where it rears", "12 windows are described so", 12),
        ("what is the weather?", "How long does the mouse rear?", 0),
    ],
)
def test_a_question_is_answered_with_its_moments(
    qtbot, dock: SearchDock, question: str, said: str, count: int
) -> None:
    page = dock.asking
    page.question.setText(question)
    QTest.keyClick(page.question, RETURN)
    qtbot.waitUntil(lambda: not page.job.running, timeout=20_000)
    assert said in page.answer.text()
    assert page.moments.count() == count
    if count:
        page.moments.visited.emit(page.moments.spans[0])
        assert dock.chosen.spans == (page.moments.spans[0],)


def test_filters_narrow_and_explain_themselves(dock: SearchDock, ask) -> None:
    dock.filters.individual.setCurrentText("b")
    ask("rears")
    assert {span.individual for span in dock.hits.spans} == {"b"}
    dock.filters.where.setText("speed > 5 furlongs")
    ask("rears")
    assert "expected a unit among" in dock.said.text()
    assert dock.hits.count() == 0


def test_a_hit_leads_there(qtbot, dock: SearchDock, ask) -> None:
    ask("rears")
    rect = dock.hits.visualItemRect(dock.hits.item(2))
    QTest.mouseClick(dock.hits.viewport(), LEFT, pos=rect.center())
    span = dock.hits.spans[2]
    assert dock.chosen.spans == (span,)
    assert span.start <= dock.state.frame < span.stop
    assert dock.state.individual == span.individual


def test_windows_like_the_chosen_one(qtbot, dock: SearchDock, ask) -> None:
    QTest.mouseClick(dock.like, LEFT)
    assert dock.said.text() == CHOOSE_ONE
    ask("still")
    still = set(dock.hits.spans)
    dock.chosen.choose([dock.hits.spans[0]])
    QTest.mouseClick(dock.like, LEFT)
    qtbot.waitUntil(lambda: not dock.job.running, timeout=30_000)
    assert set(dock.hits.spans[:5]) < still
    assert dock.chosen.spans[0] not in dock.hits.spans


def test_what_is_new_is_named_dismissed_and_taken_back(qtbot, dock: SearchDock) -> None:
    page = dock.novelty
    QTest.mouseClick(page.line.run, LEFT)
    qtbot.waitUntil(lambda: not page.job.running, timeout=30_000)
    assert page.line.problem.isHidden(), page.line.problem.text()
    count = page.list.count()
    assert count > 1
    page.list.setCurrentRow(0)
    dismissed = page.list.span
    QTest.mouseClick(page.dismiss, LEFT)
    page.ask = lambda: "convulsion"
    page.list.setCurrentRow(0)
    QTest.mouseClick(page.name, LEFT)
    assert page.list.count() == count - 2
    QTest.mouseClick(page.undo, LEFT)
    QTest.mouseClick(page.line.run, LEFT)
    qtbot.waitUntil(lambda: not page.job.running, timeout=30_000)
    assert "; 1 windows were looked at before" in page.line.said.text()
    assert dismissed not in page.list.spans
    for _ in range(2):
        QTest.mouseClick(page.undo, LEFT)
    assert page.line.said.text() == "There is nothing to undo."


def test_nothing_is_shown_to_who_scores_blind(dock: SearchDock, ask) -> None:
    ask("rears")
    dock.state.score_blind("Anna")
    assert dock.hits.count() == 0
    assert "blind" in dock.said.text()


def test_the_choice_is_one_per_viewer(dock: SearchDock, viewer: ViewerModel) -> None:
    assert chosen_windows_of(viewer) is dock.chosen


@pytest.mark.parametrize(
    ("sentence", "words", "expected"),
    [
        ("The mouse rears.", ["rear"], "The mouse <u>rears</u>."),
        ("a < b walks", ["walks"], "a &lt; b <u>walks</u>"),
        ("nothing", [], "nothing"),
    ],
)
def test_matched_words_stand_out(sentence: str, words: list[str], expected: str) -> None:
    assert marked(sentence, words) == expected
