"""The list of behaviours, with key, colour, meaning and kind. Knows no labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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
    """One entry of an ethogram."""

    name: str
    key: str = ""
    colour: str = "#bbbbbb"
    meaning: str = ""
    kind: Kind = "state"


DEFAULT_ETHOGRAM = tuple(
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


def colour_of(name: str, ethogram: tuple[Behaviour, ...] = DEFAULT_ETHOGRAM) -> str:
    """Colour of a behaviour; one that the ethogram lacks gets a steady colour of its own."""
    for behaviour in ethogram:
        if behaviour.name == name:
            return behaviour.colour
    return PALETTE[1 + sum(name.encode()) % (len(PALETTE) - 1)]
