"""Clips in rows and columns, all played together in a loop at the speed of life. Knows no film."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QEvent, QRect, QSize, Qt, QTimer, Signal
from qtpy.QtGui import QColor, QHelpEvent, QImage, QMouseEvent, QPainter, QPen
from qtpy.QtWidgets import QToolTip, QWidget

GAP_PX = 4
LEAST_PX = 48
CENTRED = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
REST_S = 0.5
"""How long the last pictures stand before all clips begin again together."""


class ClipGrid(QWidget):
    """As many squares as clips were asked for; each shows its clip as soon as it is read.

    A clip that is shorter than the longest waits at its last picture.

    Signals
    -------
    clicked
        Place of the clip that was clicked, and whether Ctrl was held.
    """

    clicked = Signal(int, bool)

    def __init__(self, pictures_per_s: float) -> None:
        super().__init__()
        self.setMinimumSize(160, 200)
        self.columns = 3
        self.ink = QColor("#ffffff")
        self.painted = 0
        self._pictures_per_s = pictures_per_s
        self._titles: Sequence[str] = ()
        self._chosen: frozenset[int] = frozenset()
        self._clips: dict[int, NDArray[np.uint8]] = {}
        self._problems: dict[int, str] = {}
        self._began_s = 0.0
        self._timer = QTimer(self, interval=round(1000 / pictures_per_s))
        self._timer.timeout.connect(self.update)

    def begin(self, titles: Sequence[str], columns: int) -> None:
        """Show empty squares with these titles."""
        self._titles, self.columns = titles, columns
        self._clips, self._problems, self._chosen = {}, {}, frozenset()
        self._began_s = time.monotonic()
        self._play(self.isVisible())
        self.update()

    def put(self, place: int, pixels: NDArray[np.uint8] | None, problem: str) -> None:
        """Show a clip, shape (pictures, side, side, 3), or why there is none."""
        if pixels is None:
            self._problems[place] = problem
        else:
            self._clips[place] = np.ascontiguousarray(pixels)
        self.update()

    def mark(self, places: frozenset[int]) -> None:
        """Outline these clips."""
        if places != self._chosen:
            self._chosen = places
            self.update()

    def side_px(self) -> int:
        """How large a square is."""
        rows = max(1, -(-len(self._titles) // self.columns))
        wide = (self.width() - GAP_PX) // self.columns - GAP_PX
        high = (self.height() - GAP_PX) // rows - GAP_PX
        return max(LEAST_PX, min(wide, high))

    def place_at(self, x: float, y: float) -> int | None:
        """The clip at a point, or None."""
        step = self.side_px() + GAP_PX
        column, row = int((x - GAP_PX) // step), int((y - GAP_PX) // step)
        place = row * self.columns + column
        inside = 0 <= column < self.columns and 0 <= place < len(self._titles)
        return place if inside else None

    def paintEvent(self, event) -> None:
        """Draw the picture of now of every clip."""
        self.painted += 1
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        shown = self._picture_of_now()
        for place in range(len(self._titles)):
            rect = self._rect(place)
            if place in self._clips:
                clip = self._clips[place]
                painter.drawImage(rect, _image(clip[min(shown, len(clip) - 1)]))
            else:
                painter.fillRect(rect, QColor(128, 128, 128, 50))
                text = self._problems.get(place, "…")
                painter.drawText(rect, CENTRED, text)
            if place in self._chosen:
                painter.setPen(QPen(self.ink, 3))
                painter.drawRect(rect.adjusted(1, 1, -2, -2))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell which clip was clicked."""
        place = self.place_at(event.position().x(), event.position().y())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            adding = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self.clicked.emit(place, adding)

    def event(self, event: QEvent) -> bool:
        """Say what is under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self.place_at(event.pos().x(), event.pos().y())
            if place is not None:
                QToolTip.showText(event.globalPos(), self._titles[place], self)
            return True
        return super().event(event)

    def showEvent(self, event) -> None:
        """Play while it is seen."""
        super().showEvent(event)
        self._play(bool(self._titles))

    def hideEvent(self, event) -> None:
        """Rest while it is not."""
        super().hideEvent(event)
        self._play(False)

    def sizeHint(self) -> QSize:
        """Three squares across."""
        return QSize(300, 300)

    def _play(self, on: bool) -> None:
        if on and self._titles:
            self._timer.start()
        else:
            self._timer.stop()

    def _picture_of_now(self) -> int:
        longest = max((len(clip) for clip in self._clips.values()), default=1)
        loop_s = longest / self._pictures_per_s + REST_S
        return int((time.monotonic() - self._began_s) % loop_s * self._pictures_per_s)

    def _rect(self, place: int) -> QRect:
        row, column = divmod(place, self.columns)
        side = self.side_px()
        return QRect(GAP_PX + column * (side + GAP_PX), GAP_PX + row * (side + GAP_PX), side, side)


def _image(pixels: NDArray[np.uint8]) -> QImage:
    """A picture without a copy, to be drawn at once."""
    height, width, _ = pixels.shape
    return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
