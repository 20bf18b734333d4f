"""The caption dock: has a vision-language model, or rules, describe what the animals do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari.utils.notifications import show_error
from qtpy.QtCore import QEvent, QSize, Qt
from qtpy.QtWidgets import QFrame, QSplitter, QTabWidget, QVBoxLayout, QWidget

from napari_mousegpt.widgets.caption.by_camera import (
    NOT_FILMED,
    all_have_poses,
    settings_by_camera,
)
from napari_mousegpt.widgets.caption.consent_box import with_consent
from napari_mousegpt.widgets.caption.form import CaptionForm
from napari_mousegpt.widgets.caption.look_ahead import LookAhead, Outlook, Question
from napari_mousegpt.widgets.caption.pace import Pace, in_words
from napari_mousegpt.widgets.caption.prompt_trial import PromptTrial
from napari_mousegpt.widgets.caption.run_panel import RunPanel
from napari_mousegpt.widgets.caption.runner import CaptionRunner
from napari_mousegpt.widgets.caption.said_now import SaidNow
from napari_mousegpt.widgets.caption.source_panel import SourcePanel
from napari_mousegpt.widgets.docks import open_dock, prefer_area
from napari_mousegpt.widgets.open_in_viewer import open_files
from napari_mousegpt.widgets.tall_scroll import TallScroll
from napari_mousegpt.widgets.timeline.clock import clock
from napari_mousegpt.widgets.viewer_state import state_of
from napari_mousegpt.workflows.captioner_choice import CaptionSettings

if TYPE_CHECKING:
    import napari

    from napari_mousegpt.datamodel.recording import Recording
    from napari_mousegpt.datamodel.timerange import TimeRange
    from napari_mousegpt.widgets.caption.job import Forecast
    from napari_mousegpt.workflows.caption import CaptionProgress

ROOM_FOR_PROGRESS_PX = 60
OPEN_A_VIDEO = "Open a video to begin: drop it on the window, with its poses if you have them."


class CaptionDock(QWidget):
    """What is open, the form, the run, and what is said at the present frame."""

    def __init__(self, napari_viewer: napari.viewer.Viewer) -> None:
        super().__init__()
        prefer_area("Caption")
        self.state = state_of(napari_viewer)
        self.source = SourcePanel(
            self.state,
            lambda paths: open_files(napari_viewer, paths),
            lambda: open_dock(napari_viewer, "Import"),
        )
        self.form = CaptionForm()
        self.panel = RunPanel()
        self.said = SaidNow(self.state)
        self.trial = PromptTrial(self, self.form.prompt)
        self.prompt_page = self.trial.page
        self.preview = self.prompt_page.preview
        self.tabs = QTabWidget()
        self.look_ahead = LookAhead(self)
        self.runner = CaptionRunner(self)
        self.pace = Pace()
        self._run_id: str | None = None
        self._forecast: Forecast | None = None
        self._running = CaptionSettings()
        self._build()
        self._connect()
        self._on_selection(self.state.selection)
        self._on_film()

    def _build(self) -> None:
        above = QWidget()
        layout = QVBoxLayout(above)
        layout.setContentsMargins(6, 6, 6, 6)
        for part in (self.source, _line(), self.form, _line(), self.panel):
            layout.addWidget(part)
        layout.addStretch(1)
        scroll = TallScroll(above)
        self.tabs.addTab(self.said, "What is said now")
        self.tabs.addTab(self.prompt_page, "Prompt")
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(scroll)
        splitter.addWidget(self.tabs)
        splitter.setStretchFactor(0, 0)
        splitter.setStretchFactor(1, 1)
        splitter.setChildrenCollapsible(False)
        splitter.setSizes([above.sizeHint().height() + ROOM_FOR_PROGRESS_PX, 10_000])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(splitter)

    def _connect(self) -> None:
        state, runner = self.state, self.runner
        state.film_changed.connect(self._on_film)
        state.recording_changed.connect(self._on_recording)
        state.words_changed.connect(self.said.update_text)
        state.frame_changed.connect(self._on_frame)
        state.selection_changed.connect(self._on_selection)
        state.individual_changed.connect(self._on_frame)
        state.cameras.changed.connect(self._on_cameras)
        self.form.changed.connect(self._look_ahead)
        self.tabs.currentChanged.connect(self._look_ahead)
        self.panel.run.connect(self.run)
        self.panel.cancel.connect(self.cancel)
        self.look_ahead.ready.connect(self._on_outlook)
        self.look_ahead.failed.connect(self._on_no_outlook)
        runner.opened.connect(self._on_opened)
        runner.planned.connect(self._on_planned)
        runner.progressed.connect(self._on_progress)
        runner.ended.connect(self._on_ended)
        runner.failed.connect(self._on_failed)

    def run(self) -> None:
        """Describe what the form asks for."""
        self.form.take_server()
        source, problem = self.source.source(), self._problem()
        if source is None or problem:
            self.panel.complain(problem or OPEN_A_VIDEO)
            return
        settings, *also = self._settings()
        source = with_consent(self, source, settings, self._forecast)
        if source is None:
            return
        self.look_ahead.stop()
        self.trial.stop()  # two models at once may be more than there is room for
        self._run_id = None
        self.panel.start()
        self._running = settings
        self.runner.start(source, settings, also)

    def _settings(self) -> list[CaptionSettings]:
        """What the form asks for, of each camera that is ticked."""
        chosen = self.form.chosen_cameras()
        return settings_by_camera(self.form.settings(), self.state.cameras, chosen)

    def _problem(self) -> str | None:
        cameras, chosen = self.state.cameras, self.form.chosen_cameras()
        has_poses = self.state.poses is not None
        if cameras.views:
            has_poses = all_have_poses(cameras, chosen)
        return self.form.problem(has_poses=has_poses) or (None if self._settings() else NOT_FILMED)

    def cancel(self) -> None:
        """Stop after the present batch; what was described stays."""
        self.panel.stopping()
        self.runner.cancel()

    def _on_film(self) -> None:
        self.source.refresh()
        self.form.list_individuals(self.state.individuals)
        cameras = self.state.cameras
        self.form.list_cameras(cameras.ids, [view.title for view in cameras.views])
        if self.state.recording is not None:
            self.form.view.setCurrentText(self.state.recording.video().view)
        self.said.update_text()
        self._look_ahead()

    def _on_recording(self) -> None:
        self.said.update_text()
        if not self.runner.running:
            self._on_film()

    def _on_frame(self) -> None:
        self.said.update_text()
        if self.tabs.currentWidget() is self.prompt_page:
            self._look_ahead()

    def _on_cameras(self) -> None:
        self.said.update_text()
        self._look_ahead()

    def _on_selection(self, selection: TimeRange | None) -> None:
        text = ""
        if selection is not None:
            start_s, stop_s = self.state.time_s(selection.start), self.state.time_s(selection.stop)
            text = f"{clock(start_s, 1)} – {clock(stop_s, 1)}, frames {selection}"
        self.form.select_range(selection, text)

    def _look_ahead(self) -> None:
        """Find out how much there is to do, and what the model would get."""
        if self.runner.running:
            return
        source, problem = self.source.source(), self._problem()
        self.panel.run_button.setEnabled(source is not None and problem is None)
        self.trial.forget(takes_prompt=self.form.takes_prompt())
        if source is None or problem is not None:
            self.look_ahead.stop()
            self.panel.say(problem or OPEN_A_VIDEO)
            self.preview.say(problem or OPEN_A_VIDEO)
            return
        frame = self.state.frame if self.tabs.currentWidget() is self.prompt_page else None
        settings, *also = self._settings()
        if frame is not None:
            frame = self.state.cameras.nearest_of(settings.video, frame)
        individual = self.state.individual
        self._forecast = None  # it is of the question before
        self.look_ahead.ask(Question(source, settings, frame, individual, tuple(also)))

    def _on_outlook(self, outlook: Outlook) -> None:
        settings = outlook.question.settings
        pace_s = self.pace.seconds_per_window(settings, self.state.recording)
        self.panel.complain(None)
        self.panel.show_forecast(outlook.forecast, pace_s)
        self._forecast = outlook.forecast
        if outlook.clip is not None and outlook.window is not None:
            of, time_s = settings.video, self.state.time_of
            start_s, stop_s = time_s(outlook.window.start, of), time_s(outlook.window.stop, of)
            title = f"Window {clock(start_s, 1)} – {clock(stop_s, 1)}, {outlook.clip.individual}"
            if of is not None:
                title += f", {of}"
            self.preview.show_clip(outlook.clip, outlook.words, title)
            self.trial.offer(outlook)

    def _on_no_outlook(self, problem: str) -> None:
        self.panel.say("")
        self.panel.complain(problem)
        self.preview.say(problem)

    def _on_opened(self, recording: Recording) -> None:
        self.state.poses_path = None  # they are in the recording now
        if recording is not self.state.recording:
            self.state.set_recording(recording, run_id=self._run_id)
            self.source.refresh()

    def _on_planned(self, forecast: Forecast) -> None:
        self._run_id = forecast.run_id
        self.panel.show_forecast(forecast, None)

    def _on_progress(self, progress: CaptionProgress) -> None:
        self.panel.show_progress(progress)
        if progress.captioned:
            self.pace.note(self._running, progress.seconds / progress.captioned)
        if progress.recording is not self.state.recording:
            self.state.set_recording(progress.recording, run_id=self._run_id)

    def _on_ended(self, progress: CaptionProgress | None) -> None:
        done = progress.captioned + progress.skipped if progress else 0
        total = progress.total if progress else 0
        if progress is not None and done >= total:
            text = f"Done: {progress.captioned} described in {in_words(progress.seconds)}."
        else:
            text = f"Stopped after {done} of {total}. Run goes on from there."
        if progress is not None and progress.invalid:
            text += f" {progress.invalid} without a usable answer, kept and marked."
        if progress is not None and progress.unanswered:
            text += f" {progress.unanswered} got no answer ({progress.silence})."
        self.panel.end(text)
        self._on_film()

    def _on_failed(self, problem: str) -> None:
        self.panel.end("What was described before is kept.")
        self.panel.complain(problem)
        show_error(problem)

    def sizeHint(self) -> QSize:
        """Wide enough for the form."""
        return QSize(370, 760)

    def event(self, event: QEvent) -> bool:
        """Let go of the threads when the dock goes; a run ends after its present batch."""
        if event.type() == QEvent.Type.DeferredDelete:
            self.look_ahead.stop()
            self.trial.stop()
            self.source.arrays.stop()
            self.runner.abandon()
        return super().event(event)


def _line() -> QFrame:
    line = QFrame()
    line.setFrameShape(QFrame.Shape.HLine)
    line.setStyleSheet("color: rgba(128, 128, 128, 90);")
    return line
