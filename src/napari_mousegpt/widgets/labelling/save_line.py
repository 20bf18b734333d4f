"""Whether the labels are saved, in one line that cannot be overlooked when they are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

if TYPE_CHECKING:
    from napari_mousegpt.io.labels.writer import SaveStatus

COLOURS = {"saved": "#44aa99", "saving": "#98a2b3", "failed": "#ee6677", "read-only": "#ee8866"}


class SaveLine(QWidget):
    """A dot and a sentence; where the disk refuses, what can be done about it.

    Signals
    -------
    retry, save_elsewhere
        What a person wants done.
    """

    retry = Signal()
    save_elsewhere = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.text = QLabel(wordWrap=True)
        self.again = QPushButton("Try again")
        self.elsewhere = QPushButton("Save elsewhere …")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text, 1)
        for button in (self.again, self.elsewhere):
            layout.addWidget(button)
            button.hide()
        self.again.clicked.connect(self.retry)
        self.elsewhere.clicked.connect(self.save_elsewhere)

    def show_status(self, status: SaveStatus | None) -> None:
        """Say how it is; nothing where nobody labels."""
        failed = status is not None and status.state == "failed"
        self.again.setVisible(failed)
        self.elsewhere.setVisible(failed)
        if status is None:
            self.text.setText("")
            return
        sentence = {
            "saved": "All labels are saved.",
            "saving": "Saving …",
            "failed": f"<b>{status.waiting} actions are not saved:</b> {status.reason}",
            "read-only": f"<b>For looking only:</b> {status.reason}",
        }[status.state]
        self.text.setText(f"<span style='color: {COLOURS[status.state]}'>●</span> {sentence}")
