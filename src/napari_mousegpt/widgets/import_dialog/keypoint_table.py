"""The keypoints of an import: new names, body parts, and how sure each guess is."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import QSignalBlocker, Signal
from qtpy.QtGui import QColor
from qtpy.QtWidgets import QComboBox, QHeaderView, QTableWidgetItem

from napari_mousegpt.datamodel.keypoint_roles import ROLES
from napari_mousegpt.widgets.import_dialog.name_table import GUESS_COLOUR, NameTable
from napari_mousegpt.workflows.importing.names import NameMatch
from napari_mousegpt.workflows.importing.roles import RoleGuess

NO_ROLE = "–"
ROLE, SURE = 4, 5
SURENESS = {
    "sure": "sure: by its name",
    "likely": "likely: the name is used for other parts too",
    "guess": "guess: by its place among the others",
    "chosen": "chosen by you",
}


class KeypointTable(NameTable):
    """Keypoints with the body part that each is taken for.

    ``role_chosen`` with the keypoint (as it is called in the recording), its new body part, and
    the one it had; "" for none.
    """

    role_chosen = Signal(str, str, str)

    def __init__(self) -> None:
        super().__init__("Frames")
        self.setColumnCount(6)
        self.setHorizontalHeaderItem(ROLE, QTableWidgetItem("Body part"))
        self.setHorizontalHeaderItem(SURE, QTableWidgetItem("How sure"))
        self.horizontalHeader().setSectionResizeMode(SURE, QHeaderView.ResizeMode.Stretch)
        self.setColumnHidden(3, True)

    def show_roles(self, matches: Sequence[NameMatch], roles: Sequence[RoleGuess]) -> None:
        """Show keypoints and their body parts."""
        self.show_matches(matches, [])
        of_keypoint = {guess.keypoint: guess for guess in roles}
        for row, match in enumerate(matches):
            guess = of_keypoint.get(match.becomes or "")
            box = self.cellWidget(row, ROLE) or self._add_role_box(row)
            role = guess.role if guess else NO_ROLE
            with QSignalBlocker(box):
                box.setCurrentText(role)
            box.setProperty("keypoint", match.becomes or "")
            box.setProperty("role", guess.role if guess else "")
            box.setEnabled(match.becomes is not None)
            item = self.item(row, SURE)
            item.setText(SURENESS[guess.sureness] if guess else "")
            unsure = guess is not None and guess.sureness in ("likely", "guess")
            item.setForeground(QColor(GUESS_COLOUR if unsure else "#909090"))

    def role_box(self, keypoint: str) -> QComboBox:
        """The box in which the body part of a keypoint is chosen."""
        boxes = [self.cellWidget(row, ROLE) for row in range(self.rowCount())]
        return next(box for box in boxes if box.property("keypoint") == keypoint)

    def _add_role_box(self, row: int) -> QComboBox:
        box = QComboBox()
        box.addItems([NO_ROLE, *ROLES])
        box.activated.connect(lambda _, box=box: self._choose_role(box))
        self.setCellWidget(row, ROLE, box)
        self.setItem(row, SURE, QTableWidgetItem())
        return box

    def _choose_role(self, box: QComboBox) -> None:
        role = "" if box.currentText() == NO_ROLE else box.currentText()
        if role != box.property("role"):
            self.role_chosen.emit(box.property("keypoint"), role, box.property("role"))
