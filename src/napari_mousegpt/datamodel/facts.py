"""What can be true of a mouse in one window, fact by fact. Knows no sentence and no model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from napari_mousegpt.datamodel.description import BEHAVIOURS

SPEEDS = ("not moving", "slow", "fast")
SPEED_LIMITS_BL_PER_S = (0.2, 1.6)
"""Between the speeds, in body lengths a second."""
TURNS = ("sharp left", "slight left", "no turn", "slight right", "sharp right")
TURN_LIMITS_DEG = (15.0, 52.0)
"""From here on a turn is slight, and sharp."""
POSTURES = ("hunched", "normal posture", "stretched", "half raised", "upright")
HEADS = ("left", "straight", "right", "scanning")
PAWS = ("still", "stepping", "face", "scratch", "dig", "raised")
PLACES = ("corner", "wall", "centre")
COMPANIES = ("alone", "close")

VOCABULARY: dict[str, tuple[str, ...]] = {
    "behaviour": BEHAVIOURS,
    "speed": SPEEDS,
    "turn": TURNS,
    "posture": POSTURES,
    "head": HEADS,
    "paws": PAWS,
    "place": PLACES,
    "company": COMPANIES,
}
"""Values of each fact; ``behaviour`` can be any other name of an ethogram as well."""

_PAWS_OF = {
    "still": "still",
    "walking": "stepping",
    "running": "stepping",
    "turning left": "stepping",
    "turning right": "stepping",
    "rearing": "raised",
    "face grooming": "face",
    "scratching": "scratch",
    "digging": "dig",
}
_SPEED_OF = {
    **dict.fromkeys(
        ("still", "rearing", "face grooming", "body grooming", "scratching", "digging"),
        "not moving",
    ),
    "walking": "slow",
    "running": "fast",
}
_POSTURE_OF = {
    "face grooming": "hunched",
    "body grooming": "hunched",
    "stretch attend": "stretched",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts of one window; None where a fact is not known or was not said.

    Attributes
    ----------
    behaviour
        One of `description.BEHAVIOURS`, or any name of an ethogram.
    speed, turn
        How fast the body moves and how far it turns in all; sides are the animal's own.
    posture, head, paws
        Shape of the body, where the head points, what the paws do.
    place, company
        Where in the arena, and whether another animal is near.
    """

    behaviour: str | None = None
    speed: str | None = None
    turn: str | None = None
    posture: str | None = None
    head: str | None = None
    paws: str | None = None
    place: str | None = None
    company: str | None = None

    def __post_init__(self) -> None:
        for name, values in VOCABULARY.items():
            value = getattr(self, name)
            if value is not None and name != "behaviour" and value not in values:
                raise ValueError(
                    f"expected {name} to be one of {', '.join(values)}, found {value!r}"
                )

    def known(self) -> Iterator[tuple[str, str]]:
        """Names and values of the facts that are known, in order."""
        for field in fields(self):
            value = getattr(self, field.name)
            if value is not None:
                yield field.name, value

    def replace(self, **changes: Any) -> Facts:
        """Return facts with some changed."""
        return replace(self, **changes)

    def or_else(self, other: Facts) -> Facts:
        """These facts, and where one is not known, the other's."""
        return Facts(**{**dict(other.known()), **dict(self.known())})


def implied_by(behaviour: str | None) -> Facts:
    """What follows from a behaviour alone, such as raised forepaws from rearing.

    Only what holds for every bout of it: a mouse that scratches may hold its head anywhere.
    """
    if behaviour is None:
        return Facts()
    return Facts(
        behaviour=behaviour,
        speed=_SPEED_OF.get(behaviour),
        posture=_POSTURE_OF.get(behaviour),
        paws=_PAWS_OF.get(behaviour),
    )
