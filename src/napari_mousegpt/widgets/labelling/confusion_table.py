"""A confusion matrix as a small coloured table. Knows shares, not how they came about."""

from __future__ import annotations

import numpy as np
import pandas as pd
from qtpy.QtCore import Qt
from qtpy.QtGui import QColor
from qtpy.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem

CELL_PX = 30
LIGHT, DARK = QColor("#262930"), QColor("#4477aa")


class ConfusionTable(QTableWidget):
    """Of what the reference calls a behaviour, the share that the other calls so, in percent."""

    def __init__(self) -> None:
        super().__init__()
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setMinimumSectionSize(16)
        self.horizontalHeader().setDefaultSectionSize(CELL_PX)
        self.verticalHeader().setDefaultSectionSize(20)

    def show_shares(self, shares: pd.DataFrame, names: tuple[str, str]) -> None:
        """Show a matrix of shares, 0 to 1; rows are the first's codes, columns the second's."""
        codes = [str(name) for name in shares.columns]
        self.clear()
        self.setRowCount(len(codes))
        self.setColumnCount(len(codes))
        self.setVerticalHeaderLabels(codes)
        self.setHorizontalHeaderLabels([short(name) for name in codes])
        for place, name in enumerate(codes):
            self.horizontalHeaderItem(place).setToolTip(name)
        for row, column in np.ndindex(shares.shape):
            share = float(shares.iat[row, column])
            self.setItem(row, column, _cell(share, codes[row], codes[column], names))

    def text_at(self, row: int, column: int) -> str:
        """What stands in a cell."""
        return self.item(row, column).text()


def short(name: str) -> str:
    """Two or three letters for a name: initials of several words, else how it begins."""
    words = name.split()
    return "".join(word[0] for word in words) if len(words) > 1 else name[:3]


def _cell(share: float, said: str, other: str, names: tuple[str, str]) -> QTableWidgetItem:
    known = np.isfinite(share)
    item = QTableWidgetItem(f"{100 * share:.0f}" if known and share >= 0.005 else "")
    item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
    item.setBackground(_between(share if known else 0.0))
    item.setForeground(QColor("#ffffff"))
    if known:
        item.setToolTip(
            f"Of what {names[0]} calls {said}, {names[1]} calls {100 * share:.1f} % {other}"
        )
    return item


def _between(share: float) -> QColor:
    parts = zip(LIGHT.getRgb()[:3], DARK.getRgb()[:3], strict=True)
    return QColor(*(round(a + (b - a) * share) for a, b in parts))
