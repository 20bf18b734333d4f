"""The mouse on bouts that can be edited: choose, drag, and what a right click offers.

Knows rows and labelling; the view tells it where the pointer is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt

from napari_mousegpt.datamodel.ethogram import colour_of
from napari_mousegpt.widgets.timeline.bout_drag import BoutDrag, Hit, Part
from napari_mousegpt.widgets.timeline.bout_marks import BoutMarks, Mark
from napari_mousegpt.widgets.timeline.rows import Row, row_at

if TYPE_CHECKING:
    from napari_mousegpt.widgets.labelling.labelling import Labelling
    from napari_mousegpt.widgets.timeline.time_view import TimeView

EDGE_PX = 6.0
NARROW_PX = 12.0
"""A bout narrower than this is taken hold of beside it, by its edges."""


class BoutTool:
    """Choosing and dragging bouts with the mouse.

    Parameters
    ----------
    rows
        The rows as they are laid out.
    look
        Called with the frame at the edge that is dragged, to show it.
    """

    def __init__(
        self,
        labelling: Labelling,
        view: TimeView,
        marks: BoutMarks,
        rows: Callable[[], Sequence[Row]],
        look: Callable[[float], None],
    ) -> None:
        self._labelling = labelling
        self._view = view
        self._marks = marks
        self._rows = rows
        self._look = look
        self._drag: BoutDrag | None = None

    def hit(self, frame: float, y: float) -> Hit | None:
        """The bout at a place, or whose edge is near it; of chosen bouts the chosen one first."""
        labelling = self._labelling
        row = row_at(self._rows(), y)
        lane = row.lane_at(y) if row is not None else None
        if row is None or lane is None or lane.id_numbers is None:
            return None
        reach = EDGE_PX * self.frames_per_px
        visible = lane.visible(frame - reach, frame + reach)
        top, bottom = row.lane_band(row.lanes.index(lane))
        best: tuple[float, Hit] | None = None
        for place in range(visible.start, visible.stop):
            start, stop = int(lane.starts[place]), int(lane.stops[place])
            away, part = self._part(frame, start, stop)
            bout_id = lane.id_at(place) or ""
            if away > reach or labelling.labels is None or bout_id not in labelling.labels:
                continue
            colour = colour_of(lane.names[lane.codes[place]], labelling.labels.ethogram)
            hit = Hit(bout_id, part, Mark(start, stop, top, bottom, colour))
            rank = away - (reach if bout_id in labelling.chosen else 0.0)
            if best is None or rank < best[0]:
                best = (rank, hit)
        return best[1] if best else None

    @property
    def frames_per_px(self) -> float:
        """How much time a pixel is."""
        left, right = self._view.viewRange()[0]
        return (right - left) / max(self._view.width(), 1.0)

    def cursor_at(self, frame: float, y: float) -> Qt.CursorShape | None:
        """The pointer's shape over something that can be dragged."""
        hit = self.hit(frame, y)
        if hit is None or not self._labelling.may_edit(hit.bout_id):
            return None
        if hit.part != "body":
            return Qt.CursorShape.SizeHorCursor
        chosen = hit.bout_id in self._labelling.chosen
        return Qt.CursorShape.SizeAllCursor if chosen else None

    def grab(self, frame: float, y: float) -> bool:
        """Take hold of an edge, or of a chosen bout; tell whether there was one."""
        labelling = self._labelling
        hit = self.hit(frame, y)
        if hit is None or not labelling.may_edit(hit.bout_id):
            return False
        chosen = labelling.chosen
        if hit.part == "body" and hit.bout_id not in chosen:
            return False
        moving = tuple(chosen) if hit.part == "body" else (hit.bout_id,)
        moving = (hit.bout_id, *(one for one in moving if one != hit.bout_id))
        if hit.bout_id not in chosen:
            labelling.choose([hit.bout_id])
        state = labelling.state
        magnets = (state.frame, *self._other_edges(hit))
        self._drag = BoutDrag(hit, moving, frame, state.n_frames, magnets)
        return True

    def drag(self, frame: float) -> None:
        """Show where the bout would lie, and the frame at its edge."""
        if self._drag is not None:
            there = self._drag.moved_to(frame, self.frames_per_px)
            self._marks.show_moving(there)
            self._look(self._drag.edge_frame(there))

    def drop(self, frame: float) -> None:
        """Leave the bout here."""
        if self._drag is not None:
            edit = self._drag.edit(frame, self.frames_per_px)
            self.cancel()
            if edit is not None:
                self._labelling.do(edit)

    def cancel(self) -> bool:
        """Let go without a change; tell whether something was held."""
        held, self._drag = self._drag is not None, None
        self._marks.show_moving(None)
        return held

    def click(self, frame: float, y: float, modifiers: Qt.KeyboardModifier) -> bool:
        """Choose the bout here; with Ctrl also, with Shift all between. Elsewhere choose none."""
        hit = self.hit(frame, y)
        labelling = self._labelling
        if hit is None:
            labelling.choose([])
            return False
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            chosen = [one for one in labelling.chosen if one != hit.bout_id]
            labelling.choose(chosen if hit.bout_id in labelling.chosen else [*chosen, hit.bout_id])
        elif modifiers & Qt.KeyboardModifier.ShiftModifier and labelling.chosen:
            labelling.choose_between(labelling.chosen[0], hit.bout_id)
        else:
            labelling.choose([hit.bout_id])
        return True

    def _other_edges(self, hit: Hit) -> list[int]:
        """Edges of the bouts beside the one that is dragged."""
        labels = self._labelling.labels
        if labels is None:
            return []
        bout = labels[hit.bout_id]
        reach = round(4 * NARROW_PX * self.frames_per_px) + 1
        near = [
            other
            for edge in (bout.start, bout.stop)
            for other in labels.overlapping(bout.track, max(0, edge - reach), edge + reach)
            if other.bout_id != bout.bout_id
        ]
        return [edge for other in near for edge in (other.start, other.stop)]

    def _part(self, frame: float, start: int, stop: int) -> tuple[float, Part]:
        """How far the nearest part of a bout is, in frames, and which it is."""
        reach = EDGE_PX * self.frames_per_px
        narrow = (stop - start) < NARROW_PX * self.frames_per_px
        to_start, to_stop = abs(frame - start), abs(frame - stop)
        if start <= frame < stop and (narrow or min(to_start, to_stop) > reach):
            return 0.0, "body"
        return (to_start, "start") if to_start < to_stop else (to_stop, "stop")
