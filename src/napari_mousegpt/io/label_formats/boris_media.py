"""Which video file, and when in it, a time of a BORIS observation is. Knows no events.

BORIS counts the time of an observation on through the media of its first player, played one after
another, and adds the observation's time offset.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from napari_mousegpt.io.label_formats.bout_rows import Row
from napari_mousegpt.io.label_formats.frame_clock import ROUNDING_S
from napari_mousegpt.io.label_formats.state_pairs import Interval

NO_SUBJECT = "No focal subject"
ABSENT = ("", "NA", "None", NO_SUBJECT)
"""What BORIS writes where there is nothing to say."""


@dataclass(frozen=True, slots=True)
class MediaTimeline:
    """The media of the first player of an observation, in the order in which they are played."""

    names: tuple[str, ...] = ()
    lengths_s: tuple[float, ...] = ()
    """NaN where the file does not say."""
    offset_s: float = 0.0

    @property
    def end_s(self) -> float:
        """End of the last, as a time of the observation; NaN if unknown."""
        return self.offset_s + sum(self.lengths_s) if self.lengths_s else math.nan

    def place(
        self, start_s: float, stop_s: float, hint: str = ""
    ) -> list[tuple[str, float, float]]:
        """Cut an interval where one medium ends and the next begins.

        Parameters
        ----------
        start_s, stop_s
            Times of the observation; equal for a moment.
        hint
            Name of the medium it begins in, for when lengths are unknown.

        Returns
        -------
        list of tuple
            Name of the medium, start and stop within it; one entry for each medium touched.
        """
        start_s, stop_s = start_s - self.offset_s, stop_s - self.offset_s
        if len(self.names) < 2 or math.isnan(sum(self.lengths_s[:-1])):
            return [(hint or (self.names[0] if self.names else ""), start_s, stop_s)]
        parts = []
        begin_s = 0.0
        for position, (name, length_s) in enumerate(zip(self.names, self.lengths_s, strict=True)):
            last = position == len(self.names) - 1
            end_s = math.inf if last else begin_s + length_s
            first = -math.inf if position == 0 else begin_s
            starts_by_then = start_s + ROUNDING_S < end_s
            if starts_by_then and max(stop_s - ROUNDING_S, start_s + ROUNDING_S) >= first:
                parts.append((name, max(start_s, first) - begin_s, min(stop_s, end_s) - begin_s))
            begin_s = end_s
        return parts


def rows_of(
    intervals: Sequence[Interval], timelines: Mapping[str, MediaTimeline]
) -> tuple[list[Row], list[str]]:
    """Make rows in seconds of one video each; with sentences on what lies past its end."""
    rows: list[Row] = []
    n_late = n_cut = 0
    for interval in intervals:
        event = interval.first
        timeline = timelines.get(event.observation, MediaTimeline())
        n_late += interval.stop_s > timeline.end_s + ROUNDING_S
        parts = timeline.place(event.time_s, interval.stop_s, str(event.columns.get("video", "")))
        n_cut += len(parts) > 1
        for video, start_s, stop_s in parts:
            rows.append(
                {
                    **event.columns,
                    "video": video,
                    "individual": "" if event.subject == NO_SUBJECT else event.subject,
                    "start_s": start_s,
                    "stop_s": stop_s,
                    "behaviour": event.behaviour,
                    "kind": "point" if interval.is_point else "state",
                    "comment": event.comment,
                    "comment_stop": interval.comment_stop or None,
                    "observation": event.observation,
                    "modifiers": event.columns.get("modifiers", event.modifiers) or None,
                }
            )
    problems = []
    if n_late:
        problems.append(f"labels past the length that the file gives for its media, kept: {n_late}")
    if n_cut:
        problems.append(f"states that last into the next medium, cut where it begins: {n_cut}")
    return without_empty_columns(rows), problems


def without_empty_columns(
    rows: list[Row], optional: Sequence[str] = ("comment_stop", "modifiers", "category")
) -> list[Row]:
    """Drop these entries where no row has any of them."""
    unused = [name for name in optional if not any(row.get(name) for row in rows)]
    return [{name: row[name] for name in row if name not in unused} for row in rows]
