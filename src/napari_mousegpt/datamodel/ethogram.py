"""The list of behaviours, with key, colour, meaning, kind and group. Knows no labels, no file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal

Kind = Literal["state", "point"]

# Twelve hues that stay apart for colour-blind readers (after Paul Tol's muted and bright schemes).
PALETTE = (
    "#bbbbbb",
    "#44aa99",
    "#117733",
    "#88ccee",
    "#4477aa",
    "#cc6677",
    "#ddcc77",
    "#ee8866",
    "#aa4499",
    "#999933",
    "#882255",
    "#aaaa00",
)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One entry of an ethogram.

    Attributes
    ----------
    name, meaning
        What it is called, and what counts as it.
    key
        One character that labels it, "" for none; capital and small letters differ.
    colour
        ``#rrggbb``.
    kind
        A state lasts, a point is one frame.
    group
        States of one group exclude each other in one animal; "" excludes nothing.
    example_frames
        Video and frame of good examples.
    formerly
        Names it had before, and those merged into it.
    """

    name: str
    key: str = ""
    colour: str = "#bbbbbb"
    meaning: str = ""
    kind: Kind = "state"
    group: str = ""
    example_frames: tuple[tuple[str, int], ...] = ()
    formerly: tuple[str, ...] = ()

    def replace(self, **changes: Any) -> Behaviour:
        """Return a copy with some attributes changed."""
        return replace(self, **changes)

    def to_json(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return asdict(self)


Ethogram = tuple[Behaviour, ...]

DEFAULT_ETHOGRAM: Ethogram = tuple(
    Behaviour(name, key, colour, meaning)
    for (name, key, meaning), colour in zip(
        (
            ("still", "s", "No part of the body moves beyond breathing."),
            ("walking", "w", "Moves forward at up to 2.5 body lengths a second."),
            ("running", "r", "Moves forward at more than 2.5 body lengths a second."),
            ("turning left", "l", "The body turns to the animal's left by 60 degrees or more."),
            ("turning right", "t", "The body turns to the animal's right by 60 degrees or more."),
            ("rearing", "e", "Stands on the hind paws, forepaws off the floor or on a wall."),
            ("face grooming", "f", "Strokes snout, eyes or ears with the forepaws."),
            ("body grooming", "b", "Licks flank, back, belly, legs or tail."),
            ("scratching", "c", "Beats head, neck or side with a hind paw."),
            ("sniffing", "n", "Explores with the snout while the body stays in place."),
            ("stretch attend", "a", "Leans forward, body long and low, hind paws in place."),
            ("digging", "d", "Moves bedding with the forepaws."),
        ),
        PALETTE,
        strict=True,
    )
)


def behaviour_from(entry: Mapping[str, Any]) -> Behaviour:
    """Make a behaviour of JSON; entries of a later release are passed over.

    Raises
    ------
    ValueError
        If it has no name, an unknown kind, or something else than text where text belongs.
    """
    known = {one.name: entry[one.name] for one in fields(Behaviour) if one.name in entry}
    words = ("name", "key", "colour", "meaning", "kind", "group")
    wrong = [name for name in words if not isinstance(known.get(name, ""), str)]
    if wrong or "name" not in known:
        raise ValueError(
            f"expected a behaviour with text for {wrong or ['name']}, found {known!r:.80}"
        )
    if known.get("kind", "state") not in ("state", "point"):
        raise ValueError(f"expected the kind state or point, found {known['kind']!r:.80}")
    examples = ((str(video), int(frame)) for video, frame in known.get("example_frames") or ())
    former = map(str, known.get("formerly") or ())
    return Behaviour(**known | {"example_frames": tuple(examples), "formerly": tuple(former)})


def colour_of(name: str, ethogram: Ethogram = DEFAULT_ETHOGRAM) -> str:
    """Colour of a behaviour; one that the ethogram lacks gets a steady colour of its own."""
    for behaviour in ethogram:
        if behaviour.name == name:
            return behaviour.colour
    return PALETTE[1 + sum(name.encode()) % (len(PALETTE) - 1)]


def problems_of(ethogram: Iterable[Behaviour]) -> list[str]:
    """Say what is wrong with an ethogram, one sentence each; nothing if it can be used."""
    behaviours = list(ethogram)
    problems = [f"the name {name!r} occurs twice" for name in _twice(b.name for b in behaviours)]
    problems += [f"the key {key!r} occurs twice" for key in _twice(b.key for b in behaviours)]
    for behaviour in behaviours:
        if not behaviour.name.strip() or behaviour.name != behaviour.name.strip():
            problems.append(f"expected a name without space around it, found {behaviour.name!r}")
        if len(behaviour.key) > 1 or behaviour.key.isspace():
            problems.append(
                f"{behaviour.name}: expected a key of one character, found {behaviour.key!r}"
            )
        if not re.fullmatch("#[0-9a-fA-F]{6}", behaviour.colour):
            problems.append(
                f"{behaviour.name}: expected a colour like #44aa99, found {behaviour.colour!r}"
            )
        if behaviour.kind not in ("state", "point"):
            problems.append(
                f"{behaviour.name}: expected the kind state or point, found {behaviour.kind!r}"
            )
    return problems


def checked(ethogram: Iterable[Behaviour]) -> Ethogram:
    """Return an ethogram that can be used.

    Raises
    ------
    ValueError
        If names or keys occur twice, or a name, key, colour or kind is not one; all are named.
    """
    behaviours = tuple(ethogram)
    problems = problems_of(behaviours)
    if problems:
        raise ValueError(f"this ethogram cannot be used: {'; '.join(problems)}. Change these.")
    return behaviours


def free_colour(ethogram: Iterable[Behaviour], name: str) -> str:
    """Return a colour of the palette that no behaviour has yet, else the steady one of the name."""
    taken = {behaviour.colour.lower() for behaviour in ethogram}
    free = [colour for colour in PALETTE[1:] if colour not in taken]
    return free[0] if free else colour_of(name, ())


def free_key(ethogram: Iterable[Behaviour], name: str) -> str:
    """Return a letter of the name, or else any, that no behaviour has as its key; "" if none."""
    taken = {behaviour.key for behaviour in ethogram}
    wished = [letter for letter in name.lower() if letter.isalnum()]
    letters = [*wished, *"abcdefghijklmnopqrstuvwxyz0123456789"]
    return next((letter for letter in letters if letter not in taken), "")


def _twice(values: Iterable[str]) -> list[str]:
    found = [value for value in values if value]
    return [value for value in dict.fromkeys(found) if found.count(value) > 1]
