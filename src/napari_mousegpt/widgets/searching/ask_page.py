"""A question in plain language, the answer, and the moments it rests on. Knows no dock."""

from __future__ import annotations

import html
from pathlib import Path

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from napari_mousegpt.analysis.asking.question import HERE, KINDS
from napari_mousegpt.widgets.background_job import BackgroundJob
from napari_mousegpt.widgets.searching.hit_list import HitList
from napari_mousegpt.widgets.viewer_state import ViewerState
from napari_mousegpt.workflows.ask import Answered
from napari_mousegpt.workflows.search_jobs import ask_about

EXAMPLES = "Such as:<br>" + "<br>".join(
    html.escape(example) for kind, example in KINDS.items() if kind != "compare"
)


class AskPage(QWidget):
    """One line to ask, the answer in sentences, its moments to click.

    Signals
    -------
    visited
        The moment that was clicked.
    """

    visited = Signal(object)

    def __init__(self, state: ViewerState) -> None:
        super().__init__()
        self._state = state
        self._folder: Path | None = None
        self.job = BackgroundJob(self)
        self.question = QLineEdit(placeholderText="How long does it rear?", clearButtonEnabled=True)
        self.ask_button = QPushButton("Ask")
        self.answer = QLabel(EXAMPLES, wordWrap=True)
        self.moments = HitList()
        line = QHBoxLayout()
        line.addWidget(self.question, 1)
        line.addWidget(self.ask_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.addLayout(line)
        column.addWidget(self.answer)
        column.addWidget(self.moments, 1)
        self.question.returnPressed.connect(self.ask)
        self.ask_button.clicked.connect(self.ask)
        self.moments.visited.connect(self.visited)
        self.job.done.connect(self._on_answered)
        self.job.failed.connect(self._on_failed)
        self.follow(None)

    def follow(self, folder: Path | None) -> None:
        """Another recording, or none, is asked about."""
        self._folder = folder
        self.job.cancel()
        self.moments.clear()
        self.answer.setText(EXAMPLES)
        self.ask_button.setEnabled(folder is not None)

    def ask(self) -> None:
        """Ask what stands in the line."""
        text = self.question.text().strip()
        if self._folder is not None and text:
            self.answer.setText("Counting …")
            self.job.start(ask_about, self._folder, text)

    def _on_answered(self, found: Answered) -> None:
        said = "<br>".join(html.escape(sentence) for sentence in found.told.sentences)
        notes = "".join(f"<br>Note: {html.escape(note)}" for note in found.notes)
        basis = f" (bouts of {', '.join(found.voices)})" if found.voices else ""
        meaning = html.escape(f"Understood as: {found.meaning}{basis}")
        self.answer.setText(f"<b>{said}</b>{notes}<br><i>{meaning}</i>")
        self.moments.clear()
        if len(found.told.moments):
            self.moments.show_moments(found.told.moments, self._state.time_s, score="score")

    def _on_failed(self, problem: str) -> None:
        self.moments.clear()
        examples = f"<br>{EXAMPLES}" if HERE in problem else ""
        self.answer.setText(html.escape(problem) + examples)
