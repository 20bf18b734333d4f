"""Which rows of the timeline are in view, where there is no room for all. Knows no content."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QScrollBar

from napari_mousegpt.widgets.timeline.rows import Row, visible_rows
from napari_mousegpt.widgets.timeline.time_view import TimeView

SCROLL_STEPS = 100


class RowScroll(QScrollBar):
    """Gives the rows the room there is, and scrolls where it is too little."""

    def __init__(self, view: TimeView) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._view = view
        self._whole = 1.0
        self.valueChanged.connect(self._on_value)
        view.sigResized.connect(self.fit)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """There are other rows."""
        self._whole = rows[-1].bottom if rows else 1.0
        self.fit()

    def fit(self) -> None:
        """There is more room, or less."""
        visible = visible_rows(self._whole, self._view.height())
        hidden = max(0.0, self._whole - visible)
        self.setRange(0, round(hidden * SCROLL_STEPS))
        self.setPageStep(round(visible * SCROLL_STEPS))
        self.setVisible(hidden > 0)
        self._on_value(self.value())

    def _on_value(self, steps: int) -> None:
        top = steps / SCROLL_STEPS
        visible = visible_rows(self._whole, self._view.height())
        self._view.setYRange(top, top + visible, padding=0)
