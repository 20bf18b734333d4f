"""Where each row of the timeline lies. Knows tracks and traces by their names only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from napari_mousegpt.widgets.timeline.trace import Trace
from napari_mousegpt.widgets.timeline.tracks import Track

TRACE_HEIGHT = 1.4
LOWEST_PX, ROW_PX, HIGHEST_PX = 15.0, 19.0, 26.0
"""A row's height in pixels: below the first rows are scrolled, above the last there is space."""
BETWEEN_ANIMALS = 0.4
FURTHER_LANE = 0.7
"""Height that each lane after the first adds to a row of overlapping bouts."""
MARGIN = 0.12


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One row: its content, and where it begins and ends, counted downwards.

    ``lanes`` are the parts of a track in which nothing overlaps, from above; none for a trace.
    """

    content: Track | Trace
    top: float
    bottom: float
    lanes: tuple[Track, ...] = ()

    @property
    def middle(self) -> float:
        """Half-way down."""
        return (self.top + self.bottom) / 2

    def lane_at(self, y: float) -> Track | None:
        """The lane at a height of the row."""
        if not self.lanes:
            return None
        place = int((y - self.top) / (self.bottom - self.top) * len(self.lanes))
        return self.lanes[min(max(place, 0), len(self.lanes) - 1)]

    def lane_band(self, lane: int) -> tuple[float, float]:
        """Where a lane begins and ends, counted downwards, without the row's margins."""
        height = (self.bottom - self.top - 2 * MARGIN) / max(1, len(self.lanes))
        top = self.top + MARGIN + lane * height
        return top, top + height


def lay_out(tracks: Sequence[Track], traces: Sequence[Trace]) -> list[Row]:
    """Put the rows of each animal together, its tracks above its traces."""
    contents: list[Track | Trace] = [*tracks, *traces]
    rows: list[Row] = []
    top = 0.0
    for individual in dict.fromkeys(one.individual for one in contents):
        for content in contents:
            if content.individual == individual:
                lanes = content.lanes() if isinstance(content, Track) else ()
                height = 1.0 + FURTHER_LANE * (len(lanes) - 1) if lanes else TRACE_HEIGHT
                rows.append(Row(content, top, top + height, lanes))
                top += height
        top += BETWEEN_ANIMALS
    return rows


def row_at(rows: Sequence[Row], y: float) -> Row | None:
    """The row at a height, or None."""
    return next((row for row in rows if row.top <= y < row.bottom), None)


def visible_rows(whole: float, height_px: float) -> float:
    """How many rows to show at once: all, if that leaves each its least height."""
    return max(1.0, height_px / HIGHEST_PX, min(whole, height_px / LOWEST_PX))


def label_of(row: Row, *, with_individual: bool) -> str:
    """What stands beside a row."""
    content = row.content
    label = f"{content.camera} · {content.label}" if content.camera else content.label
    return f"{content.individual} · {label}" if with_individual else label
