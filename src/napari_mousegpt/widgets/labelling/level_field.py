"""One level of a description, to be corrected in place. Knows words, not where they come from."""

from __future__ import annotations

import html

from qtpy.QtCore import QSize, Qt, Signal
from qtpy.QtGui import QFocusEvent, QKeyEvent
from qtpy.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

LINES = 3
FAINT = "#98a2b3"
_CONTROL, _ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


class LevelField(QWidget):
    """The words of a level, and below them, where they were corrected, those of the model.

    Signals
    -------
    finished
        A person has written other words: level and text.
    reverted
        What the model said is to count again: level.
    stepped
        Another window is wanted: -1 for the one before, 1 for the next.
    """

    finished = Signal(str, str)
    reverted = Signal(str)
    stepped = Signal(int)

    def __init__(self, level: str) -> None:
        super().__init__()
        self.level = level
        self.edit = _Words()
        self.original = QLabel(wordWrap=True, textFormat=Qt.TextFormat.RichText)
        self.revert = QToolButton(text="↺", autoRaise=True)
        self.revert.setToolTip("Let it be as the model said")
        self._shown = ""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 2)
        layout.setSpacing(1)
        layout.addWidget(QLabel(f"<span style='color: {FAINT}'>{level}</span>"))
        layout.addWidget(self.edit)
        below = QHBoxLayout()
        below.addWidget(self.original, 1)
        below.addWidget(self.revert)
        layout.addLayout(below)
        self.edit.finished.connect(self.finish)
        self.edit.given_up.connect(lambda: self.edit.setPlainText(self._shown))
        self.edit.stepped.connect(self._on_step)
        self.revert.clicked.connect(lambda: self.reverted.emit(self.level))
        self.show_words("", None)

    @property
    def is_being_written(self) -> bool:
        """Whether there are words that nobody has been told of yet."""
        return self.edit.hasFocus() and self.edit.toPlainText() != self._shown

    def show_words(self, text: str, original: str | None) -> None:
        """Show other words; ``original`` is what the model said, None if nothing was corrected."""
        self._shown = text
        if self.edit.toPlainText() != text:
            self.edit.setPlainText(text)
        corrected = original is not None
        said = f"as the model said: {html.escape(original or '') or 'nothing'}"
        words = "confirmed" if original == text else said
        self.original.setText(f"<span style='color: {FAINT}'>{words}</span>")
        self.original.setVisible(corrected)
        self.revert.setVisible(corrected)

    def set_writable(self, writable: bool) -> None:
        """Allow writing, or only reading."""
        self.edit.setReadOnly(not writable)
        self.revert.setEnabled(writable)

    def finish(self) -> None:
        """Tell of other words, if there are."""
        text = " ".join(self.edit.toPlainText().split())
        if text != self._shown:
            self.finished.emit(self.level, text)

    def _on_step(self, by: int) -> None:
        self.finish()
        self.stepped.emit(by)


class _Words(QPlainTextEdit):
    """Text that is finished by Ctrl+Return or by leaving it, and given up with Escape."""

    finished = Signal()
    given_up = Signal()
    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setStyleSheet("QPlainTextEdit { background: rgba(128, 128, 128, 50); }")

    def sizeHint(self) -> QSize:
        """Some lines high."""
        around = 2 * (self.frameWidth() + round(self.document().documentMargin()))
        return QSize(120, LINES * self.fontMetrics().lineSpacing() + around)

    def minimumSizeHint(self) -> QSize:
        """No higher than it needs to be."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Finish, give up, or go to another window."""
        key, control = event.key(), bool(event.modifiers() & _CONTROL)
        if control and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.finished.emit()
        elif event.modifiers() & _ALT and key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.stepped.emit(1 if key == Qt.Key.Key_PageDown else -1)
        elif key == Qt.Key.Key_Escape:
            self.given_up.emit()
            self.clearFocus()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving is finishing; a menu of the field itself is no leaving."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.finished.emit()
