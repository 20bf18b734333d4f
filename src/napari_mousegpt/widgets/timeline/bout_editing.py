"""Bouts on the timeline as things to choose, drag and right-click. Joins mouse, marks and menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from qtpy.QtCore import QPoint, Qt

from napari_mousegpt.datamodel.ethogram import colour_of
from napari_mousegpt.widgets.timeline.bout_marks import Mark
from napari_mousegpt.widgets.timeline.bout_menu import bout_menu
from napari_mousegpt.widgets.timeline.bout_tool import BoutTool
from napari_mousegpt.widgets.timeline.rows import Row

if TYPE_CHECKING:
    from napari_mousegpt.widgets.labelling.labelling import Labelling
    from napari_mousegpt.widgets.timeline.plot import TimelinePlot
    from napari_mousegpt.widgets.timeline.tracks import Track

MOST_MARKED = 500
"""Chosen bouts beyond these have no outline of their own."""


class BoutEditing:
    """Everything that the mouse does to bouts.

    Parameters
    ----------
    rows
        The rows as they are laid out.
    look
        Called with the frame at an edge that is dragged, to show it.
    """

    def __init__(
        self,
        labelling: Labelling,
        plot: TimelinePlot,
        rows: Callable[[], Sequence[Row]],
        look: Callable[[float], None],
    ) -> None:
        self._labelling = labelling
        self._plot = plot
        self._rows = rows
        self.tool = BoutTool(labelling, plot.view, plot.marks, rows, look)
        plot.marks.grip = self.tool
        plot.view.menu_asked.connect(self._on_menu)
        labelling.chosen_changed.connect(self.mark)
        labelling.state.frame_changed.connect(self._on_frame)
        labelling.state.nothing_asked.connect(self._choose_nothing)

    def let_go(self) -> None:
        """Hear no more of the labels."""
        self._labelling.chosen_changed.disconnect(self.mark)
        self._labelling.state.frame_changed.disconnect(self._on_frame)
        self._labelling.state.nothing_asked.disconnect(self._choose_nothing)

    def click(self, frame: float, y: float, modifiers: Qt.KeyboardModifier) -> bool:
        """Choose what is here; tell whether a bout was."""
        return self._labelling.session is not None and self.tool.click(frame, y, modifiers)

    def mark(self) -> None:
        """Outline the chosen bouts and draw the open ones up to the playhead."""
        labels = self._labelling.labels
        if labels is None:
            self._plot.marks.show(chosen=(), open_bouts=())
            return
        chosen = [
            Mark(bout.start, bout.stop, *band)
            for bout in self._labelling.chosen_bouts[:MOST_MARKED]
            for band in self._bands(bout.track, bout.bout_id, bout.start)
        ]
        self._plot.marks.show(chosen=chosen, open_bouts=self._open_marks())

    def _open_marks(self) -> list[Mark]:
        labels, frame = self._labelling.labels, self._labelling.state.frame
        if labels is None:
            return []
        return [
            Mark(
                min(bout.start, frame),
                max(bout.start, frame) + 1,
                *band,
                colour_of(bout.behaviour, labels.ethogram),
            )
            for bout in labels.open_bouts()
            for band in self._bands(bout.track, None, bout.start)
        ]

    def _bands(self, track, bout_id: str | None, start: int) -> list[tuple[float, float]]:
        """The heights between which a bout lies: its lane, or its row where it has none yet."""
        for row in self._rows():
            if getattr(row.content, "key", None) != track:
                continue
            for number, lane in enumerate(row.lanes):
                if bout_id is not None and _holds(lane, bout_id, start):
                    return [row.lane_band(number)]
            return [(row.top, row.bottom)] if bout_id is None else []
        return []

    def _on_frame(self) -> None:
        labels = self._labelling.labels
        if labels is not None and (self._plot.marks.open or labels.open_bouts()):
            self._plot.marks.show(open_bouts=self._open_marks())

    def _choose_nothing(self) -> None:
        """Let go of what is dragged, else of what is chosen."""
        if not self.tool.cancel():
            self._labelling.choose([])

    def _on_menu(self, frame: float, y: float, place: QPoint) -> None:
        if self._labelling.session is None:
            return
        hit = self.tool.hit(frame, y)
        if hit is not None and hit.bout_id not in self._labelling.chosen:
            self._labelling.choose([hit.bout_id])
        menu = bout_menu(self._labelling, int(frame), hit.bout_id if hit else None, self._plot)
        if not menu.isEmpty():
            menu.popup(place)


def _holds(lane: Track, bout_id: str, start: int) -> bool:
    at_start = slice(*lane.starts.searchsorted([start, start + 1]))
    places = range(at_start.start, at_start.stop)
    return any(lane.id_at(place) == bout_id for place in places)
