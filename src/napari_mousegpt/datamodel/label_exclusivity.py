"""What happens to other bouts where a new one lies over them. Knows no edit but its two lists.

States of one group of the ethogram exclude each other: the newer trims, cuts or replaces the older
ones of the same animal and annotator. Where a state meets itself (same target), the two become one.
"""

from __future__ import annotations

from collections.abc import Iterable

from napari_mousegpt.datamodel.label_bout import Bout, new_id
from napari_mousegpt.datamodel.label_set import LabelSet


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
    new: dict[str, Bout] = {}
    for bout in added:
        bout = _within_video(labels, bout)
        for other in _in_the_way(labels, bout, gone, new):
            if new.pop(other.bout_id, None) is None:
                gone[other.bout_id] = other
            if _is_same(bout, other):
                bout = _joined(bout, other)
            else:
                new |= {piece.bout_id: piece for piece in pieces_outside(other, bout)}
        new[bout.bout_id] = bout
    return tuple(gone.values()), tuple(new.values())


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


def _in_the_way(
    labels: LabelSet, bout: Bout, gone: dict[str, Bout], new: dict[str, Bout]
) -> list[Bout]:
    if bout.open or bout.kind == "point":
        return []
    listed = labels.behaviour(bout.behaviour)
    group = {one.name for one in labels.ethogram if listed and listed.group == one.group != ""}
    there = labels.overlapping(bout.track, bout.start, bout.stop)
    found = [one for one in there if one.bout_id not in gone and one.bout_id != bout.bout_id]
    found += [
        one
        for one in new.values()
        if one.track == bout.track and one.start < bout.stop and one.stop > bout.start
    ]
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
