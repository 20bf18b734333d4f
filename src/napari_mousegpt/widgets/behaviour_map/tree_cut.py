"""The tree of the windows with a line to drag: where it is cut, so many clusters there are.

Knows no recording and no map; tells how many clusters while the line is dragged.
"""

from __future__ import annotations

import numpy as np
from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from napari_mousegpt.widgets.plotting import pg, still_plot
from napari_mousegpt.workflows.cluster_tree import WindowTree

NO_TREE = "Run a clustering first: the tree is of its windows."
MOST_K = 100


class TreeCut(QWidget):
    """A dendrogram (Ward) and a line across it.

    Signals
    -------
    previewed
        Number of clusters while the line is dragged.
    taken
        Number of clusters to cluster into.
    let_go
        The preview is over.
    """

    previewed = Signal(int)
    taken = Signal(int)
    let_go = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.plot = still_plot(None)
        self.plot.hideAxis("bottom")
        self.plot.setMinimumHeight(90)
        self.branches = self.plot.plot([], [], connect="finite")
        self.line = pg.InfiniteLine(angle=0, movable=True)
        self.line.setPen(pg.mkPen("#ee8866", width=2))
        self.line.setHoverPen(pg.mkPen("#ffaa88", width=4))
        self.line.setCursor(Qt.CursorShape.SizeVerCursor)
        self.plot.addItem(self.line)
        self.said = QLabel(NO_TREE, wordWrap=True)
        self.take, self.back = QPushButton("Cluster so"), QPushButton("Back")
        self.take.setToolTip("Cluster anew with Ward's method into this many clusters")
        self.back.setToolTip("Show the clusters as they are")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 0)
        layout.addWidget(self.plot, 1)
        line = QHBoxLayout()
        line.addWidget(self.said, 1)
        line.addWidget(self.take)
        line.addWidget(self.back)
        layout.addLayout(line)
        self.tree: WindowTree | None = None
        self.k = 0
        self.line.sigPositionChanged.connect(self._on_moved)
        self.take.clicked.connect(lambda: self.taken.emit(self.k))
        self.back.clicked.connect(self.reset)
        self._resting_k = 0
        self.show_tree(None, 0)

    def show_tree(self, tree: WindowTree | None, k: int) -> None:
        """Show a tree cut into ``k``; None shows that there is none."""
        self.tree, self._resting_k = tree, k
        for part in (self.take, self.back, self.line):
            part.setVisible(tree is not None)
        if tree is None:
            self.branches.setData([], [])
            self.said.setText(NO_TREE)
            return
        x, y = tree.lines()
        self.branches.setData(x, y, connect="finite")
        top = float(tree.heights[0]) * 1.08
        self.plot.setRange(xRange=(np.nanmin(x) - 5, np.nanmax(x) + 5), yRange=(0, top), padding=0)
        self.line.setBounds((tree.height_for(min(MOST_K, len(tree.tree) + 1)), top))
        self._rest()

    def reset(self) -> None:
        """Put the line back to the clusters that there are."""
        if self.tree is not None:
            self._rest()
            self.let_go.emit()

    def _rest(self) -> None:
        assert self.tree is not None
        self.line.blockSignals(True)
        self.line.setPos(self.tree.height_for(self._resting_k))
        self.line.blockSignals(False)
        self.k = self._resting_k
        self._say("Drag the line to preview other numbers of clusters.")

    def _on_moved(self) -> None:
        if self.tree is None:
            return
        k = self.tree.clusters_at(float(self.line.value()))
        if k != self.k:
            self.k = k
            self._say(f"{k} clusters when cut here (preview)")
            self.previewed.emit(k)

    def _say(self, text: str) -> None:
        self.said.setText(text)
        self.take.setEnabled(self.k not in (0, 1, self._resting_k))
