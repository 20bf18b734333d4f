"""The buttons that open the dialogs of labelling, each at most once. Knows no dialog's insides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QDialog, QHBoxLayout, QPushButton, QWidget

from napari_mousegpt.widgets.labelling.ethogram_dialog import EthogramDialog
from napari_mousegpt.widgets.labelling.rule_dialog import RuleDialog

if TYPE_CHECKING:
    from napari_mousegpt.widgets.labelling.labelling import Labelling


class DialogButtons(QWidget):
    """Opens the ethogram and the bouts by rule, which stay open beside the film."""

    def __init__(self, labelling: Labelling) -> None:
        super().__init__()
        self._labelling = labelling
        self.opened: dict[type[QDialog], EthogramDialog | RuleDialog] = {}
        self.ethogram, self.rules = QPushButton("Ethogram …"), QPushButton("Bouts from windows …")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.ethogram, 1)
        layout.addWidget(self.rules, 1)
        self.ethogram.clicked.connect(lambda: self.open(EthogramDialog))
        self.rules.clicked.connect(lambda: self.open(RuleDialog))

    def open(self, kind: type[EthogramDialog | RuleDialog]) -> EthogramDialog | RuleDialog:
        """Show a dialog, the same one again where it was opened before."""
        if kind not in self.opened:
            self.opened[kind] = kind(self._labelling, self)
        self.opened[kind].show()
        self.opened[kind].raise_()
        return self.opened[kind]

    def let_go(self) -> None:
        """Have the dialogs hear no more of the labels."""
        for dialog in self.opened.values():
            dialog.let_go()
