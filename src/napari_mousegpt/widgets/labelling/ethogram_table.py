"""The behaviours as a table to be edited in place. Knows what was written, not what it does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from qtpy.QtCore import QSignalBlocker, Qt, Signal
from qtpy.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QStyledItemDelegate,
    QTableWidget,
    QTableWidgetItem,
)

from napari_mousegpt.widgets.timeline.bout_menu import colour_chip

if TYPE_CHECKING:
    from napari_mousegpt.datamodel.ethogram import Ethogram

COLUMNS = ("", "Behaviour", "Key", "Kind", "Group", "Meaning", "Bouts")
COLOUR, NAME, KEY, KIND, GROUP, MEANING, BOUTS = range(len(COLUMNS))
FIELDS = {NAME: "name", KEY: "key", KIND: "kind", GROUP: "group", MEANING: "meaning"}
TIPS = {
    COLOUR: "Click for another colour",
    NAME: "Double-click to rename, in all bouts too",
    KEY: "One character; capital and small letters differ",
    KIND: "A state lasts, a point is one frame",
    GROUP: "States of one group exclude each other in one animal; empty excludes nothing",
    MEANING: "What counts as it",
    BOUTS: "Of everybody, models too",
}


class EthogramTable(QTableWidget):
    """One line for each behaviour.

    Signals
    -------
    changed
        Something was written: behaviour, field (name, key, kind, group, meaning), text.
    colour_wanted
        Another colour is wanted for a behaviour.
    """

    changed = Signal(str, str, str)
    colour_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__(0, len(COLUMNS))
        self._ethogram: Ethogram = ()
        self.setHorizontalHeaderLabels(COLUMNS)
        for column, tip in TIPS.items():
            self.horizontalHeaderItem(column).setToolTip(tip)
        self.verticalHeader().hide()
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setItemDelegateForColumn(KIND, _Kinds(self))
        header = self.horizontalHeader()
        for column in range(len(COLUMNS)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(MEANING, QHeaderView.ResizeMode.Stretch)
        self.itemChanged.connect(self._on_changed)
        self.cellClicked.connect(self._on_clicked)

    @property
    def chosen(self) -> str | None:
        """The behaviour of the current line."""
        row = self.currentRow()
        return self._ethogram[row].name if 0 <= row < len(self._ethogram) else None

    def choose(self, name: str) -> None:
        """Make a behaviour's line the current one."""
        names = [one.name for one in self._ethogram]
        if name in names:
            self.setCurrentCell(names.index(name), NAME)

    def show_ethogram(
        self, ethogram: Ethogram, counts: Mapping[str, int], *, editable: bool
    ) -> None:
        """Show these behaviours and how many bouts each has; the current line stays."""
        blocked = QSignalBlocker(self)
        self._ethogram = ethogram
        self.setRowCount(len(ethogram))
        for row, one in enumerate(ethogram):
            texts = ("", one.name, one.key, one.kind, one.group, one.meaning)
            for column, text in enumerate((*texts, str(counts.get(one.name, 0) or ""))):
                item = self.item(row, column)
                if item is None:
                    item = QTableWidgetItem()
                    self.setItem(row, column, item)
                item.setText(text)
                flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
                if editable and column in FIELDS:
                    flags |= Qt.ItemFlag.ItemIsEditable
                item.setFlags(flags)
            self.item(row, COLOUR).setIcon(colour_chip(one.colour))
            former = f"Formerly {', '.join(one.formerly)}" if one.formerly else ""
            self.item(row, NAME).setToolTip(former)
            self.item(row, MEANING).setToolTip(one.meaning)
        if self.currentRow() < 0 and ethogram:
            self.setCurrentCell(0, NAME)
        del blocked

    def _on_changed(self, item: QTableWidgetItem) -> None:
        field = FIELDS.get(item.column())
        if field is not None and item.row() < len(self._ethogram):
            self.changed.emit(self._ethogram[item.row()].name, field, item.text().strip())

    def _on_clicked(self, row: int, column: int) -> None:
        if column == COLOUR:
            self.colour_wanted.emit(self._ethogram[row].name)


class _Kinds(QStyledItemDelegate):
    """Offers the two kinds."""

    def createEditor(self, parent, option, index) -> QComboBox:
        """A list of both."""
        kinds = QComboBox(parent)
        kinds.addItems(["state", "point"])
        return kinds

    def setEditorData(self, editor: QComboBox, index) -> None:
        """Show the present one."""
        editor.setCurrentText(index.data())

    def setModelData(self, editor: QComboBox, model, index) -> None:
        """Take the chosen one."""
        model.setData(index, editor.currentText())
