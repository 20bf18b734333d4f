"""A table of names in files, what they become, and how that was found. Knows no file."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import QSignalBlocker, Qt, Signal
from qtpy.QtGui import QColor
from qtpy.QtWidgets import QAbstractItemView, QComboBox, QHeaderView, QTableWidget, QTableWidgetItem

from napari_mousegpt.workflows.importing.names import LEFT_OUT, NameMatch

LEAVE_OUT = "(leave out)"
GUESS_COLOUR = "#e0b050"
HOW = {
    "same": "same name",
    "chosen": "chosen by you",
    "spelling": "guess: differs in spelling only",
    "only one": "guess: the only one",
    "new": "kept as it is",
    "left out": "left out",
}


class NameTable(QTableWidget):
    """Names of one kind; ``chosen`` with the file's name and the one it is to get."""

    chosen = Signal(str, str)

    def __init__(self, counted: str) -> None:
        super().__init__(0, 4)
        self.setHorizontalHeaderLabels(["In the file", counted, "Becomes", "How"])
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)

    def show_matches(self, matches: Sequence[NameMatch], known: Sequence[str]) -> None:
        """Show names; those already listed keep their boxes, so that typing is not interrupted."""
        if [match.found for match in matches] != self._listed():
            self.setRowCount(0)
            for match in matches:
                self._add_row(match)
        for row, match in enumerate(matches):
            self._fill(row, match, known)

    def box(self, name: str) -> QComboBox:
        """The box in which the new name of this one is chosen."""
        return self.cellWidget(self._listed().index(name), 2)

    def _listed(self) -> list[str]:
        return [self.item(row, 0).text() for row in range(self.rowCount())]

    def _add_row(self, match: NameMatch) -> None:
        row = self.rowCount()
        self.insertRow(row)
        for column in (0, 1, 3):
            self.setItem(row, column, QTableWidgetItem())
        self.item(row, 0).setText(match.found)
        box = QComboBox(editable=True)
        box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        box.activated.connect(lambda _, box=box, name=match.found: self._choose(name, box))
        box.lineEdit().editingFinished.connect(
            lambda box=box, name=match.found: self._choose(name, box)
        )
        self.setCellWidget(row, 2, box)

    def _fill(self, row: int, match: NameMatch, known: Sequence[str]) -> None:
        how = HOW[match.how]
        if match.how == "new" and match.suggestion:
            how += f"; perhaps {match.suggestion}?"
        guess = match.guessed or bool(match.suggestion)
        self.item(row, 1).setText(f"{match.count:,}")
        self.item(row, 1).setTextAlignment(
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        )
        self.item(row, 3).setText(how)
        self.item(row, 3).setForeground(QColor(GUESS_COLOUR if guess else "#909090"))
        box = self.cellWidget(row, 2)
        names = list(
            dict.fromkeys(filter(None, [match.becomes, match.suggestion, match.found, *known]))
        )
        with QSignalBlocker(box):
            if [box.itemText(place) for place in range(box.count())] != [*names, LEAVE_OUT]:
                box.clear()
                box.addItems([*names, LEAVE_OUT])
            text = match.becomes or LEAVE_OUT
            if not box.lineEdit().hasFocus() or box.currentText() != text:
                box.setCurrentText(text)
        box.setProperty("becomes", text)

    def _choose(self, name: str, box: QComboBox) -> None:
        text = box.currentText().strip()
        if text and text != box.property("becomes"):
            box.setProperty("becomes", text)
            self.chosen.emit(name, LEFT_OUT if text == LEAVE_OUT else text)
