"""What is new: run, look, name or dismiss, take back. Knows the shared choice, not the map."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QHBoxLayout, QInputDialog, QLabel, QPushButton, QVBoxLayout, QWidget

from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.widgets.background_job import BackgroundJob
from napari_mousegpt.widgets.job_line import JobLine
from napari_mousegpt.widgets.searching.hit_list import HitList
from napari_mousegpt.widgets.viewer_state import ViewerState
from napari_mousegpt.workflows.novelty import Novelties, NoveltySettings, settle, take_back
from napari_mousegpt.workflows.search_jobs import look_for_the_new

HELP = (
    "Moments that are unlike all others. Look at each; what you name or dismiss counts as known "
    "the next time, and so does what is like it."
)


class NoveltyPage(QWidget):
    """A list of strange moments, the strangest first.

    Signals
    -------
    visited
        The moment that was clicked.
    """

    visited = Signal(object)

    def __init__(self, state: ViewerState) -> None:
        super().__init__()
        self._state = state
        self.job = BackgroundJob(self)
        self.line = JobLine(self.job, "Look for the new")
        self.list = HitList()
        self.name, self.dismiss = QPushButton("Name …"), QPushButton("Dismiss")
        self.undo, self.note = QPushButton("Undo"), QLabel(HELP, wordWrap=True)
        # Asks for a name; a test puts its own answer here.
        self.ask: Callable[[], str] = self._ask
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.addWidget(self.note)
        layout.addWidget(self.line)
        layout.addWidget(self.list, 1)
        buttons = QHBoxLayout()
        for button in (self.name, self.dismiss, self.undo):
            buttons.addWidget(button)
        layout.addLayout(buttons)
        self.line.asked.connect(self.run)
        self.job.done.connect(self._on_found)
        self.list.visited.connect(self.visited)
        self.name.clicked.connect(self._on_name)
        self.dismiss.clicked.connect(lambda: self._settle(None))
        self.undo.clicked.connect(self._on_undo)

    def run(self) -> None:
        """Look for the new in the recording."""
        recording = self._state.recording
        if recording is not None:
            self.job.start(look_for_the_new, Path(recording.folder), NoveltySettings())

    def forget(self) -> None:
        """There is another recording."""
        self.list.clear()
        self.line.say("")
        self.line.complain("")

    def _on_found(self, found: Novelties) -> None:
        moments = found.moments
        recording = self._state.recording
        if recording is None:
            return
        moments = moments[moments["video"] == recording.video().id]
        self.list.show_moments(moments, self._state.time_s, score="novelty")
        text = f"Round {found.round}: {len(moments)} moments"
        if found.looked_at:
            text += f"; {found.looked_at} windows were looked at before"
        self.line.say(text if len(moments) else "Nothing stands out.")

    def _on_name(self) -> None:
        name = self.ask() if self.list.span is not None else ""
        if name:
            self._settle(name)

    def _settle(self, name: str | None) -> None:
        recording, span = self._state.recording, self.list.span
        if recording is None or span is None:
            return
        video = recording.video().id
        settle(recording, video, span.start, span.stop, name, individual=span.individual)
        self.line.say(f"{'Named ' + name if name else 'Dismissed'}: {self.list.count() - 1} left")
        self.list.takeItem(self.list.currentRow())

    def _on_undo(self) -> None:
        recording: Recording | None = self._state.recording
        if recording is None:
            return
        done = take_back(recording)
        self.line.say("Taken back; look again to see it." if done else "There is nothing to undo.")

    def _ask(self) -> str:
        name, agreed = QInputDialog.getText(self, "Name this moment", "What is it?")
        return name.strip() if agreed else ""
