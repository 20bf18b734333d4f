"""The phrasings of each fact, and the facts read back from a description made of them.

The first table rows are what the built-in model was trained on, to the letter. Text in other
words is not understood here: a fact that is said otherwise reads as not said.
"""

from __future__ import annotations

from functools import cache

from napari_mousegpt.datamodel.description import BEHAVIOURS, Description
from napari_mousegpt.datamodel.facts import VOCABULARY, Facts

SUBJECTS = ("The mouse", "The animal", "A mouse")

ON_THE_MOVE = ("walking", "running")
"""Behaviours whose sentence goes on with how the path curves."""

VERBS: dict[str, tuple[str, ...]] = {
    "still": ("stays still", "remains motionless", "is frozen in place"),
    "walking": ("walks slowly forward", "ambles along the floor", "moves ahead at a walk"),
    "running": ("runs quickly", "darts across the floor", "races forward"),
    "rearing": (
        "rears up",
        "stands up on its hind legs",
        "lifts its forebody off the floor",
    ),
    "face grooming": ("grooms its face", "washes its face with the forepaws"),
    "body grooming": ("grooms its flank", "licks the side of its body"),
    "scratching": ("scratches itself with a hind paw", "scratches with one hind leg"),
    "sniffing": ("sniffs around on the spot", "scans the surroundings with its head"),
    "stretch attend": ("stretches forward to investigate", "shows a stretched attend posture"),
    "digging": ("digs with its forepaws", "digs in the bedding"),
}
"""Predicates of the behaviours that have the same words at any speed."""

TURNING: dict[str, dict[bool, tuple[str, ...]]] = {
    f"turning {side}": {
        False: (f"turns {side} on the spot", f"pivots to its {side}"),
        True: (f"turns {side} while walking", f"walks round a sharp {side} bend"),
    }
    for side in ("left", "right")
}
"""Predicates of turning, by whether the animal moves on meanwhile."""

OTHER_VERBS = ("shows {}", "is seen in {}", "is engaged in {}")
"""Predicates of a behaviour that only its name is known of."""

CURVES: dict[str, tuple[str, ...]] = {
    "sharp left": (", swerving hard to the left",),
    "slight left": (", veering slightly left", ", curving a little to the left"),
    "no turn": ("",),
    "slight right": (", veering slightly right", ", curving a little to the right"),
    "sharp right": (", swerving hard to the right",),
}
"""What follows walking and running."""

PLACE_PHRASES: dict[str, tuple[str, ...]] = {
    "corner": (", in a corner",),
    "wall": (", along the wall", ", beside the wall"),
    "centre": (", away from the walls", ", in the open"),
}
COMPANY_PHRASES: dict[str, tuple[str, ...]] = {
    "alone": (", away from the other animal", ", with no other animal near"),
    "close": (", close to another animal", ", beside another animal"),
}

HEAD_PHRASES: dict[str, tuple[str, ...]] = {
    "left": ("Head turned to the left", "Nose pointing left of the body axis"),
    "straight": ("Head in line with the body", "Head held straight"),
    "right": ("Head turned to the right", "Nose pointing right of the body axis"),
    "scanning": ("Head sweeping from side to side", "Head swinging left and right"),
}
PAW_PHRASES: dict[str, tuple[str, ...]] = {
    "still": ("All paws at rest", "Paws not moving"),
    "stepping": ("Paws stepping in alternation", "All four paws stepping"),
    "face": ("Forepaws rubbing the face", "Both forepaws at the snout"),
    "scratch": (
        "One hind paw beating against the neck",
        "A hind paw scratching rapidly",
    ),
    "dig": (
        "Forepaws digging in front of the chest",
        "Forepaws shovelling alternately",
    ),
    "raised": ("Forepaws off the floor", "Forepaws lifted, weight on the hind paws"),
}
POSTURE_PHRASES: dict[str, tuple[str, ...]] = {
    "hunched": ("Body hunched and rounded", "Torso drawn up short"),
    "normal posture": ("Body at normal length", "Torso relaxed"),
    "stretched": ("Body stretched out long", "Torso elongated and low"),
    "half raised": ("Forebody half raised", "Torso partly lifted from the floor"),
    "upright": ("Body upright", "Torso raised to full height"),
}


def facts_said(description: Description) -> Facts:
    """Read back which facts a description in these phrasings states.

    The keywords win over the sentences; a behaviour of another ethogram is the first keyword that
    names no other fact. What is said in other words, or not at all, is None.
    """
    said: dict[str, str] = {}
    for word in description.keywords:
        name = _of_keyword().get(word)
        if name is not None:
            said.setdefault(name, word)
        elif word in COMPANY_KEYWORDS.values():
            said.setdefault("company", next(k for k, v in COMPANY_KEYWORDS.items() if v == word))
        elif word not in PLACE_KEYWORDS.values():
            said.setdefault("behaviour", word)
        else:
            said.setdefault("place", next(k for k, v in PLACE_KEYWORDS.items() if v == word))
    for level, name, phrases in (
        (description.head, "head", HEAD_PHRASES),
        (description.limb, "paws", PAW_PHRASES),
        (description.torso, "posture", POSTURE_PHRASES),
    ):
        value = _reversed(phrases).get((level or "").rstrip("."))
        if value is not None:
            said.setdefault(name, value)
    for name, value in _in_sentence(description.overall).items():
        said.setdefault(name, value)
    return Facts(**said)


PLACE_KEYWORDS = {"corner": "in a corner", "wall": "near a wall", "centre": "in the open"}
COMPANY_KEYWORDS = {"alone": "apart from others", "close": "close to another animal"}


def predicates(behaviour: str, *, moves: bool) -> tuple[str, ...]:
    """Predicates of a behaviour; of one that only its name is known of, with the name in them."""
    if behaviour in TURNING:
        return TURNING[behaviour][moves]
    plain = tuple(phrase.format(behaviour) for phrase in OTHER_VERBS)
    return VERBS.get(behaviour, plain)


def _in_sentence(text: str) -> dict[str, str]:
    """Facts of the overall sentence: endings first, then the predicate that is left."""
    rest = text.strip().rstrip(".")
    subject = next((one for one in SUBJECTS if rest.startswith(f"{one} ")), None)
    if subject is None:
        return {}
    rest, found = rest.removeprefix(f"{subject} "), {}
    for name, phrases in (
        ("company", COMPANY_PHRASES),
        ("place", PLACE_PHRASES),
        ("turn", CURVES),
    ):
        for ending, value in _reversed(phrases).items():
            if ending and rest.endswith(ending):
                rest, found[name] = rest.removesuffix(ending), value
                break
    behaviour = _of_predicate().get(rest)
    return found if behaviour is None else {**found, "behaviour": behaviour}


def _reversed(phrases: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {phrase: value for value, all_of_it in phrases.items() for phrase in all_of_it}


@cache
def _of_keyword() -> dict[str, str]:
    """Fact that each keyword is a value of; ``left`` and the like are no keywords."""
    named = ("behaviour", "speed", "turn", "posture")
    return {value: name for name in named for value in VOCABULARY[name]}


@cache
def _of_predicate() -> dict[str, str]:
    return {
        phrase: behaviour
        for behaviour in BEHAVIOURS
        for moves in (False, True)
        for phrase in predicates(behaviour, moves=moves)
    }
