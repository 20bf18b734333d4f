"""The whole recording as one thin strip, with the part that the timeline shows. No viewer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from qtpy.QtCore import QRectF, QSize, Qt, Signal
from qtpy.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from qtpy.QtWidgets import QSizePolicy, QWidget

from napari_mousegpt.widgets.timeline.rows import Row

HEIGHT_PX = 14
LEAST_WINDOW_PX = 4.0


class Minimap(QWidget):
    """Colours of one row over the whole film; drag to move what the timeline shows.

    Signals
    -------
    moved
        Frame that is to be in the middle of the view.
    """

    moved = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip("The whole film; drag to move what is shown below")
        self._row: Row | None = None
        self._n_frames = 1
        self._view = (0.0, 1.0)
        self._frame = 0
        self._margins = (0, 0)
        self._ground, self._ink = QColor("#30333c"), QColor("#ffffff")
        self._picture: tuple[object, int, QImage] | None = None

    def colour(self, ground: str, ink: str) -> None:
        """Take the colours of a theme."""
        self._ground, self._ink = QColor(ground), QColor(ink)
        self.update()

    def show_rows(self, rows: Sequence[Row], n_frames: int) -> None:
        """Show the first row that has anything; that is one's own labels where there are some."""
        self._row = next((row for row in rows if row.lanes and len(row.lanes[0].starts)), None)
        self._n_frames = max(n_frames, 1)
        self.update()

    def show_view(self, left: float, right: float, margins: tuple[int, int]) -> None:
        """Show which frames are in view; ``margins`` are pixels left and right of the rows."""
        self._view, self._margins = (left, right), margins
        self.setVisible(right - left < 0.9 * self._n_frames)
        self.update()

    def show_frame(self, frame: int) -> None:
        """Show where the playhead is."""
        if frame != self._frame:
            self._frame = frame
            self.update()

    def sizeHint(self) -> QSize:
        """As thin as can be seen."""
        return QSize(200, HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the strip, the part in view and the playhead."""
        painter = QPainter(self)
        left, width = self._margins[0], self._width()
        band = QRectF(left, 2, width, self.height() - 4)
        painter.fillRect(band, self._ground)
        painter.drawImage(band, self._strip(width))
        window = QRectF(self._x(self._view[0]), 0.5, 0, self.height() - 1.0)
        window.setRight(max(self._x(self._view[1]), window.left() + LEAST_WINDOW_PX))
        veil = QColor(self._ink)
        veil.setAlpha(50)
        painter.fillRect(window, veil)
        painter.setPen(QPen(self._ink, 1))
        painter.drawRect(window)
        painter.setPen(QPen(QColor("#ffcc33"), 1))
        x = self._x(self._frame + 0.5)
        painter.drawLine(int(x), 0, int(x), self.height())
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Move the view here."""
        self._move(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the view along."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._move(event)

    def _move(self, event: QMouseEvent) -> None:
        share = (event.position().x() - self._margins[0]) / self._width()
        self.moved.emit(min(max(share, 0.0), 1.0) * self._n_frames)

    def _width(self) -> int:
        return max(1, self.width() - sum(self._margins))

    def _x(self, frame: float) -> float:
        share = min(max(frame / self._n_frames, 0.0), 1.0)
        return self._margins[0] + share * self._width()

    def _strip(self, width: int) -> QImage:
        """The colours of the row, drawn anew only where it or the width is another."""
        if self._picture is None or self._picture[:2] != (self._row, width):
            pixels = np.zeros((1, width), np.uint32)
            for lane in self._row.lanes[::-1] if self._row is not None else ():
                colours = lane.strip(0.0, self._n_frames / width, width)
                pixels[0] = np.where(colours, colours, pixels[0])
            image = QImage(pixels.data, width, 1, 4 * width, QImage.Format.Format_ARGB32)
            self._picture = (self._row, width, image.copy())
        return self._picture[2]
