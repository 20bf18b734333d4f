"""Ethograms to begin with: open field, home cage, social, elevated plus maze. Knows no labels.

Definitions are our own words; a lab that means something else by a name should write it down in
``meaning``.
"""

from __future__ import annotations

from collections.abc import Iterable

from napari_mousegpt.datamodel.ethogram import DEFAULT_ETHOGRAM, PALETTE, Behaviour, Ethogram, Kind

_BODY, _PLACE = "body", "place"
_Row = tuple[str, str, str, str] | tuple[str, str, str, str, Kind]

_OPEN_FIELD: tuple[_Row, ...] = (
    ("still", "s", _BODY, "No part of the body moves beyond breathing, for half a second or more."),
    ("walking", "w", _BODY, "All four paws step, and the animal gets on."),
    ("running", "r", _BODY, "Gets on so fast that the steps can no longer be told apart."),
    ("turning", "t", _BODY, "The body bends to one side and the animal pivots without getting on."),
    ("rearing at wall", "e", _BODY, "Stands on the hind paws with a forepaw on the wall."),
    ("rearing free", "f", _BODY, "Stands on the hind paws, both forepaws in the air."),
    ("grooming", "g", _BODY, "Strokes, licks or scratches itself with paws or mouth."),
    ("sniffing", "n", _BODY, "Explores floor or wall with the snout while the body stays."),
    ("stretch attend", "a", _BODY, "Leans forward, body long and low, hind paws in place."),
    ("in centre", "c", _PLACE, "The middle of the body lies in the inner part of the field."),
    ("jump", "j", "", "All four paws leave the floor.", "point"),
    ("defecation", "d", "", "A dropping appears.", "point"),
)
_HOME_CAGE: tuple[_Row, ...] = (
    ("sleeping", "s", _BODY, "Lies curled or flat, eyes closed, still for 40 seconds or more."),
    ("resting", "t", _BODY, "Lies or sits still, awake or for less than 40 seconds."),
    ("walking", "w", _BODY, "Steps through the cage on the floor."),
    ("climbing", "c", _BODY, "Hangs from or moves along bars, lid or shelter."),
    ("rearing", "r", _BODY, "Stands on the hind paws, forepaws off the floor or on a wall."),
    ("eating", "e", _BODY, "Holds or gnaws food with the mouth."),
    ("drinking", "d", _BODY, "The mouth is at the spout or the water."),
    ("grooming", "g", _BODY, "Strokes, licks or scratches itself with paws or mouth."),
    ("digging", "i", _BODY, "Moves bedding with fore- or hind paws."),
    ("nest building", "n", _BODY, "Carries, shreds or arranges nest material."),
    ("wheel running", "u", _BODY, "Runs in the wheel, and the wheel turns."),
    ("in shelter", "h", _PLACE, "More than half of the body is inside the shelter."),
)
_SOCIAL: tuple[_Row, ...] = (
    ("nose to nose", "n", _BODY, "The snouts of both are less than one snout length apart."),
    ("nose to body", "b", _BODY, "Sniffs flank, back or belly of the target."),
    ("anogenital sniffing", "a", _BODY, "Sniffs at or below the tail base of the target."),
    ("following", "f", _BODY, "Walks behind the moving target, within one body length."),
    ("chasing", "c", _BODY, "Runs behind the fleeing target."),
    ("allogrooming", "g", _BODY, "Licks or nibbles the fur of the target."),
    ("mounting", "m", _BODY, "Climbs on the target from behind and holds it with the forepaws."),
    ("attack", "k", _BODY, "Bites, wrestles or boxes the target."),
    ("fleeing", "e", _BODY, "Runs away from an approaching or attacking target."),
    ("side by side", "s", _BODY, "Both rest or walk with the flanks touching."),
    ("alone", "l", _BODY, "None of the others, and more than one body length from any animal."),
)
_PLUS_MAZE: tuple[_Row, ...] = (
    ("open arm", "o", _PLACE, "All four paws are on an arm without walls."),
    ("closed arm", "c", _PLACE, "All four paws are on an arm with walls."),
    ("centre", "e", _PLACE, "Neither: some paw is on the middle square."),
    ("head dip", "d", _BODY, "The head goes over the edge of an open arm, below the floor."),
    ("stretch attend", "a", _BODY, "Leans forward, body long and low, hind paws in place."),
    ("rearing", "r", _BODY, "Stands on the hind paws, forepaws off the floor or on a wall."),
    ("grooming", "g", _BODY, "Strokes, licks or scratches itself with paws or mouth."),
    ("still", "s", _BODY, "No part of the body moves beyond breathing, for half a second or more."),
    ("fall", "f", "", "Leaves the maze downwards: end the trial.", "point"),
)


def _ethogram(rows: Iterable[_Row]) -> Ethogram:
    colours = (*PALETTE[1:], PALETTE[0])
    return tuple(
        Behaviour(row[0], row[1], colour, row[3], row[4] if len(row) == 5 else "state", row[2])
        for row, colour in zip(rows, colours, strict=False)
    )


PRESETS: dict[str, Ethogram] = {
    "what captioners say": DEFAULT_ETHOGRAM,
    "open field": _ethogram(_OPEN_FIELD),
    "home cage": _ethogram(_HOME_CAGE),
    "social": _ethogram(_SOCIAL),
    "elevated plus maze": _ethogram(_PLUS_MAZE),
}
"""Ethograms by name."""
