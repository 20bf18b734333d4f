"""Clusters that may be one behaviour, with the reasons; a person says yes or no."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from napari_mousegpt.analysis.clusters.merging import MergeProposal

NONE = "No two clusters look like one."


class MergeList(QWidget):
    """Proposed merges, the likeliest first.

    Signals
    -------
    decided
        ``merge`` or ``reject``, and the two clusters.
    """

    decided = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self.list = QListWidget(wordWrap=True)
        self.hint = QLabel("", wordWrap=True)
        self.accept, self.reject = QPushButton("They are one"), QPushButton("They are two")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 0)
        layout.addWidget(self.hint)
        layout.addWidget(self.list, 1)
        line = QHBoxLayout()
        line.addWidget(self.accept)
        line.addWidget(self.reject)
        layout.addLayout(line)
        self.accept.clicked.connect(lambda: self._decide("merge"))
        self.reject.clicked.connect(lambda: self._decide("reject"))
        self.propose((), str)

    def propose(self, merges: tuple[MergeProposal, ...], name_of: Callable[[int], str]) -> None:
        """List merges; ``name_of`` names a cluster."""
        self.list.clear()
        for merge in merges:
            text = f"{name_of(merge.one)} + {name_of(merge.other)}\n{merge.reason}"
            item = QListWidgetItem(text)
            item.setData(Qt.ItemDataRole.UserRole, (merge.one, merge.other))
            self.list.addItem(item)
        self.hint.setText(NONE if not merges else "")
        self.hint.setVisible(not merges)
        if merges:
            self.list.setCurrentRow(0)
        for button in (self.accept, self.reject):
            button.setEnabled(bool(merges))

    def _decide(self, action: str) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.decided.emit(action, tuple(item.data(Qt.ItemDataRole.UserRole)))
