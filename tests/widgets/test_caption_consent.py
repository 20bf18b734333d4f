"""The caption dock with a server: half a URL is not asked, and pictures go where they may."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from endpoint_server import StandInServer, serving
from napari.components import ViewerModel
from napari.layers import Layer
from qtpy.QtCore import Qt, QTimer
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication, QMessageBox
from small_recordings import make_recording

from napari_mousegpt.captioning.endpoint_address import Address
from napari_mousegpt.layers.of_recording import recording_layers
from napari_mousegpt.widgets.caption.job import Source
from napari_mousegpt.widgets.caption_dock import CaptionDock
from napari_mousegpt.workflows.caption import CaptionSettings

pytestmark = pytest.mark.usefixtures("no_thread_left")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandInServer]:
    monkeypatch.delenv("MOUSEGPT_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with serving() as here:
        yield here


class Started:
    """A run that only remembers what it was started with."""

    seen: list[tuple[Source, CaptionSettings]] = []  # noqa: RUF012

    def __init__(self, source: Source, settings: CaptionSettings, also: Any = ()) -> None:
        self.seen.append((source, settings))
        self.source = source

    def __iter__(self) -> Iterator[Any]:
        yield self.source.open()

    def cancel(self) -> None:
        pass


@pytest.fixture
def dock(qtbot, viewer: ViewerModel, tmp_path: Path) -> CaptionDock:
    for layer in recording_layers(make_recording(tmp_path, described=False)):
        viewer.add_layer(Layer.create(*layer))
    dock = CaptionDock(viewer)
    qtbot.addWidget(dock)
    dock.form.captioner.setCurrentText("endpoint")
    dock.runner.make_run = Started
    Started.seen.clear()
    return dock


def type_url(dock: CaptionDock, url: str, *, enter: bool = True) -> None:
    dock.form.server.clear()
    QTest.keyClicks(dock.form.server, url)
    if enter:
        QTest.keyClick(dock.form.server, Qt.Key.Key_Return)


def test_half_a_url_is_not_asked(qtbot, dock: CaptionDock, server: StandInServer) -> None:
    assert "needs a server" in dock.panel.forecast.text()
    type_url(dock, server.url, enter=False)
    assert dock.form.settings().endpoint is None
    assert not dock.panel.run_button.isEnabled()
    QTest.keyClick(dock.form.server, Qt.Key.Key_Return)
    assert dock.form.settings().endpoint == server.url
    with qtbot.waitSignal(dock.look_ahead.ready, timeout=20_000) as ready:
        pass
    assert ready.args[0].plan.captioner.model == "stand-in"
    assert "window" in dock.panel.forecast.text()
    assert not server.requests  # its models were listed, nothing was sent
    type_url(dock, "http://me:secret@host/v1")
    assert "without user" in dock.panel.forecast.text()
    assert "secret" not in dock.panel.forecast.text()


def _answer(button: str, said: list[str]) -> None:
    """Press a button of the box that comes."""

    def press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        said.append(box.text())
        (found,) = (one for one in box.buttons() if one.text().replace("&", "").startswith(button))
        QTest.mouseClick(found, Qt.MouseButton.LeftButton)

    QTimer.singleShot(200, press)


def test_a_box_says_what_goes_where(
    qtbot, dock: CaptionDock, server: StandInServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_url(dock, server.url)
    with qtbot.waitSignal(dock.look_ahead.ready, timeout=20_000):
        pass
    monkeypatch.setattr(Address, "loopback", property(lambda self: False))
    recording = dock.state.recording
    assert recording is not None
    said: list[str] = []
    _answer("Cancel", said)
    dock.panel.run_button.click()
    assert not Started.seen
    assert "uploads_allowed" not in (recording.folder / "recording.json").read_text()

    _answer("Send to 127.0.0.1", said)
    with qtbot.waitSignal(dock.runner.ended, timeout=10_000):
        dock.panel.run_button.click()
    assert len(Started.seen) == 1
    assert all("pictures (" in text and "unencrypted" in text for text in said)
    kept = json.loads((recording.folder / "recording.json").read_text())["uploads_allowed"]
    assert [entry["host"] for entry in kept] == ["127.0.0.1"]

    with qtbot.waitSignal(dock.runner.ended, timeout=10_000):
        dock.panel.run_button.click()  # not asked again
    assert len(Started.seen) == 2


def test_this_computer_needs_no_consent(qtbot, dock: CaptionDock, server: StandInServer) -> None:
    type_url(dock, server.url)
    with qtbot.waitSignal(dock.runner.ended, timeout=10_000):
        dock.panel.run_button.click()
    assert Started.seen[0][0].upload_to is None
