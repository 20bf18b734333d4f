"""The selected time range on the timeline, snapped to whole frames. Knows no viewer."""

from __future__ import annotations

import math

from qtpy.QtCore import Signal
from qtpy.QtGui import QColor

from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.widgets.plotting import pg


class SelectionItem(pg.LinearRegionItem):
    """Marked frames; its two edges can be dragged.

    Signals
    -------
    edited
        The time range that an edge was dragged to.
    """

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__(movable=False)
        self.n_frames = 0
        self.setZValue(20)
        for line in self.lines:
            line.setMovable(True)
        self.sigRegionChangeFinished.connect(self._on_edge_dropped)
        self.hide()

    def colour(self, line: str) -> None:
        """Take the colours of a theme."""
        fill = QColor(line)
        fill.setAlpha(60)
        self.setBrush(fill)
        for one in self.lines:
            one.setPen(pg.mkPen(line, width=1))
            one.setHoverPen(pg.mkPen(line, width=3))

    def show_range(self, selection: TimeRange | None) -> None:
        """Mark a time range, or none, without telling anyone."""
        self.setVisible(selection is not None)
        if selection is not None:
            self.blockSignals(True)
            self.setRegion((selection.start, selection.stop))
            self.blockSignals(False)

    def _on_edge_dropped(self) -> None:
        first, last = self.getRegion()
        self.edited.emit(snapped(first, last, self.n_frames))


def snapped(first: float, last: float, n_frames: int) -> TimeRange | None:
    """Whole frames between two places, both ends included; None outside the recording."""
    first, last = sorted((first, last))
    start, stop = max(0, math.floor(first + 0.02)), min(n_frames, math.ceil(last - 0.02))
    return TimeRange(start, stop) if start < stop else None
