"""Draws the rows of the timeline: only what is visible, and never more than the pixels there are.

Where a row shows few intervals they are bars with their names; where it shows many, the row is
one line of an image, which costs the same for a hundred bouts as for a million.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from qtpy.QtCore import QPointF, QRectF, Qt
from qtpy.QtGui import QColor, QFontMetrics, QImage, QPainter, QTransform

from napari_mousegpt.widgets.plotting import pg
from napari_mousegpt.widgets.timeline.rows import MARGIN, Row
from napari_mousegpt.widgets.timeline.trace import Trace
from napari_mousegpt.widgets.timeline.tracks import Track

MOST_BARS = 160
LEAST_NAMED_PX = 26


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
        top = self.rect.top() + (row.top + MARGIN - self.y_top) * self.px_per_row
        height = (row.bottom - row.top - 2 * MARGIN) * self.px_per_row
        return QRectF(self.rect.left(), top, self.rect.width(), max(height, 1.0))


class RowsItem(pg.GraphicsObject):
    """All rows of the timeline as one graphics item."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[Row] = ()
        self.n_frames = 0
        self.ground = QColor("#30333c")
        self.trace_colour = QColor("#9aa4b5")
        self.setFlag(self.GraphicsItemFlag.ItemUsesExtendedStyleOption)

    def set_rows(self, rows: Sequence[Row], n_frames: int) -> None:
        """Show other rows."""
        self.prepareGeometryChange()
        self.rows = rows
        self.n_frames = n_frames
        self.update()

    def colour(self, ground: str, trace: str) -> None:
        """Take the colours of a theme."""
        self.ground, self.trace_colour = QColor(ground), QColor(trace)
        self.update()

    def boundingRect(self) -> QRectF:
        """Everything there is, in frames and rows."""
        bottom = self.rows[-1].bottom if self.rows else 1.0
        return QRectF(0, 0, max(self.n_frames, 1), bottom)

    def paint(self, painter: QPainter, option, widget=None) -> None:
        """Draw the visible part in screen pixels."""
        view = self.getViewBox()
        if view is None or not self.rows:
            return
        canvas = self._canvas(view, painter.worldTransform())
        if canvas.right <= canvas.left:
            return
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        font = painter.font()
        font.setPixelSize(max(8, min(12, int(canvas.px_per_row * 0.5))))
        painter.setFont(font)
        for row in self.rows:
            if isinstance(row.content, Trace):
                self._draw_trace(painter, canvas, row, row.content)
            else:
                self._draw_track(painter, canvas, row, row.content)
        painter.restore()

    def _canvas(self, view: pg.ViewBox, to_screen: QTransform) -> Canvas:
        """The part of the view within the recording."""
        (left, right), (y_top, y_bottom) = view.viewRange()
        corner = to_screen.map(QPointF(left, y_top))
        far = to_screen.map(QPointF(right, y_bottom))
        px_per_frame = (far.x() - corner.x()) / (right - left)
        px_per_row = (far.y() - corner.y()) / (y_bottom - y_top)
        first, last = max(left, 0.0), min(right, float(self.n_frames))
        x_first = corner.x() + (first - left) * px_per_frame
        width = max((last - first) * px_per_frame, 0.0)
        rect = QRectF(x_first, corner.y(), width, far.y() - corner.y())
        return Canvas(first, last, rect, y_top, px_per_row)

    def _draw_track(self, painter: QPainter, canvas: Canvas, row: Row, track: Track) -> None:
        band = canvas.band(row)
        painter.fillRect(band, self.ground)
        visible = track.visible(canvas.left, canvas.right)
        count = visible.stop - visible.start
        if count > MOST_BARS:
            _draw_strip(painter, canvas, band, track)
        elif count:
            _draw_bars(painter, canvas, band, track, visible)

    def _draw_trace(self, painter: QPainter, canvas: Canvas, row: Row, trace: Trace) -> None:
        band = canvas.band(row)
        painter.fillRect(band, self.ground)
        frames, highest = trace.columns(canvas.left, canvas.right, int(band.width()))
        if not len(frames):
            return
        x = canvas.rect.left() + (frames + 0.5 - canvas.left) * canvas.px_per_frame
        share = np.clip(np.nan_to_num(highest / trace.top), 0, 1).astype(np.float64)
        y = band.bottom() - share * band.height()
        x = np.concatenate([x[:1], x, x[-1:]])
        y = np.concatenate([[band.bottom()], y, [band.bottom()]])
        painter.save()
        painter.setClipRect(band, Qt.ClipOperation.IntersectClip)
        painter.fillPath(pg.arrayToQPath(x, y), self.trace_colour)
        painter.restore()


def _draw_strip(painter: QPainter, canvas: Canvas, band: QRectF, track: Track) -> None:
    width = max(round(band.width()), 1)
    colours = track.strip(canvas.left, (canvas.right - canvas.left) / width, width)
    line = np.ascontiguousarray(colours.astype(np.uint32))
    image = QImage(line.data, width, 1, 4 * width, QImage.Format.Format_ARGB32)
    painter.drawImage(band, image)


def _draw_bars(
    painter: QPainter, canvas: Canvas, band: QRectF, track: Track, visible: slice
) -> None:
    metrics = QFontMetrics(painter.font())
    fills = [QColor.fromRgb(int(colour)) for colour in track.colours]
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
            painter.drawText(
                room,
                align,
                metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(room.width())),
            )


def _ink_on(fill: QColor) -> QColor:
    """Black or white, whichever reads better."""
    bright = 0.299 * fill.red() + 0.587 * fill.green() + 0.114 * fill.blue()
    return QColor("#101014") if bright > 128 else QColor("#ffffff")
