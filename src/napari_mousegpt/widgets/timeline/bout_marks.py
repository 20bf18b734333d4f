"""What lies over the rows while labelling: chosen bouts, the one being dragged, open ones.

It also takes drags before anything below it. Knows frames and heights, no labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from qtpy.QtCore import QPointF, QRectF, Qt
from qtpy.QtGui import QBrush, QColor, QPainter, QPen

from napari_mousegpt.widgets.plotting import pg

NARROWEST_PX = 3.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A bout's place: frames, heights counted in rows, and its colour."""

    start: int
    stop: int
    top: float
    bottom: float
    colour: str = "#ffffff"


class Grip(Protocol):
    """What takes hold of a thing under the pointer before a drag selects time."""

    def cursor_at(self, frame: float, y: float) -> Qt.CursorShape | None:
        """The pointer's shape over what can be dragged; None where nothing can."""
        ...

    def grab(self, frame: float, y: float) -> bool:
        """Take hold of what is there; tell whether there was something."""
        ...

    def drag(self, frame: float) -> None:
        """The pointer moved."""
        ...

    def drop(self, frame: float) -> None:
        """The button was let go."""
        ...


class BoutMarks(pg.GraphicsObject):
    """Outlines of chosen bouts, the bout that is dragged, and those that are still open.

    Attributes
    ----------
    grip
        Asked first when a drag with the left button begins, unless Alt is held.
    """

    def __init__(self) -> None:
        super().__init__()
        self.chosen: Sequence[Mark] = ()
        self.open: Sequence[Mark] = ()
        self.moving: Mark | None = None
        self.ink = QColor("#ffffff")
        self.grip: Grip | None = None
        self._held = False
        self.setZValue(40)  # above the playhead, which lies where people have just clicked

    def show(
        self,
        *,
        chosen: Sequence[Mark] | None = None,
        open_bouts: Sequence[Mark] | None = None,
    ) -> None:
        """Mark other bouts; None leaves as they are."""
        self.chosen = self.chosen if chosen is None else chosen
        self.open = self.open if open_bouts is None else open_bouts
        self.update()

    def show_moving(self, mark: Mark | None) -> None:
        """Show a bout where it is being dragged to, or no more."""
        self.moving = mark
        self.update()

    def boundingRect(self) -> QRectF:
        """The whole view: marks come and go too often to be measured."""
        view = self.getViewBox()
        return QRectF() if view is None else view.viewRect()

    def viewRangeChanged(self) -> None:
        """Follow the view."""
        self.prepareGeometryChange()
        self.update()

    def hoverEvent(self, event) -> None:
        """Claim drags where there is something to hold, and show it."""
        shape = None
        if self.grip is not None and not event.isExit():
            place = event.pos()
            shape = self.grip.cursor_at(place.x(), place.y())
        if shape is not None and event.acceptDrags(Qt.MouseButton.LeftButton):
            self.setCursor(shape)
        else:
            self.unsetCursor()

    def mouseDragEvent(self, event) -> None:
        """Move what the grip holds; leave other drags to what lies below."""
        grip = self.grip
        if event.isStart():
            first, over = event.buttonDownPos(), event.modifiers() & Qt.KeyboardModifier.AltModifier
            self._held = (
                grip is not None
                and event.button() == Qt.MouseButton.LeftButton
                and not over
                and grip.grab(first.x(), first.y())
            )
        if grip is None or not self._held:
            event.ignore()
            return
        event.accept()
        if event.isFinish():
            self._held = False
            grip.drop(event.pos().x())
        else:
            grip.drag(event.pos().x())

    def paint(self, painter: QPainter, option, widget=None) -> None:
        """Draw in pixels, so that outlines are as thin at every magnification."""
        view = self.getViewBox()
        if view is None or not (self.chosen or self.open or self.moving):
            return
        to_screen = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        for mark in self.open:
            colour = QColor(mark.colour)
            painter.fillRect(_rect(mark, to_screen), QBrush(colour, Qt.BrushStyle.BDiagPattern))
            self._frame(painter, _rect(mark, to_screen), colour, Qt.PenStyle.DashLine)
        for mark in self.chosen:
            self._frame(painter, _rect(mark, to_screen), self.ink, Qt.PenStyle.SolidLine)
        if self.moving is not None:
            rect = _rect(self.moving, to_screen)
            colour = QColor(self.moving.colour)
            colour.setAlpha(190)
            painter.fillRect(rect, colour)
            self._frame(painter, rect, self.ink, Qt.PenStyle.SolidLine)
        painter.restore()

    def _frame(self, painter: QPainter, rect: QRectF, colour: QColor, style: Qt.PenStyle) -> None:
        painter.setPen(QPen(colour, 2, style))
        painter.drawRect(rect.adjusted(1, 1, -1, -1) if rect.width() > 6 else rect)


def _rect(mark: Mark, to_screen) -> QRectF:
    rect = QRectF(
        to_screen.map(QPointF(mark.start, mark.top)), to_screen.map(QPointF(mark.stop, mark.bottom))
    ).normalized()
    if rect.width() < NARROWEST_PX:
        rect.setWidth(NARROWEST_PX)
    return rect
