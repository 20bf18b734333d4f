"""The caption dock runs, shows what comes, cancels and explains failures; nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from napari.components import ViewerModel
from napari.layers import Layer
from small_recordings import describe, make_recording

from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.layers.of_recording import recording_layers
from napari_mousegpt.widgets.caption.child_run import Step
from napari_mousegpt.widgets.caption.job import Forecast, Source
from napari_mousegpt.widgets.caption_dock import OPEN_A_VIDEO, CaptionDock
from napari_mousegpt.workflows.caption import CaptionProgress, CaptionSettings

pytestmark = pytest.mark.usefixtures("no_thread_left")


class StandInRun:
    """Describes one window at each turn of `go_on`, until cancelled."""

    def __init__(self, source: Source, settings: CaptionSettings) -> None:
        self.settings = settings
        self.source = source
        self.go_on = threading.Semaphore(0)
        self.cancelled = threading.Event()
        self.error: Exception | None = None

    def cancel(self) -> None:
        self.cancelled.set()
        self.go_on.release()

    def __iter__(self) -> Iterator[Step]:
        whole = describe(self.source.open())
        total = len(whole.descriptions)
        yield whole.replace(descriptions=whole.descriptions[:0], bouts=whole.bouts[:0])
        yield Forecast(whole.runs[0].run_id, total, 1, total, 0)
        done = whole
        for count in range(1, total + 1):
            self.go_on.acquire()
            if self.error is not None:
                raise self.error
            if self.cancelled.is_set():
                break
            done = whole.replace(descriptions=whole.descriptions[:count])
            yield CaptionProgress(count, 0, 0, total, 0.5 * count, 0.5 * (total - count), done)
        yield done


@pytest.fixture
def dock(qtbot, viewer: ViewerModel, tmp_path: Path) -> CaptionDock:
    for layer in recording_layers(make_recording(tmp_path, described=False)):
        viewer.add_layer(Layer.create(*layer))
    dock = CaptionDock(viewer)
    qtbot.addWidget(dock)
    dock.form.captioner.setCurrentText("kinematic-rules")
    dock.state.go_to(0)
    return dock


@pytest.fixture
def run(dock: CaptionDock) -> StandInRun:
    """The run that pressing the button starts."""
    runs: list[StandInRun] = []

    def make_run(source: Source, settings: CaptionSettings) -> StandInRun:
        runs.append(StandInRun(source, settings))
        return runs[0]

    dock.runner.make_run = make_run
    dock.panel.run_button.setEnabled(True)
    dock.panel.run_button.click()
    return runs[0]


def test_without_a_video_it_says_what_to_do(qtbot) -> None:
    dock = CaptionDock(ViewerModel())
    qtbot.addWidget(dock)
    assert dock.panel.forecast.text() == OPEN_A_VIDEO
    assert not dock.panel.run_button.isEnabled()


def test_it_foretells_how_much_there_is_to_do(qtbot, dock: CaptionDock) -> None:
    qtbot.waitUntil(lambda: dock.panel.forecast.text().startswith("2 windows"), timeout=10_000)
    dock.form.window_s.setValue(1.0)
    qtbot.waitUntil(lambda: dock.panel.forecast.text().startswith("4 windows"), timeout=10_000)


def test_it_shows_what_the_captioner_gets(qtbot, dock: CaptionDock) -> None:
    dock.tabs.setCurrentWidget(dock.prompt_page)
    qtbot.waitUntil(lambda: "speed" in dock.preview.words.text(), timeout=10_000)
    assert "Window 0:00.0 – 0:02.0" in dock.preview.title.text()


def test_descriptions_appear_while_it_runs(
    qtbot, viewer: ViewerModel, dock: CaptionDock, run: StandInRun
) -> None:
    run.go_on.release()
    qtbot.waitUntil(lambda: "individual_0 is walking." in dock.said.text.text())
    assert dock.panel.cancel_button.isEnabled()
    assert not dock.panel.run_button.isEnabled()
    assert dock.panel.progress.text() == "1 of 4 · 2 s left"
    assert len(viewer.layers["bouts"].data) == 1 + 1  # a window, and the person's bout
    run.go_on.release(10)
    qtbot.waitUntil(lambda: not dock.runner.running)
    assert dock.panel.progress.text() == "Done: 4 described in 2 s."
    assert dock.panel.run_button.isEnabled()


def test_cancelling_keeps_what_was_described(qtbot, dock: CaptionDock, run: StandInRun) -> None:
    run.go_on.release(2)
    qtbot.waitUntil(lambda: dock.panel.bar.value() == 2)
    dock.panel.cancel_button.click()
    qtbot.waitUntil(lambda: not dock.runner.running)
    assert dock.panel.progress.text() == "Stopped after 2 of 4. Run goes on from there."
    recording = dock.state.recording
    assert isinstance(recording, Recording)
    assert len(recording.descriptions) == 2


def test_a_failure_is_one_sentence_in_the_dock(qtbot, dock: CaptionDock, run: StandInRun) -> None:
    run.go_on.release()
    qtbot.waitUntil(lambda: dock.panel.bar.value() == 1)
    run.error = MemoryError("The model needs more memory than there is. Choose a smaller one.")
    run.go_on.release()
    qtbot.waitUntil(lambda: not dock.runner.running)
    assert dock.panel.problem.text().startswith("The model needs more memory")
    assert not dock.panel.problem.isHidden()
    assert dock.panel.run_button.isEnabled()
