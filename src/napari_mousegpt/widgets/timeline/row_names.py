"""Names beside the rows of the timeline. Knows what they are called and where they lie."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import Qt
from qtpy.QtGui import QFontMetrics

from napari_mousegpt.widgets.plotting import pg
from napari_mousegpt.widgets.timeline.rows import Row, label_of

WIDEST_PX = 210
NARROWEST_PX = 70


class RowNames(pg.AxisItem):
    """Axis on the left that names the rows and has no line of its own."""

    def __init__(self) -> None:
        super().__init__("left")
        self.setStyle(tickLength=0, hideOverlappingLabels=False, tickTextOffset=8)
        self.setPen(None)
        self.setTickPen(pg.mkPen(None))
        self.setTicks([[]])

    def name_rows(self, rows: Sequence[Row]) -> None:
        """Name other rows; the animal's name is told where there are several."""
        several = len({row.content.individual for row in rows}) > 1
        metrics = QFontMetrics(self.font())
        labels = [label_of(row, with_individual=several) for row in rows]
        shown = [
            metrics.elidedText(label, Qt.TextElideMode.ElideMiddle, WIDEST_PX) for label in labels
        ]
        self.setTicks([[(row.middle, text) for row, text in zip(rows, shown, strict=True)]])
        widest = max((metrics.horizontalAdvance(text) for text in shown), default=0)
        self.setWidth(max(NARROWEST_PX, widest + 18))

    def wheelEvent(self, event) -> None:
        """Names do not zoom."""
        event.ignore()

    def mouseDragEvent(self, event) -> None:
        """Names are not dragged."""
        event.ignore()
