"""Run, cancel, progress with the time left, and what went wrong, in a line. Knows no job."""

from __future__ import annotations

import time

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from napari_mousegpt.widgets.background_job import BackgroundJob
from napari_mousegpt.widgets.caption.pace import in_words
from napari_mousegpt.workflows.clustering_jobs import Part

_PROBLEM = "color: #ffb4a9; background: #4a2326; border-radius: 4px; padding: 5px;"
FULL = 1000
LEAST_SHARE = 0.05


class JobLine(QWidget):
    """Buttons and progress of a `BackgroundJob` that yields `Part`s.

    Signals
    -------
    asked
        Somebody pressed the button.
    """

    asked = Signal()

    def __init__(self, job: BackgroundJob, button: str) -> None:
        super().__init__()
        self._job = job
        self._began_s = 0.0
        self.run = QPushButton(button)
        self.cancel = QPushButton("Cancel", enabled=False)
        self.bar = QProgressBar(textVisible=False, maximum=FULL, visible=False)
        self.bar.setFixedHeight(8)
        self.said = QLabel(wordWrap=True, visible=False)
        self.problem = QLabel(wordWrap=True, visible=False, styleSheet=_PROBLEM)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        buttons = QHBoxLayout()
        buttons.addWidget(self.run, 2)
        buttons.addWidget(self.cancel, 1)
        layout.addLayout(buttons)
        for part in (self.bar, self.said, self.problem):
            layout.addWidget(part)
        self.run.clicked.connect(self.asked)
        self.cancel.clicked.connect(self._on_cancel)
        job.running_changed.connect(self._on_running)
        job.stepped.connect(self._on_step)
        job.failed.connect(self.complain)

    def say(self, text: str) -> None:
        """Say how it came out."""
        self.said.setText(text)
        self.said.setVisible(bool(text))

    def complain(self, problem: str) -> None:
        """Show what is wrong; "" for nothing."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def _on_running(self, running: bool) -> None:
        self.run.setEnabled(not running)
        self.cancel.setEnabled(running)
        self.bar.setVisible(running)
        if running:
            self._began_s = time.monotonic()
            self.complain("")
            self.bar.setValue(0)
            self.say("Getting ready …")
        elif not self.problem.isHidden():
            self.say("")

    def _on_cancel(self) -> None:
        self._job.cancel()
        self.say("Cancelled; what was there before is unchanged.")

    def _on_step(self, part: Part) -> None:
        self.bar.setValue(round(part.share * FULL))
        text = f"{part.doing} …"
        if LEAST_SHARE < part.share < 1:
            gone_s = time.monotonic() - self._began_s
            text += f" · about {in_words(gone_s * (1 - part.share) / part.share)} left"
        self.say(text)
