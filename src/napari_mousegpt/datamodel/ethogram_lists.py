"""Lists of behaviours taken in place of others, added to them, and put in order. Knows no file."""

from __future__ import annotations

from collections.abc import Iterable

from napari_mousegpt.datamodel.ethogram import (
    Behaviour,
    Ethogram,
    checked,
    free_colour,
    free_key,
)


def joined_with(ethogram: Iterable[Behaviour], more: Iterable[Behaviour]) -> Ethogram:
    """Add the behaviours that a list lacks.

    One of the same name stays as it is; a key or colour that is taken is replaced by a free one.
    """
    found = list(ethogram)
    for one in more:
        if one.name in {other.name for other in found}:
            continue
        if one.key and one.key in {other.key for other in found}:
            one = one.replace(key=free_key(found, one.name))
        if one.colour.lower() in {other.colour.lower() for other in found}:
            one = one.replace(colour=free_colour(found, one.name))
        found.append(one)
    return checked(found)


def replaced_by(
    ethogram: Iterable[Behaviour], new: Iterable[Behaviour], used: Iterable[str]
) -> Ethogram:
    """Take another list, without taking the meaning from what is labelled already.

    Parameters
    ----------
    used
        Behaviours that have bouts: those that the new list lacks are kept behind it, and those it
        has keep kind, examples and former names.
    """
    before = {one.name: one for one in ethogram}
    in_use = set(used) & set(before)
    taken = []
    for one in new:
        if one.name in in_use:
            old = before[one.name]
            one = one.replace(
                kind=old.kind,
                formerly=old.formerly,
                example_frames=old.example_frames or one.example_frames,
            )
        taken.append(one)
    return joined_with(taken, (one for one in before.values() if one.name in in_use))


def moved(ethogram: Iterable[Behaviour], name: str, by: int) -> Ethogram:
    """Move a behaviour some places down the list, or up if negative; it stops at the ends."""
    behaviours = list(ethogram)
    place = next(place for place, one in enumerate(behaviours) if one.name == name)
    one = behaviours.pop(place)
    behaviours.insert(max(0, place + by), one)
    return tuple(behaviours)


def owner_of_key(ethogram: Iterable[Behaviour], key: str, but: str) -> str | None:
    """The behaviour other than ``but`` that has a key; None if it is free or no key."""
    return next((one.name for one in ethogram if key and one.key == key and one.name != but), None)
