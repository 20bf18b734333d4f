"""Starts and stops of states paired to intervals. Knows no file format."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Literal

Status = Literal["START", "STOP", "POINT"]
PROBLEMS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Event:
    """A moment noted by an observer."""

    time_s: float
    status: Status
    behaviour: str
    subject: str = ""
    modifiers: str = ""
    observation: str = ""
    comment: str = ""
    columns: Mapping[str, Any] = field(default_factory=dict)
    """What else is known, kept as columns of the interval that begins here."""

    @property
    def key(self) -> tuple[Hashable, ...]:
        """Starts and stops belong together within one key."""
        return (self.observation, self.subject, self.behaviour, self.modifiers)

    def __str__(self) -> str:
        whose = f" of {self.subject}" if self.subject else ""
        return f"{self.behaviour!r}{whose} at {self.time_s:g} s"


@dataclass(frozen=True, slots=True)
class Interval:
    """What lies between a start and a stop, or a single moment."""

    first: Event
    stop_s: float
    comment_stop: str = ""

    @property
    def is_point(self) -> bool:
        """Whether it is a single moment."""
        return self.first.status == "POINT"


def pair(events: Sequence[Event], end_s: Mapping[str, float]) -> tuple[list[Interval], list[str]]:
    """Pair starts with stops, for each observation, subject, behaviour and modifiers.

    Parameters
    ----------
    events
        In any order; those of equal time stay in theirs.
    end_s
        End of each observation, where a state that was never stopped ends.

    Returns
    -------
    intervals, problems
        A start without a stop ends at the next start of its kind or at the end of the
        observation; a stop without a start is left out. Each with a sentence.
    """
    intervals: list[Interval] = []
    problems: list[str] = []
    timed = [event for event in events if math.isfinite(event.time_s)]
    if len(timed) < len(events):
        problems.append(f"events without a readable time, left out: {len(events) - len(timed)}")
    in_order = sorted(timed, key=lambda event: event.time_s)
    for _, group in groupby(sorted(in_order, key=_sort_key), key=_sort_key):
        open_: Event | None = None
        for event in group:
            if event.status == "POINT":
                intervals.append(Interval(event, event.time_s))
            elif event.status == "START":
                if open_ is not None:
                    problems.append(_unstopped(open_, f"the next start at {event.time_s:g} s"))
                    intervals.append(Interval(open_, event.time_s))
                open_ = event
            elif open_ is None:
                problems.append(f"{_where(event)}{event} stops without a start: left out")
            else:
                intervals.append(Interval(open_, event.time_s, event.comment))
                open_ = None
        if open_ is not None:
            stop_s = max(end_s.get(open_.observation, open_.time_s), open_.time_s)
            problems.append(_unstopped(open_, f"the end of the observation at {stop_s:g} s"))
            intervals.append(Interval(open_, stop_s))
    if len(problems) > PROBLEMS_SHOWN:
        more = len(problems) - PROBLEMS_SHOWN
        problems[PROBLEMS_SHOWN:] = [f"further events that were not paired: {more}"]
    return sorted(intervals, key=lambda interval: interval.first.time_s), problems


def alternate(events: Sequence[tuple[Event, bool]]) -> list[Event]:
    """Give events their status, where a file only says which behaviours are states.

    Parameters
    ----------
    events
        Each with whether its behaviour is a state. The first of its key is a start, the second
        a stop, and so on.
    """
    seen: dict[tuple[Hashable, ...], int] = {}
    with_status = [event for event, _ in events if not math.isfinite(event.time_s)]
    timed = [item for item in events if math.isfinite(item[0].time_s)]
    for event, is_state in sorted(timed, key=lambda item: item[0].time_s):
        count = seen[event.key] = seen.get(event.key, 0) + 1
        status: Status = ("START" if count % 2 else "STOP") if is_state else "POINT"
        with_status.append(replace(event, status=status))
    return with_status


def _sort_key(event: Event) -> tuple[str, ...]:
    return tuple(map(str, event.key))


def _unstopped(event: Event, end: str) -> str:
    return f"{_where(event)}{event} starts but never stops: it was closed at {end}"


def _where(event: Event) -> str:
    return f"{event.observation}: " if event.observation else ""
