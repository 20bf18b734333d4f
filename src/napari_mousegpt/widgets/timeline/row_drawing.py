"""Draws one row of the timeline: only what is visible, never more than the pixels there are.

Where a row shows few intervals they are bars with their names; where it shows many, and for
quantities, the row is an image, which costs the same for a hundred bouts as for a million.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QRectF, Qt
from qtpy.QtGui import QColor, QFontMetrics, QImage, QPainter

from napari_mousegpt.widgets.timeline.rows import MARGIN, Row
from napari_mousegpt.widgets.timeline.trace import Trace
from napari_mousegpt.widgets.timeline.tracks import Track

MOST_BARS = 160
LEAST_NAMED_PX = 26
MARK_PX = 5


@dataclass(frozen=True, slots=True)
class Canvas:
    """Where the visible frames and rows lie on the screen."""

    left: float
    right: float
    rect: QRectF
    y_top: float
    px_per_row: float

    @property
    def px_per_frame(self) -> float:
        return self.rect.width() / (self.right - self.left)

    def x(self, frame: float) -> float:
        """Screen position of a frame."""
        return self.rect.left() + (frame - self.left) * self.px_per_frame

    def band(self, row: Row) -> QRectF:
        """Screen rectangle of a row, without its margins."""
        return self.between(row.top + MARGIN, row.bottom - MARGIN)

    def lane_band(self, row: Row, lane: int) -> QRectF:
        """Screen rectangle of one lane of a row."""
        return self.between(*row.lane_band(lane))

    def between(self, top: float, bottom: float) -> QRectF:
        """Screen rectangle between two heights, over all visible frames."""
        y = self.rect.top() + (top - self.y_top) * self.px_per_row
        height = (bottom - top) * self.px_per_row
        return QRectF(self.rect.left(), y, self.rect.width(), max(height, 1.0))


def draw_track(painter: QPainter, canvas: Canvas, band: QRectF, track: Track) -> None:
    """Draw the visible intervals of a track."""
    visible = track.visible(canvas.left, canvas.right)
    count = visible.stop - visible.start
    if count > MOST_BARS:
        width = max(round(band.width()), 1)
        frames_per_pixel = (canvas.right - canvas.left) / width
        _draw_image(painter, band, track.strip(canvas.left, frames_per_pixel, width)[None])
    elif count:
        _draw_bars(painter, canvas, band, track, visible)
    if count and track.marked is not None:
        _draw_marks(painter, canvas, band, track.starts[visible][track.marked[visible]])


def draw_trace(
    painter: QPainter, canvas: Canvas, band: QRectF, trace: Trace, colour: QColor
) -> None:
    """Fill the area under a quantity."""
    width, height = max(round(band.width()), 1), max(round(band.height()), 1)
    values = trace.pixels(canvas.left, (canvas.right - canvas.left) / width, width)
    share = np.clip(np.nan_to_num(values / trace.top), 0, 1)
    from_below = np.arange(height, 0, -1)[:, None]
    ink = np.uint32(colour.rgba())
    _draw_image(painter, band, np.where(from_below <= share * height, ink, np.uint32(0)))


def _draw_image(painter: QPainter, band: QRectF, colours: NDArray[np.uint32]) -> None:
    """Fill a rectangle with 0xAARRGGBB colours, shape (y, x)."""
    pixels = np.ascontiguousarray(colours, np.uint32)
    height, width = pixels.shape
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32)
    painter.drawImage(band, image)


def _draw_bars(
    painter: QPainter, canvas: Canvas, band: QRectF, track: Track, visible: slice
) -> None:
    metrics = QFontMetrics(painter.font())
    fills = [QColor.fromRgb(int(colour)) for colour in track.colours]
    elided: dict[tuple[str, int], str] = {}
    inks = [_ink_on(fill) for fill in fills]
    align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    for start, stop, code in zip(
        track.starts[visible].tolist(),
        track.stops[visible].tolist(),
        track.codes[visible].tolist(),
        strict=True,
    ):
        x_start = canvas.x(max(start, canvas.left))
        x_stop = canvas.x(min(stop, canvas.right))
        gap = 1.0 if x_stop - x_start > 4 else 0.0
        bar = QRectF(x_start, band.top(), max(x_stop - x_start - gap, 1.0), band.height())
        painter.fillRect(bar, fills[code])
        name = track.names[code]
        if name and bar.width() >= LEAST_NAMED_PX and band.height() >= 9:
            room = bar.adjusted(4, 0, -2, 0)
            painter.setPen(inks[code])
            width = int(room.width())
            if (name, width) not in elided:
                elided[name, width] = metrics.elidedText(name, Qt.TextElideMode.ElideRight, width)
            painter.drawText(room, align, elided[name, width])


def _draw_marks(painter: QPainter, canvas: Canvas, band: QRectF, frames: NDArray[np.int64]) -> None:
    """Mark some intervals where they start, at most one mark for each of its width."""
    places = canvas.rect.left() + (frames - canvas.left) * canvas.px_per_frame
    for x in np.unique((places // MARK_PX).astype(np.int64)).tolist():
        mark = QRectF(x * MARK_PX, band.top(), MARK_PX, MARK_PX)
        painter.fillRect(mark.adjusted(-1, -1, 1, 1), QColor("#101014"))
        painter.fillRect(mark, QColor("#ffffff"))


def _ink_on(fill: QColor) -> QColor:
    """Black or white, whichever reads better."""
    bright = 0.299 * fill.red() + 0.587 * fill.green() + 0.114 * fill.blue()
    return QColor("#101014") if bright > 128 else QColor("#ffffff")
