"""All rows of the timeline as one graphics item, kept as a picture until the view changes."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import QPointF, QRectF, QSize, Qt
from qtpy.QtGui import QColor, QFont, QPainter, QPixmap, QTransform

from napari_mousegpt.widgets.plotting import pg
from napari_mousegpt.widgets.timeline.row_drawing import Canvas, draw_trace, draw_track
from napari_mousegpt.widgets.timeline.rows import Row
from napari_mousegpt.widgets.timeline.trace import Trace


class RowsItem(pg.GraphicsObject):
    """All rows of the timeline as one graphics item."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[Row] = ()
        self.n_frames = 0
        self.ground = QColor("#30333c")
        self.trace_colour = QColor("#9aa4b5")
        self._picture = QPixmap()
        self._drawn_for: tuple[Canvas, float] | None = None

    def set_rows(self, rows: Sequence[Row], n_frames: int) -> None:
        """Show other rows."""
        self.prepareGeometryChange()
        self.rows = rows
        self.n_frames = n_frames
        self._drawn_for = None
        self.update()

    def colour(self, ground: str, trace: str) -> None:
        """Take the colours of a theme."""
        self.ground, self.trace_colour = QColor(ground), QColor(trace)
        self._drawn_for = None
        self.update()

    def boundingRect(self) -> QRectF:
        """Everything there is, in frames and rows."""
        bottom = self.rows[-1].bottom if self.rows else 1.0
        return QRectF(0, 0, max(self.n_frames, 1), bottom)

    def paint(self, painter: QPainter, option, widget=None) -> None:
        """Show the visible part, drawn anew only if it is another than before.

        So a step of the playhead, which lies above, costs no more than copying pixels.
        """
        view = self.getViewBox()
        if view is None or not self.rows:
            return
        canvas = self._canvas(view, painter.worldTransform())
        if canvas.right <= canvas.left or canvas.rect.height() < 1:
            return
        ratio = painter.device().devicePixelRatioF()
        if (canvas, ratio) != self._drawn_for:
            self._drawn_for = (canvas, ratio)
            self._picture = self._draw(canvas, painter.font(), ratio)
        painter.save()
        painter.resetTransform()
        painter.drawPixmap(canvas.rect.topLeft(), self._picture)
        painter.restore()

    def _draw(self, canvas: Canvas, font: QFont, ratio: float) -> QPixmap:
        picture = QPixmap((canvas.rect.size() * ratio).toSize().expandedTo(QSize(1, 1)))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.translate(-canvas.rect.topLeft())
        font.setPixelSize(max(8, min(12, int(canvas.px_per_row * 0.55))))
        painter.setFont(font)
        for row in self.rows:
            band = canvas.band(row)
            painter.fillRect(band, self.ground)
            if isinstance(row.content, Trace):
                draw_trace(painter, canvas, band, row.content, self.trace_colour)
            for lane, track in enumerate(row.lanes):
                draw_track(painter, canvas, canvas.lane_band(row, lane), track)
        painter.end()
        return picture

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
