"""Labelling at the playhead: start a state, stop it, set a point. Knows no key and no window."""

from __future__ import annotations

from napari_mousegpt.datamodel.labels.actions import add_bout
from napari_mousegpt.datamodel.labels.bout import Bout, TrackKey, new_id
from napari_mousegpt.datamodel.labels.edit import Edit
from napari_mousegpt.datamodel.labels.exclusivity import settle
from napari_mousegpt.datamodel.labels.set import LabelSet


def toggle(
    labels: LabelSet, track: TrackKey, behaviour: str, frame: int, *, target: str | None = None
) -> Edit:
    """Start a behaviour at a frame, or stop it there if it is open; a point is set at once.

    The frame at which it is stopped is the first that is no longer part of it. Stopped before it
    was started, it lies between the two frames. Starting a state stops the open ones of its group.
    """
    listed = labels.behaviour(behaviour)
    if listed is not None and listed.kind == "point":
        return add_bout(labels, track, behaviour, frame, target=target)
    running = labels.open_bouts(track)
    mine = [bout for bout in running if bout.behaviour == behaviour and bout.target == target]
    if mine:
        return _stopped(labels, f"stop {behaviour}", mine, frame)
    group = {one.name for one in labels.ethogram if listed and listed.group == one.group != ""}
    rivals = [bout for bout in running if bout.behaviour in group]
    stopping = _stopped(labels, f"start {behaviour}", rivals, frame)
    started = Bout(
        new_id(),
        track.video,
        track.individual,
        int(frame),
        int(frame) + 1,
        behaviour,
        target=target,
        source=track.source,
        annotator=track.annotator,
        open=True,
    )
    return stopping.then(Edit(stopping.name, added=(started,)))


def stop_all(labels: LabelSet, track: TrackKey | None, frame: int) -> Edit:
    """Stop every open behaviour of a track, or of all, at a frame."""
    running = labels.open_bouts(track)
    return _stopped(labels, f"stop {len(running)} open", running, frame)


def _stopped(labels: LabelSet, name: str, running: list[Bout], frame: int) -> Edit:
    closed = [
        bout.replace(
            open=False,
            start=min(bout.start, int(frame)),
            stop=max(bout.start, int(frame), min(bout.start, int(frame)) + 1),
        )
        for bout in running
    ]
    removed, added = settle(labels, running, closed)
    return Edit(name, removed=removed, added=added)
