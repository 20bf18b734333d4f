"""The Prompt page: choices change what the model gets, and one window is tried at a click."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from endpoint_server import StandInServer, answers, serving
from napari.components import ViewerModel
from napari.layers import Layer
from qtpy.QtCore import QPoint, Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QFileDialog
from small_recordings import make_recording

from napari_mousegpt.io.recording_folder import ANSWERS
from napari_mousegpt.layers.of_recording import recording_layers
from napari_mousegpt.widgets.caption_dock import CaptionDock

pytestmark = pytest.mark.usefixtures("no_thread_left")
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandInServer]:
    for name in ("MOUSEGPT_API_KEY", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    with serving() as here:
        yield here


@pytest.fixture
def dock(qtbot, viewer: ViewerModel, tmp_path: Path, server: StandInServer) -> Iterator:
    recording = make_recording(tmp_path, ("a", "b"), described=False)
    for layer in recording_layers(recording):
        viewer.add_layer(Layer.create(*layer))
    dock = CaptionDock(viewer)
    qtbot.addWidget(dock)
    dock.resize(420, 1000)
    dock.show()
    dock.form.captioner.setCurrentText("endpoint")
    dock.form.server.setText(server.url)
    dock.form.take_server()
    dock.tabs.setCurrentWidget(dock.prompt_page)
    dock.state.go_to(0)
    qtbot.waitUntil(dock.prompt_page.try_button.isEnabled, timeout=15_000)
    yield dock
    dock.trial.stop()


def choose(dock: CaptionDock, name: str) -> None:
    """Choose words with the keyboard, as a person does."""
    words = dock.form.prompt.words
    words.setFocus()
    for _ in range(words.findData(name) - words.currentIndex()):
        QTest.keyClick(words, Qt.Key.Key_Down)


def test_what_the_model_gets_follows_the_choices(qtbot, dock: CaptionDock) -> None:
    words = dock.preview.words
    assert "There are 2 mice" not in words.text()
    choose(dock, "auto")
    qtbot.waitUntil(lambda: "There are 2 mice" in words.text(), timeout=10_000)
    assert 'Other mouse "b"' in words.text()
    box = dock.form.prompt.ethogram
    QTest.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
    dock.form.prompt.language.setCurrentText("German")
    qtbot.waitUntil(lambda: '- "rearing"' in words.text(), timeout=10_000)
    assert "in German" in words.text()
    dock.state.go_to(100)
    qtbot.waitUntil(lambda: "0:02.0" in dock.preview.title.text().split("–")[0], timeout=10_000)
    dock.form.captioner.setCurrentText("mousegpt-tiny")
    assert not dock.form.prompt.isVisible()
    assert dock.form.settings().prompt.is_default
    dock.form.captioner.setCurrentText("endpoint")
    assert dock.form.settings().prompt.preset == "auto"  # choices are kept


def test_one_window_is_tried(qtbot, dock: CaptionDock, server: StandInServer) -> None:
    page, asked = dock.prompt_page, dock.trial.asked
    choose(dock, "auto")
    qtbot.waitUntil(lambda: "There are 2 mice" in dock.preview.words.text(), timeout=10_000)
    QTest.mouseClick(page.try_button, LEFT)
    assert page.cancel_button.isVisible()
    qtbot.waitUntil(lambda: not asked.busy, timeout=30_000)
    assert page.state.text().startswith("Valid, in ")
    assert "overall: The mouse walks along the wall." in page.answer.text()
    sent = json.dumps(server.requests[-1].body)
    assert "There are 2 mice" in sent
    # What is shown is what was sent.
    told = [message["content"] for message in server.requests[-1].body["messages"]]
    assert dock.preview.words.text() == f"{told[0]}\n\n{told[1][-1]['text']}"
    assert not (dock.state.recording.folder / ANSWERS).exists()

    server.always = answers("The mouse walks.")
    QTest.mouseClick(page.try_button, LEFT)
    qtbot.waitUntil(lambda: not asked.busy, timeout=10_000)
    assert page.state.text().startswith("Not valid: expected a JSON object")
    assert page.answer.text() == "The mouse walks."

    server.latency_s = 8.0
    QTest.mouseClick(page.try_button, LEFT)
    qtbot.waitUntil(lambda: len(server.requests) > 2, timeout=10_000)
    QTest.mouseClick(page.cancel_button, LEFT)
    assert not asked.busy
    assert page.state.text() == "Cancelled."
    assert page.try_button.isEnabled()


def test_a_broken_file_is_one_sentence(
    qtbot, dock: CaptionDock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('question = "{kinematic}"', encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    words = dock.form.prompt.words
    words.setCurrentIndex(words.count() - 1)
    words.activated.emit(words.currentIndex())
    assert words.currentText() == "mine.toml"
    assert "unknown {kinematic}" in dock.preview.title.text()
    assert not dock.prompt_page.try_button.isEnabled()
    assert not dock.panel.run_button.isEnabled()
    path.write_text('question = "Was? {kinematics}"', encoding="utf-8")
    dock.state.go_to(50)  # the file counts as it is now
    qtbot.waitUntil(lambda: dock.preview.words.text().startswith("Was? "), timeout=10_000)
    assert dock.panel.run_button.isEnabled()
