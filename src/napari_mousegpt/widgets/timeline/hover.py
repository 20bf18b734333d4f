"""Says what is under the pointer on the timeline. Knows rows and labels, not how they look."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from qtpy.QtCore import QPoint, QPointF
from qtpy.QtGui import QCursor
from qtpy.QtWidgets import QToolTip

from napari_mousegpt.widgets.plotting import pg
from napari_mousegpt.widgets.timeline.hover_text import interval_text, trace_text
from napari_mousegpt.widgets.timeline.rows import Row, row_at
from napari_mousegpt.widgets.timeline.trace import Trace
from napari_mousegpt.widgets.timeline.tracks import Track

if TYPE_CHECKING:
    from napari_mousegpt.widgets.labelling.labelling import Labelling

BESIDE_POINTER = QPoint(14, 10)


class Hover:
    """Shows a tooltip with times and sentence of the interval under the pointer."""

    def __init__(
        self,
        plot: pg.GraphicsView,
        view: pg.ViewBox,
        labelling: Labelling,
        rows: Callable[[], Sequence[Row]],
    ) -> None:
        self._plot = plot
        self._view = view
        self._labelling = labelling
        self._rows = rows
        plot.scene().sigMouseMoved.connect(self._on_moved)

    def interval_at(self, frame: float, y: float) -> tuple[Track, int] | None:
        """The track and interval at a place, or None."""
        row = row_at(self._rows(), y)
        lane = row.lane_at(y) if row is not None else None
        place = lane.at(frame) if lane is not None else None
        return None if lane is None or place is None else (lane, place)

    def text_at(self, frame: float, y: float) -> str:
        """What is to be said about a place; "" for nothing."""
        state = self._labelling.state
        row = row_at(self._rows(), y)
        if row is not None and isinstance(row.content, Trace):
            return trace_text(row.content, int(frame), state.time_s(int(frame)))
        found = self.interval_at(frame, y)
        if found is None or state.seen is None:
            return ""
        track, place = found
        start_s = state.time_s(int(track.starts[place]))
        stop_s = state.time_s(int(track.stops[place]))
        labels = self._labelling.labels
        bout_id = track.id_at(place) or ""
        bout = labels[bout_id] if labels is not None and bout_id in labels else None
        return interval_text(state.seen, track, place, start_s=start_s, stop_s=stop_s, bout=bout)

    def _on_moved(self, scene_place: QPointF) -> None:
        view = self._view
        text = ""
        if view.sceneBoundingRect().contains(scene_place):
            place = view.mapSceneToView(scene_place)
            text = self.text_at(place.x(), place.y())
        if text:
            QToolTip.showText(QCursor.pos() + BESIDE_POINTER, text, self._plot)
        else:
            QToolTip.hideText()
