"""Dragging bouts and their edges on the timeline, snapped to whole frames. Knows no Qt event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from napari_mousegpt.datamodel.labels.actions import move_bouts, set_edges
from napari_mousegpt.datamodel.labels.edit import Edit
from napari_mousegpt.datamodel.labels.set import LabelSet
from napari_mousegpt.widgets.timeline.bout_marks import Mark

Part = Literal["start", "stop", "body"]
MAGNET_PX = 6.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A bout under the pointer, and which part of it."""

    bout_id: str
    part: Part
    mark: Mark


@dataclass(slots=True)
class BoutDrag:
    """One drag of an edge, or of chosen bouts whole.

    Attributes
    ----------
    hit
        What was taken hold of.
    bout_ids
        The bouts that move; of several only the one under the pointer is shown moving.
    from_frame
        Where the pointer took hold, a fraction of a frame included.
    magnets
        Frames that pull the edge when it comes near, such as the playhead.
    """

    hit: Hit
    bout_ids: tuple[str, ...]
    from_frame: float
    n_frames: int
    magnets: tuple[int, ...] = ()

    def moved_to(self, frame: float, frames_per_px: float) -> Mark:
        """Where the bout would lie if it were dropped here."""
        mark, part = self.hit.mark, self.hit.part
        if part == "body":
            by = self._shift(frame, frames_per_px)
            return replace(mark, start=mark.start + by, stop=mark.stop + by)
        edge = self._snapped(frame, frames_per_px)
        if part == "start":
            return replace(mark, start=min(edge, mark.stop - 1))
        return replace(mark, stop=max(edge, mark.start + 1))

    def edit(self, frame: float, frames_per_px: float) -> Callable[[LabelSet], Edit] | None:
        """What dropping it here does; None if it lies as before."""
        there = self.moved_to(frame, frames_per_px)
        mark, (first, *_) = self.hit.mark, self.bout_ids
        if there == mark:
            return None
        if self.hit.part == "body":
            return lambda labels: move_bouts(labels, self.bout_ids, there.start - mark.start)
        if self.hit.part == "start":
            return lambda labels: set_edges(labels, first, start=there.start)
        return lambda labels: set_edges(labels, first, stop=there.stop)

    def edge_frame(self, there: Mark) -> int:
        """The frame to look at meanwhile: the first or last one of the bout."""
        return there.stop - 1 if self.hit.part == "stop" else there.start

    def _snapped(self, frame: float, frames_per_px: float) -> int:
        near = [one for one in self.magnets if abs(one - frame) <= MAGNET_PX * frames_per_px]
        edge = min(near, key=lambda one: abs(one - frame)) if near else round(frame)
        return min(max(edge, 0), self.n_frames)

    def _shift(self, frame: float, frames_per_px: float) -> int:
        mark, by = self.hit.mark, round(frame - self.from_frame)
        for edge in (mark.start, mark.stop):
            snapped = self._snapped(edge + frame - self.from_frame, frames_per_px)
            if snapped in self.magnets:
                by = snapped - edge
        return min(max(by, -mark.start), self.n_frames - mark.stop)
