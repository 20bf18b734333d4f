"""What animals did in zones, as a table. Shows numbers and computes none."""

from __future__ import annotations

import pandas as pd
from qtpy.QtWidgets import QTableWidget, QTableWidgetItem

COLUMNS = {
    "individual": "Animal",
    "zone": "Zone",
    "time_s": "Time (s)",
    "share": "Share",
    "entries": "Entries",
    "latency_s": "First at (s)",
}


class ZoneTable(QTableWidget):
    """One line for each animal and zone."""

    def __init__(self) -> None:
        super().__init__(0, len(COLUMNS))
        self.setHorizontalHeaderLabels(list(COLUMNS.values()))
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.verticalHeader().hide()
        self.hide()

    def show_zones(self, table: pd.DataFrame) -> None:
        """Show the zones of a profile; hidden without any."""
        self.setVisible(len(table) > 0)
        self.setRowCount(len(table))
        for row, values in enumerate(table.to_dict("records")):
            for column, name in enumerate(COLUMNS):
                self.setItem(row, column, QTableWidgetItem(_text(name, values[name])))
        self.resizeColumnsToContents()


def _text(name: str, value: object) -> str:
    if name == "share" and isinstance(value, float):
        return "" if pd.isna(value) else f"{100 * value:.1f} %"
    if isinstance(value, float):
        return "never" if pd.isna(value) else f"{value:.1f}"
    return str(value)
