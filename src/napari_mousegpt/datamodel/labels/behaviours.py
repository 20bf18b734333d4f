"""Edits of the ethogram, which change the bouts with it. Knows no file and no window."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from napari_mousegpt.datamodel.ethogram import Behaviour, Ethogram, checked, free_colour, free_key
from napari_mousegpt.datamodel.labels.edit import Edit
from napari_mousegpt.datamodel.labels.set import LabelSet


def add_behaviour(
    labels: LabelSet, behaviour: Behaviour | str, *, colour: str | None = None
) -> Edit:
    """Add a behaviour at the end; of a name alone, with a free colour and a free key."""
    if isinstance(behaviour, str):
        name = behaviour.strip()
        behaviour = Behaviour(
            name, free_key(labels.ethogram, name), colour or free_colour(labels.ethogram, name)
        )
    return _ethogram(labels, f"new behaviour {behaviour.name}", (*labels.ethogram, behaviour))


def remove_behaviour(labels: LabelSet, name: str) -> Edit:
    """Take a behaviour from the list.

    Raises
    ------
    ValueError
        If it has bouts, which would lose their meaning.
    """
    kept = tuple(one for one in labels.ethogram if one is not _listed(labels, name))
    count = sum(bout.behaviour == name for bout in labels)
    if count:
        raise ValueError(
            f"{name} has {count} bouts. Merge it into another behaviour, or remove its bouts first."
        )
    return _ethogram(labels, f"remove behaviour {name}", kept)


def set_behaviour(labels: LabelSet, name: str, **values: Any) -> Edit:
    """Change colour, key, meaning, group or example frames of a behaviour; its bouts stay.

    Raises
    ------
    ValueError
        If another behaviour has that key, or a value cannot be.
    """
    unknown = set(values) - {"colour", "key", "meaning", "group", "example_frames"}
    if unknown or not values:
        raise ValueError(
            "expected colour, key, meaning, group or example_frames to change, found "
            f"{sorted(values)}"
        )
    before = _listed(labels, name)
    after = tuple(one.replace(**values) if one is before else one for one in labels.ethogram)
    what = " and ".join(sorted(values)).replace("_", " ")
    return _ethogram(labels, f"change {what} of {name}", after)


def rename_behaviour(labels: LabelSet, name: str, new_name: str) -> Edit:
    """Rename a behaviour in the list, in all bouts and in all assessed spans, as one action.

    Raises
    ------
    ValueError
        If there is a behaviour of the new name: then merge.
    """
    new_name = new_name.strip()
    if labels.behaviour(new_name) is not None:
        raise ValueError(f"there is a behaviour {new_name!r} already: merge the two instead")
    before = labels.behaviour(name) or Behaviour(name, "", free_colour(labels.ethogram, name))
    renamed = before.replace(name=new_name, formerly=_former(before))
    if before in labels.ethogram:
        after = tuple(renamed if one is before else one for one in labels.ethogram)
    else:
        after = (*labels.ethogram, renamed)
    listed = _ethogram(labels, f"rename {name} to {new_name}", after)
    return _with_names(labels, listed, {name}, renamed)


def merge_behaviours(labels: LabelSet, names: Iterable[str], into: str) -> Edit:
    """Make behaviours one: their bouts become ``into``, which keeps its key and colour.

    Bouts that then overlap or touch stay as many as they were.
    """
    gone = [name for name in dict.fromkeys(names) if name != into]
    target = _listed(labels, into)
    former = [word for name in gone for word in _former(labels.behaviour(name) or Behaviour(name))]
    merged = target.replace(formerly=tuple(dict.fromkeys((*target.formerly, *former))))
    kept = (one for one in labels.ethogram if one.name not in gone)
    after = tuple(merged if one is target else one for one in kept)
    listed = _ethogram(labels, f"merge {', '.join(gone)} into {into}", after)
    return _with_names(labels, listed, set(gone), merged)


def set_ethogram(labels: LabelSet, ethogram: Iterable[Behaviour], name: str | None = None) -> Edit:
    """Take another list, such as a preset or a file's; bouts of behaviours it lacks stay."""
    return _ethogram(labels, name or "change ethogram", tuple(ethogram))


def current_names(ethogram: Iterable[Behaviour]) -> dict[str, str]:
    """What names that behaviours had before are called now."""
    behaviours = list(ethogram)
    return {old: one.name for one in behaviours for old in one.formerly} | {
        one.name: one.name for one in behaviours
    }


def _with_names(labels: LabelSet, edit: Edit, names: set[str], behaviour: Behaviour) -> Edit:
    bouts = [bout for bout in labels if bout.behaviour in names]
    spans = [span for span in labels.assessed if names & set(span.behaviours)]
    changed = []
    for bout in bouts:
        stop = bout.start + 1 if behaviour.kind == "point" else bout.stop
        changed.append(bout.replace(behaviour=behaviour.name, kind=behaviour.kind, stop=stop))
    new_words = [
        dict.fromkeys(behaviour.name if word in names else word for word in span.behaviours)
        for span in spans
    ]
    respoken = [
        span.replace(behaviours=tuple(words)) for span, words in zip(spans, new_words, strict=True)
    ]
    named = Edit(
        edit.name,
        tuple(bouts),
        tuple(changed),
        assessed_removed=tuple(spans),
        assessed_added=tuple(respoken),
    )
    return edit.then(named)


def _former(behaviour: Behaviour) -> tuple[str, ...]:
    return (*behaviour.formerly, behaviour.name)


def _listed(labels: LabelSet, name: str) -> Behaviour:
    found = labels.behaviour(name)
    if found is None:
        known = ", ".join(one.name for one in labels.ethogram)
        raise ValueError(f"the ethogram has no behaviour {name!r}; it has {known or 'none'}")
    return found


def _ethogram(labels: LabelSet, name: str, after: Ethogram) -> Edit:
    return Edit(name, ethogram=(labels.ethogram, checked(after)))
