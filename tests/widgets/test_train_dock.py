"""The train dock: what it asks for, shows while training, and does with the result."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from napari.components import ViewerModel
from napari.layers import Layer
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from napari_mousegpt.layers.of_recording import recording_layers
from napari_mousegpt.training.settings import TrainSettings
from napari_mousegpt.widgets import train_dock
from napari_mousegpt.widgets.caption.form import CaptionForm
from napari_mousegpt.widgets.train_dock import TrainDock
from napari_mousegpt.widgets.training.request import TrainRequest

pytestmark = pytest.mark.usefixtures("no_thread_left")
LEFT = Qt.MouseButton.LeftButton
MEASURED = {"windows": 8, "known": {"behaviour": 8}, "right": {"behaviour": 4}, "invalid": 0}
RESULT = {
    "folder": "/results/adapter",
    "captioner": "mousegpt-tiny",
    "method": "adapter",
    "before": MEASURED,
    "after": {**MEASURED, "right": {"behaviour": 6}},
    "data": {"learned_number": 30},
    "split": {"warnings": ["no held-out animal shows digging: it is not measured"]},
}


def progress(step: int, loss: float | None, accuracy: float | None) -> tuple[str, dict]:
    values = {"step": step, "steps": 4, "loss": loss, "accuracy": accuracy, "note": ""}
    more = {"behaviour_accuracy": accuracy, "measured": True, "seconds_left": 65.0 - step}
    return "progress", {**values, **more}


class StandIn:
    """Tells what the process would tell."""

    asked: TrainRequest

    def __init__(self, request: TrainRequest) -> None:
        StandIn.asked = request
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True

    def steps(self):
        yield "preparing", {"done": 1, "total": 3, "doing": "Cutting windows"}
        if self.asked.curve:
            yield "curve", {"sentence": "50 % of the facts are right with 30 windows"}
            return
        for step, loss in enumerate((None, 0.9, 0.5)):
            if self.cancelled:
                return
            yield progress(step, loss, 0.5 + 0.1 * step)
        yield "trained", RESULT


@pytest.fixture
def dock(qtbot, viewer: ViewerModel, recording, monkeypatch) -> TrainDock:
    for layer in recording_layers(recording):
        viewer.add_layer(Layer.create(*layer))
    monkeypatch.setattr(train_dock, "ChildTraining", StandIn)
    dock = TrainDock(viewer)
    qtbot.addWidget(dock)
    dock.show()
    return dock


def press(qtbot, dock: TrainDock, button) -> None:
    QTest.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: not dock.job.running, timeout=20_000)
    qtbot.wait(20)


def test_the_open_recording_is_learned_from_and_the_curve_is_drawn(
    qtbot, dock: TrainDock, recording
) -> None:
    dock.epochs.setValue(3)
    press(qtbot, dock, dock.train)
    assert StandIn.asked.recordings == (str(recording.folder),)
    assert StandIn.asked.settings == TrainSettings(method="head", epochs=3)
    assert Path(StandIn.asked.output).parent == recording.folder.parent
    assert TrainRequest.from_line(StandIn.asked.to_line()) == StandIn.asked
    assert dock.plot.losses == [(1, 0.9), (2, 0.5)]
    assert [step for step, *_ in dock.plot.measured] == [0, 1, 2]
    assert "50 → 75 % of the facts right on 8 windows" in dock.said.text()
    assert "no held-out animal shows digging" in dock.said.text()
    assert dock.use.isEnabled()


@pytest.mark.parametrize(
    ("base", "model"), [("mousegpt-tiny", None), ("/models/mine", "/models/mine")]
)
def test_the_result_goes_into_the_caption_dock(
    qtbot, dock: TrainDock, monkeypatch, base: str, model: str | None
) -> None:
    class Caption:
        form = CaptionForm()

    qtbot.addWidget(Caption.form)
    monkeypatch.setattr(train_dock, "open_dock", lambda viewer, name: Caption)
    dock.base.setCurrentText(base)
    press(qtbot, dock, dock.train)
    dock.base.setCurrentText("qwen3-vl-2b")  # it is not the base of what was trained
    QTest.mouseClick(dock.use, LEFT)
    settings = Caption.form.settings()
    assert (settings.captioner, settings.model) == ("mousegpt-tiny", model)
    assert settings.adapter == "/results/adapter"


@pytest.mark.parametrize(
    ("base", "method"),
    [
        ("qwen3-vl-2b", "adapter"),
        ("", "head"),
        ("/no/such/folder", "adapter"),
        ("~nobody-of-this-name/x", "adapter"),
        ("someone/model", "adapter"),
    ],
)
def test_another_base_changes_the_method(dock: TrainDock, base: str, method: str) -> None:
    assert (dock.method.method, dock.epochs.isEnabled()) == ("head", False)
    dock.base.setCurrentText(base)
    assert dock.method.method == method
    assert dock.epochs.isEnabled() == (method != "head")
    of_head = dock.method.model().item(dock.method.findData("head"))
    assert of_head.isEnabled() == (method == "head")  # what the base does not take is not offered
    dock.method.setCurrentIndex(dock.method.findData("full"))
    assert dock.epochs.isEnabled()
    dock.base.setCurrentText("mousegpt-tiny")
    assert (dock.method.method, dock.epochs.isEnabled()) == ("head", False)


@pytest.mark.parametrize(
    ("method", "says"), [("head", "Stopped."), ("adapter", "Stopped; Train goes on from there.")]
)
def test_what_was_stopped_goes_on_where_it_kept_its_state(
    qtbot, dock: TrainDock, monkeypatch, method: str, says: str
) -> None:
    def steps(child: StandIn):
        while not child.cancelled:
            time.sleep(0.005)
            yield "preparing", {"done": 1, "total": 3, "doing": "Cutting windows"}

    monkeypatch.setattr(StandIn, "steps", steps)
    dock.method.setCurrentIndex(dock.method.findData(method))
    QTest.mouseClick(dock.train, LEFT)
    qtbot.waitUntil(lambda: dock.said.text() == "Cutting windows …", timeout=20_000)
    press(qtbot, dock, dock.stop)
    assert StandIn.asked.settings.method == method
    assert dock.said.text() == says


def test_what_more_labels_would_bring_is_said(qtbot, dock: TrainDock) -> None:
    press(qtbot, dock, dock.more)
    assert StandIn.asked.curve
    assert dock.said.text().startswith("50 % of the facts are right with 30 windows")
    assert not dock.use.isEnabled()


def test_nothing_ticked_is_said(qtbot, dock: TrainDock) -> None:
    dock.recordings.item(0).setCheckState(Qt.CheckState.Unchecked)
    press(qtbot, dock, dock.train)
    assert "Tick a recording" in dock.problem.text()


def test_a_training_that_was_stopped_is_offered_to_go_on(
    qtbot, dock: TrainDock, tmp_path: Path
) -> None:
    state = tmp_path / "mine.training" / "state"
    state.mkdir(parents=True)
    (state / "state.json").write_text("{}")
    dock.output.setText(str(tmp_path / "mine"))
    assert "goes on" in dock.train.text()
    dock.output.setText(str(tmp_path / "other"))
    assert dock.train.text() == "Train"


@pytest.mark.slow
def test_the_process_says_what_is_missing(qtbot, viewer: ViewerModel, recording) -> None:
    for layer in recording_layers(recording):
        viewer.add_layer(Layer.create(*layer))
    dock = TrainDock(viewer)
    qtbot.addWidget(dock)
    QTest.mouseClick(dock.train, LEFT)
    qtbot.waitUntil(lambda: not dock.job.running, timeout=120_000)
    assert not dock.problem.isHidden()
    assert dock.problem.text()
