"""Run, cancel, progress, and what went wrong. Knows no captioner."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from napari_mousegpt.widgets.caption.job import Forecast
from napari_mousegpt.widgets.caption.pace import in_words
from napari_mousegpt.workflows.caption import CaptionProgress

_PROBLEM = "color: #ffb4a9; background: #4a2326; border-radius: 4px; padding: 5px;"


class RunPanel(QWidget):
    """Buttons, the forecast, the progress, and a sentence when something is wrong."""

    run = Signal()
    cancel = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.forecast = QLabel(wordWrap=True)
        self.run_button = QPushButton("Run")
        self.cancel_button = QPushButton("Cancel", enabled=False)
        self.bar = QProgressBar(textVisible=False)
        self.bar.setFixedHeight(10)
        self.progress = QLabel(wordWrap=True)
        self.problem = QLabel(wordWrap=True)
        self.problem.setStyleSheet(_PROBLEM)
        buttons = QHBoxLayout()
        buttons.addWidget(self.run_button, 2)
        buttons.addWidget(self.cancel_button, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.forecast)
        layout.addLayout(buttons)
        for widget in (self.bar, self.progress, self.problem):
            layout.addWidget(widget)
            widget.hide()
        self.run_button.clicked.connect(self.run)
        self.cancel_button.clicked.connect(self.cancel)

    def show_forecast(self, forecast: Forecast, seconds_per_window: float | None) -> None:
        """Say how much there is to describe, and how long that takes as far as is known."""
        left = forecast.total - forecast.skipped
        text = _count(forecast.windows, "window")
        if forecast.individuals > 1:
            text += f" × {forecast.individuals} individuals = {forecast.total}"
        if forecast.skipped:
            text += f", {forecast.skipped} of them described before"
        if not left:
            text += ": nothing left to describe."
        elif seconds_per_window is None:
            text += ". How long it takes shows after the first batch."
        else:
            text += f". About {in_words(left * seconds_per_window)}."
        self.forecast.setText(text)

    def say(self, text: str) -> None:
        """Say something in place of a forecast."""
        self.forecast.setText(text)

    def start(self) -> None:
        """Show that it runs."""
        self.complain(None)
        self.run_button.setEnabled(False)
        self.cancel_button.setEnabled(True)
        self.bar.setRange(0, 0)  # busy: the model is still being loaded
        self.bar.show()
        self.progress.setText("Getting ready …")
        self.progress.show()

    def show_progress(self, progress: CaptionProgress) -> None:
        """Show how far it is."""
        done = progress.captioned + progress.skipped
        self.bar.setRange(0, max(progress.total, 1))
        self.bar.setValue(done)
        text = f"{done} of {progress.total}"
        if progress.invalid:
            text += f", {progress.invalid} without a usable answer"
        if progress.unanswered:
            text += f", {progress.unanswered} without any: {progress.silence}"
        if progress.seconds_left is not None and done < progress.total:
            text += f" · {in_words(progress.seconds_left)} left"
        self.progress.setText(text)

    def stopping(self) -> None:
        """Show that it ends after the present batch."""
        self.cancel_button.setEnabled(False)
        self.progress.setText(f"{self.progress.text()} · stopping after this batch …")

    def end(self, text: str) -> None:
        """Show that it has ended, and how."""
        self.run_button.setEnabled(True)
        self.cancel_button.setEnabled(False)
        self.bar.hide()
        self.progress.setText(text)

    def complain(self, problem: str | None) -> None:
        """Show what is wrong, or that nothing is."""
        self.problem.setText(problem or "")
        self.problem.setVisible(problem is not None)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
