"""The edits of bouts: each function looks at the labels and returns an `Edit`; none changes any.

Whoever calls decides when it is applied. Knows no file and no window.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from napari_mousegpt.datamodel.labels.bout import EDITABLE_SOURCES, Bout, TrackKey, new_id
from napari_mousegpt.datamodel.labels.edit import Edit
from napari_mousegpt.datamodel.labels.exclusivity import pieces_outside, settle
from napari_mousegpt.datamodel.labels.set import LabelSet

CHANGEABLE = frozenset({"behaviour", "target", "confidence", "comment", "individual"})


def add_bout(
    labels: LabelSet,
    track: TrackKey,
    behaviour: str,
    start: int,
    stop: int | None = None,
    **values: Any,
) -> Edit:
    """Add a bout, in the kind that the ethogram gives its behaviour (a state if it is not listed).

    Parameters
    ----------
    track
        Whose bout it is: ``TrackKey(video, individual, annotator=name)``.
    stop
        The first frame after it; None, and for a point always, the frame after ``start``.
    values
        ``target``, ``comment``, ``confidence``.
    """
    listed = labels.behaviour(behaviour)
    kind = listed.kind if listed else "state"
    stop = start + 1 if stop is None or kind == "point" else stop
    bout = Bout(
        new_id(),
        track.video,
        track.individual,
        int(start),
        int(stop),
        behaviour,
        run_id=track.run_id,
        kind=kind,
        source=track.source,
        annotator=track.annotator,
        **values,
    )
    _require_editable([bout])
    return _settled(labels, f"add {behaviour}", (), [bout])


def remove_bouts(labels: LabelSet, bout_ids: Iterable[str]) -> Edit:
    """Take bouts away; open ones too."""
    bouts = _editable(labels, bout_ids)
    return Edit(f"remove {_words(bouts)}", removed=tuple(bouts))


def set_edges(
    labels: LabelSet, bout_id: str, *, start: int | None = None, stop: int | None = None
) -> Edit:
    """Move the start, the stop or both; a start dragged past the stop leaves one frame.

    A point moves, and stays within the video.
    """
    [bout] = _editable(labels, [bout_id])
    first = bout.start if start is None else int(start)
    last = bout.stop if stop is None else int(stop)
    if bout.kind == "point":
        first = int(stop) - 1 if start is None and stop is not None else first
        first = max(0, min(first, labels.frames.get(bout.video, first + 1) - 1))
        last = first + 1
    elif start is not None and stop is None:
        first = min(first, last - 1)
    else:
        last = max(last, first + 1)
    moved = bout.replace(start=first, stop=last)
    return _settled(labels, f"resize {bout.behaviour}", [bout], [moved])


def move_bouts(labels: LabelSet, bout_ids: Iterable[str], frames: int) -> Edit:
    """Move bouts whole, all by as many frames; at an end of the video they stop together."""
    bouts = _editable(labels, bout_ids)
    ends = [labels.frames[bout.video] - bout.stop for bout in bouts if bout.video in labels.frames]
    frames = max(min([int(frames), *ends]), -min((bout.start for bout in bouts), default=0))
    moved = [bout.replace(start=bout.start + frames, stop=bout.stop + frames) for bout in bouts]
    return _settled(labels, f"move {_words(bouts)}", bouts, moved)


def split_bout(labels: LabelSet, bout_id: str, frame: int) -> Edit:
    """Cut a state in two; the second begins at ``frame`` and gets a new id.

    Raises
    ------
    ValueError
        If the frame is not inside the bout.
    """
    [bout] = _editable(labels, [bout_id])
    if not bout.start < frame < bout.stop:
        raise ValueError(
            f"{bout.behaviour} lies at frames {bout.start} to {bout.stop}: expected a frame inside "
            f"to split it at, found {frame}. Put the playhead inside the bout."
        )
    halves = (
        bout.replace(stop=int(frame)),
        bout.replace(start=int(frame), bout_id=new_id()),
    )
    return Edit(f"split {bout.behaviour}", removed=(bout,), added=halves)


def merge_bouts(labels: LabelSet, bout_ids: Iterable[str]) -> Edit:
    """Join states of one behaviour on one track, and what lies between them, into the first.

    Raises
    ------
    ValueError
        If there are fewer than two, or they are not of one behaviour, target and track.
    """
    bouts = sorted(_editable(labels, bout_ids), key=lambda bout: bout.start)
    kinds = {(bout.behaviour, bout.target, bout.track, bout.kind, bout.open) for bout in bouts}
    if len(bouts) < 2 or len(kinds) > 1 or bouts[0].kind == "point" or bouts[0].open:
        raise ValueError(
            "expected two or more states of one behaviour, target and animal to merge, found "
            f"{_words(bouts) if bouts else 'none'}. Select neighbours that agree in these."
        )
    comments = dict.fromkeys(bout.comment for bout in bouts if bout.comment)
    joined = bouts[0].replace(
        stop=max(bout.stop for bout in bouts), comment="; ".join(comments) or None
    )
    return _settled(labels, f"merge {_words(bouts)}", bouts, [joined])


def erase(
    labels: LabelSet,
    track: TrackKey,
    start: int,
    stop: int,
    behaviours: Iterable[str] | None = None,
) -> Edit:
    """Clear a span of a track: bouts inside go, bouts across it are cut or split.

    Parameters
    ----------
    behaviours
        Only these; None for all.
    """
    if stop <= start:
        raise ValueError(f"expected a span of frames to erase, found {start} to {stop}")
    only = None if behaviours is None else set(behaviours)
    found = labels.overlapping(track, start, stop)
    bouts = [bout for bout in found if only is None or bout.behaviour in only]
    _require_editable(bouts)
    span = Bout("", track.video, track.individual, int(start), int(stop), "")
    left = [piece for bout in bouts for piece in pieces_outside(bout, span)]
    return Edit(f"erase {start} to {stop}", removed=tuple(bouts), added=tuple(left))


def change_bouts(labels: LabelSet, bout_ids: Iterable[str], **values: Any) -> Edit:
    """Give bouts another behaviour, target, confidence, comment or individual; None empties it.

    A state given a behaviour that is a point becomes the point of its first frame.
    """
    unknown = set(values) - CHANGEABLE
    if unknown or not values:
        raise ValueError(f"expected one of {sorted(CHANGEABLE)} to change, found {sorted(values)}")
    bouts = _editable(labels, bout_ids)
    listed = labels.behaviour(values["behaviour"]) if "behaviour" in values else None
    changed = [bout.replace(**values) for bout in bouts]
    if listed is not None:
        changed = [
            bout.replace(
                kind=listed.kind, stop=bout.start + 1 if listed.kind == "point" else bout.stop
            )
            for bout in changed
        ]
    what = "change " + " and ".join(sorted(values)) + f" of {_words(bouts)}"
    return _settled(labels, what, bouts, changed)


def accept_bouts(labels: LabelSet, bout_ids: Iterable[str], annotator: str | None) -> Edit:
    """Copy bouts, such as a model's, to a person's track; ``origin`` says where they came from.

    The originals stay. A bout whose copy is on that track already is passed over.
    """
    bouts = [labels[bout_id] for bout_id in dict.fromkeys(bout_ids)]
    have = {bout.origin for bout in labels if bout.origin and bout.annotator == annotator}
    copies = [
        bout.replace(
            bout_id=new_id(),
            source="person",
            annotator=annotator,
            run_id=None,
            confidence=None,
            origin=bout.bout_id,
        )
        for bout in bouts
        if bout.bout_id not in have
    ]
    return _settled(labels, f"accept {_words(bouts)}", (), copies)


def several(labels: LabelSet, name: str, makers: Sequence[Callable[[LabelSet], Edit]]) -> Edit:
    """Make one action of several edits, each made for what the one before it leaves.

    ``labels`` are as before when this returns or raises.
    """
    whole, done = Edit(name), []
    try:
        for make in makers:
            edit = make(labels)
            labels.apply(edit)
            done.append(edit)
            whole = whole.then(edit, name)
    finally:
        for edit in reversed(done):
            labels.apply(edit.inverse())
    return whole


def _settled(labels: LabelSet, name: str, removed: Iterable[Bout], added: Iterable[Bout]) -> Edit:
    gone, new = settle(labels, removed, added)
    return Edit(name, removed=gone, added=new)


def _editable(labels: LabelSet, bout_ids: Iterable[str]) -> list[Bout]:
    bouts = [labels[bout_id] for bout_id in dict.fromkeys(bout_ids)]
    _require_editable(bouts)
    return bouts


def _require_editable(bouts: Iterable[Bout]) -> None:
    for bout in bouts:
        if bout.source not in EDITABLE_SOURCES:
            raise ValueError(
                f"{bout.behaviour} at frames {bout.start} to {bout.stop} was said by a "
                f"{bout.source}, and stays as it was said. Accept it, and change your copy."
            )


def _words(bouts: Sequence[Bout]) -> str:
    if len(bouts) == 1:
        return bouts[0].behaviour
    names = {bout.behaviour for bout in bouts}
    return f"{len(bouts)} bouts" + (f" of {names.pop()}" if len(names) == 1 else "")
