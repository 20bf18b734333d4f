"""The clusters as a legend: colour, name to be changed in place, size, and a proposed name."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QColor, QIcon, QPixmap
from qtpy.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from napari_mousegpt.analysis.clusters.naming import NameProposal

NAME, SIZE, PROPOSED = range(3)
CLUSTER = Qt.ItemDataRole.UserRole
SWATCH_PX = 12


class ClusterList(QTreeWidget):
    """One line for each cluster, noise last.

    Signals
    -------
    renamed
        Cluster and its new name.
    picked
        Another cluster is chosen by a person (its number, -1 for noise).
    """

    renamed = Signal(int, str)
    picked = Signal(int)

    def __init__(self) -> None:
        super().__init__(rootIsDecorated=False, columnCount=3)
        self.setHeaderLabels(["Cluster", "Windows", "Proposed name"])
        self.header().setStretchLastSection(True)
        self.header().setSectionResizeMode(NAME, QHeaderView.ResizeMode.Interactive)
        self.setColumnWidth(NAME, 150)
        self.setColumnWidth(SIZE, 64)
        self.setToolTip("Click chooses a cluster; double click on its name changes the name")
        self._names: dict[int, str] = {}
        self._filling = False
        self.itemChanged.connect(self._on_changed)
        self.itemClicked.connect(lambda item, _: self.picked.emit(item.data(NAME, CLUSTER)))

    @property
    def cluster(self) -> int | None:
        """The cluster that is chosen here."""
        item = self.currentItem()
        return None if item is None else int(item.data(NAME, CLUSTER))

    def name_of(self, cluster: int) -> str:
        """The name that a cluster has here."""
        return self._names.get(cluster, "")

    def proposed_for(self, cluster: int) -> str:
        """The name proposed for a cluster, "" without."""
        item = self._item(cluster)
        return "" if item is None else str(item.data(PROPOSED, CLUSTER) or "")

    def show_clusters(self, windows: pd.DataFrame, colours: Mapping[int, str]) -> None:
        """List the clusters of windows with ``cluster`` and ``name``; the choice stays."""
        before = self.cluster
        sizes = windows["cluster"].value_counts()
        self._names = dict(zip(windows["cluster"].tolist(), windows["name"].tolist(), strict=True))
        self._filling = True
        self.clear()
        for number in sorted(self._names, key=lambda one: (one < 0, one)):
            item = QTreeWidgetItem([self._names[number], f"{sizes[number]:,}", ""])
            item.setData(NAME, CLUSTER, number)
            item.setIcon(NAME, _swatch(colours[number]))
            item.setToolTip(NAME, self._names[number])
            item.setTextAlignment(SIZE, Qt.AlignmentFlag.AlignRight)
            if number >= 0:
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            self.addTopLevelItem(item)
            if number == before:
                self.setCurrentItem(item)
        self._filling = False

    def propose(self, proposals: tuple[NameProposal, ...]) -> None:
        """Show names proposed from the words, and how sure they are."""
        self._filling = True
        for proposal in proposals:
            item = self._item(proposal.cluster)
            if item is not None:
                item.setText(PROPOSED, f"{proposal.name} ({proposal.confidence:.2f})")
                item.setData(PROPOSED, CLUSTER, proposal.name)
                words = "words: " + ", ".join(proposal.words)
                said = [proposal.definition, proposal.reason, proposal.by and f"by {proposal.by}"]
                item.setToolTip(PROPOSED, "\n".join(filter(None, [*said, words])))
        self._filling = False

    def _item(self, cluster: int) -> QTreeWidgetItem | None:
        items = (self.topLevelItem(place) for place in range(self.topLevelItemCount()))
        return next((item for item in items if item.data(NAME, CLUSTER) == cluster), None)

    def _on_changed(self, item: QTreeWidgetItem, column: int) -> None:
        if self._filling:
            return
        cluster = int(item.data(NAME, CLUSTER))
        name = item.text(NAME).strip()
        if column == NAME and name and name != self._names.get(cluster):
            self.renamed.emit(cluster, name)
        elif column == NAME and not name:
            item.setText(NAME, self._names[cluster])


def _swatch(colour: str) -> QIcon:
    pixels = QPixmap(SWATCH_PX, SWATCH_PX)
    pixels.fill(QColor(colour))
    return QIcon(pixels)
