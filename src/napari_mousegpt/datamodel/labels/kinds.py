"""A state becomes a point or a point a state, with the bouts that people made. Knows no file."""

from __future__ import annotations

from napari_mousegpt.datamodel.ethogram import Kind
from napari_mousegpt.datamodel.labels.bout import EDITABLE_SOURCES, Bout
from napari_mousegpt.datamodel.labels.edit import Edit
from napari_mousegpt.datamodel.labels.set import LabelSet


def set_kind(labels: LabelSet, name: str, kind: Kind) -> Edit:
    """Make a behaviour a state or a point, as one action.

    Bouts that people made or imported follow: a state becomes the point of its first frame (one
    that was not stopped yet, too), a point a state of one frame. What models, rules and clusters
    said stays as they said it. Undo gives every length back.

    Raises
    ------
    ValueError
        If the ethogram has no such behaviour.
    """
    before = labels.behaviour(name)
    if before is None:
        raise ValueError(f"the ethogram has no behaviour {name!r}")
    if before.kind == kind:
        return Edit(f"make {name} a {kind}")
    after = tuple(one.replace(kind=kind) if one is before else one for one in labels.ethogram)
    bouts = _of_people(labels, name)
    changed = tuple(
        bout.replace(kind=kind, stop=bout.start + 1 if kind == "point" else bout.stop, open=False)
        for bout in bouts
    )
    return Edit(f"make {name} a {kind}", bouts, changed, ethogram=(labels.ethogram, after))


def frames_lost_as_points(labels: LabelSet, name: str) -> tuple[int, int]:
    """How many states of a behaviour have more than one frame, and how many frames more in all."""
    more = [bout.stop - bout.start - 1 for bout in _of_people(labels, name) if not bout.open]
    return sum(frames > 0 for frames in more), sum(more)


def _of_people(labels: LabelSet, name: str) -> tuple[Bout, ...]:
    return tuple(
        bout for bout in labels if bout.behaviour == name and bout.source in EDITABLE_SOURCES
    )
