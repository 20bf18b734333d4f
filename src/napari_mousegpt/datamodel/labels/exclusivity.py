"""What happens to other bouts where a new one lies over them. Knows no edit but its two lists.

States of one group of the ethogram exclude each other: the newer trims, cuts or replaces the older
ones of the same animal and annotator. Where a state meets itself (same target), the two become one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from napari_mousegpt.datamodel.labels.bout import Bout, TrackKey, new_id
from napari_mousegpt.datamodel.labels.set import LabelSet

_CELL_FRAMES, _MOST_CELLS = 1024, 1000
_ANYWHERE = -1


def settle(
    labels: LabelSet, removed: Iterable[Bout], added: Iterable[Bout]
) -> tuple[tuple[Bout, ...], tuple[Bout, ...]]:
    """Make room for bouts that are to be added, the later in the list before the earlier.

    Returns
    -------
    removed, added
        With the bouts that gave way, and with what is left of them.
    """
    gone = {bout.bout_id: bout for bout in removed}
    new = _Placed()
    for bout in added:
        bout = _within_video(labels, bout)
        for other in _in_the_way(labels, bout, gone, new):
            if not new.take(other.bout_id):
                gone[other.bout_id] = other
            if _is_same(bout, other):
                bout = _joined(bout, other)
            else:
                for piece in pieces_outside(other, bout):
                    new.put(piece)
        new.put(bout)
    return tuple(gone.values()), tuple(new.bouts.values())


def pieces_outside(bout: Bout, span: Bout) -> list[Bout]:
    """What is left of a bout outside a span: none, one or two; the first keeps the id."""
    pieces = []
    if bout.start < span.start:
        pieces.append(bout.replace(stop=min(bout.stop, span.start)))
    if bout.stop > span.stop:
        pieces.append(
            bout.replace(
                start=max(bout.start, span.stop), bout_id=new_id() if pieces else bout.bout_id
            )
        )
    return pieces


class _Placed:
    """Bouts that are to be added, found by their place: thousands may be accepted at once."""

    def __init__(self) -> None:
        self.bouts: dict[str, Bout] = {}
        self._near: dict[tuple[TrackKey, int], dict[str, None]] = {}

    def put(self, bout: Bout) -> None:
        self.take(bout.bout_id)
        self.bouts[bout.bout_id] = bout
        for cell in self._cells(bout):
            self._near.setdefault((bout.track, cell), {})[bout.bout_id] = None

    def take(self, bout_id: str) -> bool:
        bout = self.bouts.pop(bout_id, None)
        if bout is not None:
            for cell in self._cells(bout):
                del self._near[bout.track, cell][bout_id]
        return bout is not None

    def overlapping(self, bout: Bout) -> list[Bout]:
        cells = self._cells(bout)
        if _ANYWHERE in cells:
            near = list(self.bouts)
        else:
            ids = (self._near.get((bout.track, cell), {}) for cell in (*cells, _ANYWHERE))
            near = list(dict.fromkeys(one for some in ids for one in some))
        found = [self.bouts[one] for one in near]
        return [
            one
            for one in found
            if one.track == bout.track and one.start < bout.stop and one.stop > bout.start
        ]

    def _cells(self, bout: Bout) -> Sequence[int]:
        cells = range(bout.start // _CELL_FRAMES, (bout.stop - 1) // _CELL_FRAMES + 1)
        return cells if len(cells) < _MOST_CELLS else (_ANYWHERE,)


def _in_the_way(labels: LabelSet, bout: Bout, gone: dict[str, Bout], new: _Placed) -> list[Bout]:
    if bout.open or bout.kind == "point":
        return []
    listed = labels.behaviour(bout.behaviour)
    group = {one.name for one in labels.ethogram if listed and listed.group == one.group != ""}
    there = labels.overlapping(bout.track, bout.start, bout.stop)
    found = [one for one in there if one.bout_id not in gone and one.bout_id != bout.bout_id]
    found += new.overlapping(bout)
    states = [one for one in found if one.kind == "state" and not one.open]
    return [one for one in states if one.behaviour in group or _is_same(bout, one)]


def _is_same(bout: Bout, other: Bout) -> bool:
    return bout.behaviour == other.behaviour and bout.target == other.target


def _joined(bout: Bout, other: Bout) -> Bout:
    return bout.replace(
        start=min(bout.start, other.start),
        stop=max(bout.stop, other.stop),
        comment=bout.comment or other.comment,
    )


def _within_video(labels: LabelSet, bout: Bout) -> Bout:
    """Cut off what lies before the first or behind the last frame."""
    end = labels.frames.get(bout.video, bout.stop)
    start, stop = max(bout.start, 0), min(bout.stop, end)
    if stop <= start:
        raise ValueError(
            f"{bout.behaviour} at frames {bout.start} to {bout.stop}: expected at least one frame "
            f"within the video ({end} frames). Choose another range."
        )
    return (
        bout if (start, stop) == (bout.start, bout.stop) else bout.replace(start=start, stop=stop)
    )
