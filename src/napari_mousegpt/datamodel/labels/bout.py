"""One bout as a small value with an identity, and the track it lies on. Knows no table."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple

from napari_mousegpt.datamodel.bouts import KINDS, SOURCES

EDITABLE_SOURCES = frozenset({"person", "import"})
"""Whose bouts may be edited; what a model, rule or cluster said stays as it said it."""
LABEL_COLUMNS = ("bout_id", "origin")
"""Columns of the bout table that labelling adds to those of `datamodel.bouts`."""


class TrackKey(NamedTuple):
    """Whose bouts lie on one row of a timeline: of which animal, said by whom."""

    video: str
    individual: str
    source: str = "person"
    annotator: str | None = None
    run_id: str | None = None


@dataclass(frozen=True, slots=True)
class Bout:
    """A time range in which an individual does one behaviour.

    Attributes
    ----------
    bout_id
        Stays with the bout through every edit.
    start, stop
        Frames, half-open; a point is one frame long.
    confidence
        Between 0 and 1, None where nobody said.
    origin
        The bout of a model or rule that this one was accepted from.
    open
        The behaviour was started and not stopped yet: ``stop`` means nothing, and the bout table
        does not hold the bout.
    more
        Columns that this release does not know, as pairs.
    """

    bout_id: str
    video: str
    individual: str
    start: int
    stop: int
    behaviour: str
    run_id: str | None = None
    target: str | None = None
    kind: str = "state"
    source: str = "person"
    annotator: str | None = None
    confidence: float | None = None
    comment: str | None = None
    origin: str | None = None
    open: bool = False
    more: tuple[tuple[str, Any], ...] = ()

    @property
    def track(self) -> TrackKey:
        """The row of a timeline that this bout lies on."""
        return TrackKey(self.video, self.individual, self.source, self.annotator, self.run_id)

    def replace(self, **changes: Any) -> Bout:
        """Return a copy with some attributes changed."""
        return replace(self, **changes)

    def to_json(self) -> dict[str, Any]:
        """All that is not absent or usual, ready for JSON."""
        row = {name: getattr(self, name) for name in _NAMES}
        kept = {name: value for name, value in row.items() if value != _USUAL.get(name, _NEVER)}
        return kept | dict(self.more)


_NEVER = object()
_LAST_FRAME = 2**53
_KNOWN = frozenset(field.name for field in fields(Bout) if field.name != "more")
_NAMES = tuple(field.name for field in fields(Bout) if field.name != "more")
_USUAL: dict[str, Any] = {
    **dict.fromkeys(("run_id", "target", "annotator", "confidence", "comment", "origin")),
    "kind": "state",
    "source": "person",
    "open": False,
}


def new_id() -> str:
    """Return an id that no other bout has: 12 hexadecimal digits."""
    return os.urandom(6).hex()


def bout_from(row: Mapping[str, Any], bout_id: str | None = None) -> Bout:
    """Make a bout of a row of JSON or of a table.

    Parameters
    ----------
    row
        ``individual, start, stop, behaviour`` at least; NaN and "" count as absent.
    bout_id
        Used if the row has none; a new one if None.

    Raises
    ------
    ValueError
        If it has no frames, no behaviour, a negative start, or an unknown kind or source.
    KeyError
        If a value that must be there is not.
    """
    start, stop = frame_from(row["start"]), frame_from(row["stop"])
    kind, source = row.get("kind") or "state", row.get("source") or "person"
    behaviour, individual = text_from(row["behaviour"]), text_from(row["individual"])
    if stop <= start or (kind == "point" and stop != start + 1):
        raise ValueError(f"expected a bout of some frames, found {start} to {stop} ({kind})")
    if kind not in KINDS or source not in SOURCES or not behaviour or not individual:
        raise ValueError(
            "expected a known kind and source, a behaviour and an individual, found "
            f"{kind!r}, {source!r}, {behaviour!r} and {individual!r}"
        )
    more: tuple[tuple[str, Any], ...] = ()
    if not _KNOWN.issuperset(row):
        more = tuple(
            (str(name), tuple(value) if isinstance(value, list) else value)
            for name, value in row.items()
            if name not in _KNOWN and _plain(value) is not None
        )
    confidence = _plain(row.get("confidence"))
    return Bout(
        text_from(row.get("bout_id")) or bout_id or new_id(),
        text_from(row.get("video")) or "",
        individual,
        start,
        stop,
        behaviour,
        text_from(row.get("run_id")),
        text_from(row.get("target")),
        kind,
        source,
        text_from(row.get("annotator")),
        None if confidence is None else float(confidence),
        text_from(row.get("comment")),
        text_from(row.get("origin")),
        bool(row.get("open")),
        more,
    )


def frame_from(value: Any) -> int:
    """Read a frame number, which is whole and not negative."""
    if not isinstance(value, int) and not (isinstance(value, float) and value.is_integer()):
        raise ValueError(f"expected a whole frame number, found {value!r:.80}")
    if not 0 <= value <= _LAST_FRAME:
        raise ValueError(f"expected a frame number, found {value!r:.80}")
    return int(value)


def text_from(value: Any) -> str | None:
    """Read text; None, "" and NaN are none."""
    if value is None or isinstance(value, str):
        return value or None
    if value != value:
        return None
    raise ValueError(f"expected text, found {value!r:.80}")


def _plain(value: Any) -> Any:
    """A value without numpy and without the many ways of saying that there is none."""
    if value is None or isinstance(value, str):
        return value or None
    if hasattr(value, "item") and getattr(value, "ndim", 1) == 0:
        value = value.item()
    return None if isinstance(value, float) and value != value else value
