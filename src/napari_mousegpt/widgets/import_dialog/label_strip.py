"""Bouts as strips over the whole film, one row a behaviour, with what lies past its end."""

from __future__ import annotations

from typing import Any

import pandas as pd
from qtpy.QtCore import QRectF, QSize, Qt
from qtpy.QtGui import QColor, QPainter, QPaintEvent
from qtpy.QtWidgets import QWidget

NO_COLOUR = "#909090"
ROW_PX, NAME_PX, MOST_ROWS, LEAST_WIDTH_PX = 16, 120, 10, 2.0


class LabelStrip(QWidget):
    """Paints bouts; shifted by `shift` frames at once, before the plan follows."""

    def __init__(self) -> None:
        super().__init__()
        self.frame, self.shift, self.n_frames = 0, 0, 1
        self._rows: list[tuple[str, str, list[tuple[Any, Any]]]] = []

    def show_bouts(self, bouts: pd.DataFrame, n_frames: int, colours: dict[str, str]) -> None:
        """Show these bouts of a film of so many frames."""
        self.n_frames, self.shift = max(1, n_frames), 0
        self._rows = [
            (
                str(name),
                colours.get(str(name), "#909090"),
                list(zip(of["start"], of["stop"], strict=True)),
            )
            for name, of in bouts.groupby("behaviour", sort=False)
        ][:MOST_ROWS]
        self.setVisible(bool(self._rows))
        self.updateGeometry()
        self.update()

    def go_to(self, frame: int) -> None:
        """Mark a frame."""
        self.frame = frame
        self.update()

    def sizeHint(self) -> QSize:
        """As high as its rows."""
        return QSize(360, ROW_PX * max(1, len(self._rows)) + 4)

    minimumSizeHint = sizeHint

    def span(self) -> int:
        """Frames across the strip: those of the film, or as far as the bouts reach."""
        ends = [stop + self.shift for _, _, bouts in self._rows for _, stop in bouts]
        return max([self.n_frames, *ends])

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint names, bouts, the end of the film and the present frame."""
        painter = QPainter(self)
        width = max(1, self.width() - NAME_PX - 4)
        per_frame = width / self.span()
        end_x = NAME_PX + self.n_frames * per_frame
        painter.fillRect(QRectF(NAME_PX, 0, end_x - NAME_PX, self.height()), QColor("#2c323b"))
        painter.fillRect(QRectF(end_x, 0, self.width() - end_x, self.height()), QColor("#4a2326"))
        text = self.palette().text().color()
        for row, (name, colour, bouts) in enumerate(self._rows):
            y = row * ROW_PX + 2
            painter.setPen(text)
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(QRectF(0, y, NAME_PX - 6, ROW_PX), flags, name)
            for start, stop in bouts:
                x = NAME_PX + (start + self.shift) * per_frame
                bar = QRectF(x, y + 2, max(LEAST_WIDTH_PX, (stop - start) * per_frame), ROW_PX - 4)
                painter.fillRect(bar.intersected(QRectF(NAME_PX, 0, width, 10_000)), QColor(colour))
        painter.setPen(QColor("#ffffff"))
        x = NAME_PX + (self.frame + 0.5) * per_frame
        painter.drawLine(int(x), 0, int(x), self.height())
        painter.end()
