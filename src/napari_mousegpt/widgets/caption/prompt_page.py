"""The page of the caption dock with what the model gets, and its answer to one window."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from napari_mousegpt.datamodel.description import LEVELS, parse_description
from napari_mousegpt.widgets.caption.preview import PromptPreview
from napari_mousegpt.widgets.caption.prompt_form import PromptForm

LONGEST_SHOWN = 2000
GOOD, BAD = "#3fa66b", "#d1763c"


class PromptPage(QWidget):
    """Choices, a button that tries the present window, its answer, and what the model gets."""

    tried = Signal()
    cancelled = Signal()

    def __init__(self, form: PromptForm) -> None:
        super().__init__()
        self.form = form
        self.preview = PromptPreview()
        self.try_button = QPushButton("Try this window", enabled=False)
        self.try_button.setToolTip("Ask about the window shown; nothing is stored")
        self.cancel_button = QPushButton("Cancel", visible=False)
        self.state = QLabel(wordWrap=True)
        self.answer = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.answer.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        buttons = QHBoxLayout()
        buttons.addWidget(self.try_button)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.state, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 0)
        layout.addWidget(form)
        layout.addLayout(buttons)
        layout.addWidget(self.answer)
        layout.addWidget(self.preview, 1)
        self.try_button.clicked.connect(self.tried)
        self.cancel_button.clicked.connect(self.cancelled)
        self.answer.hide()

    def takes_prompt(self, takes: bool) -> None:
        """Offer the choices, where the captioner takes a prompt."""
        self.form.setVisible(takes)

    def can_try(self, can: bool) -> None:
        """Offer to try, where there is a window to show."""
        self.try_button.setEnabled(can and not self.cancel_button.isVisibleTo(self))

    def forget(self) -> None:
        """Show no answer any more: it was to another window, or to other words."""
        if not self.cancel_button.isVisibleTo(self):
            self.state.clear()
            self.answer.hide()

    def busy(self, doing: str) -> None:
        """Show what is under way."""
        self.try_button.setEnabled(False)
        self.cancel_button.setVisible(True)
        self.state.setStyleSheet("")
        self.state.setText(doing)
        self.answer.hide()

    def show_answer(self, answer: dict[str, Any]) -> None:
        """Show an answer as `try_main` gives it, valid or not, with the time it took."""
        self._done()
        problem, text = answer["problem"], answer["text"]
        took = f"{answer['seconds']:.1f} s"
        if answer["load_s"] >= 0.05:
            took += f", and {answer['load_s']:.1f} s to load the model"
        self.state.setStyleSheet(f"color: {BAD if problem else GOOD};")
        self.state.setText(f"Not valid: {problem} ({took})" if problem else f"Valid, in {took}")
        words = text or "" if problem else _levels(text)
        self.answer.setText(words[:LONGEST_SHOWN])
        self.answer.setVisible(bool(words))

    def show_problem(self, problem: str) -> None:
        """Show why there is no answer."""
        self._done()
        self.state.setStyleSheet(f"color: {BAD};")
        self.state.setText(problem)

    def _done(self) -> None:
        self.cancel_button.setVisible(False)
        self.try_button.setEnabled(True)
        self.answer.hide()


def _levels(text: str) -> str:
    said = parse_description(text)
    lines = [f"{level}: {getattr(said, level)}" for level in LEVELS if getattr(said, level)]
    return "\n".join([*lines, f"keywords: {', '.join(said.keywords)}"])
