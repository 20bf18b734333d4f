"""The mouse on the map: move, zoom, click, encircle. Knows places, not what they show."""

from __future__ import annotations

from qtpy.QtCore import QPointF, Qt, Signal
from qtpy.QtGui import QPainterPath

from napari_mousegpt.widgets.plotting import pg

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier


class MapView(pg.ViewBox):
    """View with the same scale both ways.

    Dragging moves it; with Shift, or with ``encircles``, it draws a line round dots.

    Signals
    -------
    clicked
        Place in the scene and the keys held down.
    encircled
        Corners of the line, places of the view, and the keys held down.
    """

    clicked = Signal(object, object)
    encircled = Signal(object, object)

    def __init__(self) -> None:
        super().__init__(enableMenu=False, lockAspect=True)
        self.encircles = False
        self._line: list[QPointF] = []
        self._shown = pg.QtWidgets.QGraphicsPathItem()
        self._shown.setZValue(30)
        self.addItem(self._shown, ignoreBounds=True)

    def colour(self, line: str) -> None:
        """Take the colour of the encircling line."""
        self._shown.setPen(pg.mkPen(line, width=2, style=Qt.PenStyle.DashLine))

    def mouseClickEvent(self, event) -> None:
        """Tell of clicks with the left button."""
        if event.button() == LEFT:
            event.accept()
            self.clicked.emit(event.scenePos(), event.modifiers())
        else:
            event.ignore()

    def mouseDragEvent(self, event, axis=None) -> None:
        """Encircle or move."""
        encircling = bool(self._line) or self.encircles or event.modifiers() & SHIFT
        if event.button() != LEFT or not encircling:
            super().mouseDragEvent(event, axis)
            return
        event.accept()
        if event.isStart():
            self._line = [self.mapSceneToView(event.buttonDownScenePos())]
        self._line.append(self.mapSceneToView(event.scenePos()))
        path = QPainterPath(self._line[0])
        for corner in self._line[1:]:
            path.lineTo(corner)
        path.closeSubpath()
        if not event.isFinish():
            self._shown.setPath(path)
            return
        corners, self._line = [(corner.x(), corner.y()) for corner in self._line], []
        self._shown.setPath(QPainterPath())
        self.encircled.emit(corners, event.modifiers())
