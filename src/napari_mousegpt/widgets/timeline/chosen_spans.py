"""Marks on the timeline for the windows that are chosen anywhere. Knows rows and no recording."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qtpy.QtCore import QPointF, QRectF, Qt
from qtpy.QtGui import QColor, QPainter, QPen

from napari_mousegpt.datamodel.spans import union
from napari_mousegpt.widgets.chosen_windows import ChosenWindows
from napari_mousegpt.widgets.plotting import pg
from napari_mousegpt.widgets.timeline.rows import Row

NARROWEST_PX = 3.0
FILL = 46


class ChosenSpans(pg.GraphicsObject):
    """A band over all rows of the animal for each chosen span; those that touch are one band.

    Parameters
    ----------
    rows
        The rows as they are laid out.
    """

    def __init__(self, chosen: ChosenWindows, rows: Callable[[], Sequence[Row]]) -> None:
        super().__init__()
        self._chosen, self._rows = chosen, rows
        self._bands: list[QRectF] = []
        self.ink = QColor("#ffffff")
        self.setZValue(15)
        chosen.changed.connect(self.mark)

    def let_go(self) -> None:
        """Hear no more of the choice."""
        self._chosen.changed.disconnect(self.mark)

    def mark(self) -> None:
        """Mark what is chosen now, in the rows of now."""
        self._bands = []
        spans = self._chosen.spans
        for individual in {span.individual for span in spans}:
            rows = [row for row in self._rows() if row.content.individual == individual]
            if rows:
                top, bottom = min(row.top for row in rows), max(row.bottom for row in rows)
                mine = [(one.start, one.stop) for one in spans if one.individual == individual]
                self._bands += [
                    QRectF(start, top, stop - start, bottom - top)
                    for start, stop in union(mine).tolist()
                ]
        self.update()

    def boundingRect(self) -> QRectF:
        """The whole view: bands come and go too often to be measured."""
        view = self.getViewBox()
        return QRectF() if view is None else view.viewRect()

    def viewRangeChanged(self) -> None:
        """Follow the view."""
        self.prepareGeometryChange()
        self.update()

    def paint(self, painter: QPainter, option, widget=None) -> None:
        """Draw in pixels those that are in view."""
        if not self._bands:
            return
        seen, to_screen = self.boundingRect(), painter.worldTransform()
        fill, line = QColor(self.ink), QColor(self.ink)
        fill.setAlpha(FILL)
        painter.save()
        painter.resetTransform()
        painter.setPen(QPen(line, 1, Qt.PenStyle.SolidLine))
        painter.setBrush(fill)
        for band in self._bands:
            if band.right() < seen.left() or band.left() > seen.right():
                continue
            rect = QRectF(
                to_screen.map(QPointF(band.topLeft())), to_screen.map(QPointF(band.bottomRight()))
            ).normalized()
            rect.setWidth(max(rect.width(), NARROWEST_PX))
            painter.drawRect(rect)
        painter.restore()
