"""Facts to a five-level description, in one of several phrasings. Knows no table and no model.

What is not known is either left out, or filled in with a guess that a trainer must not learn from:
a model whose answers always have the same form keeps its form, and is taught nothing untrue.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from napari_mousegpt.datamodel.description import LEVELS, Description
from napari_mousegpt.datamodel.fact_phrases import (
    COMPANY_KEYWORDS,
    COMPANY_PHRASES,
    CURVES,
    HEAD_PHRASES,
    ON_THE_MOVE,
    PAW_PHRASES,
    PLACE_KEYWORDS,
    PLACE_PHRASES,
    POSTURE_PHRASES,
    SUBJECTS,
    predicates,
)
from napari_mousegpt.datamodel.facts import VOCABULARY, Facts


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an answer's text, and whether it rests on something known."""

    text: str
    known: bool = True


def describe_facts(facts: Facts, rng: random.Random) -> Description:
    """Say the facts in one of the phrasings; a level about which nothing is known is None.

    Raises
    ------
    ValueError
        If the behaviour is not known: there is nothing to say first.
    """
    if facts.behaviour is None:
        raise ValueError("expected facts with a behaviour, found none")
    levels = {
        level: f"{rng.choice(phrases[value])}." if value is not None else None
        for level, value, phrases in (
            ("head", facts.head, HEAD_PHRASES),
            ("limb", facts.paws, PAW_PHRASES),
            ("torso", facts.posture, POSTURE_PHRASES),
        )
    }
    overall = "".join(piece.text for piece in _sentence(facts, facts, rng))
    words = [word for _, word in _keywords(facts)]
    return Description(overall, **levels, keywords=tuple(words))


def describe_fully(facts: Facts, rng: random.Random) -> list[Piece]:
    """Say the facts as the JSON text of an answer in full form, in pieces.

    Every level and the four keywords of the built-in vocabulary are there; the pieces that are not
    known are a guess, to be left out of what is learned.
    """
    guess = facts.or_else(
        Facts(
            behaviour=rng.choice(VOCABULARY["behaviour"]),
            speed=rng.choice(VOCABULARY["speed"]),
            turn=rng.choice(VOCABULARY["turn"]),
            posture=rng.choice(VOCABULARY["posture"]),
            head=rng.choice(VOCABULARY["head"]),
            paws=rng.choice(VOCABULARY["paws"]),
        )
    )
    pieces = [Piece('{"overall": "'), *_sentence(facts, guess, rng)]
    for level, name, phrases in (
        ("head", "head", HEAD_PHRASES),
        ("limb", "paws", PAW_PHRASES),
        ("torso", "posture", POSTURE_PHRASES),
    ):
        phrase = rng.choice(phrases[getattr(guess, name)])
        pieces += [Piece(f'", "{level}": "'), Piece(_inside_json(f"{phrase}."), _has(facts, name))]
    pieces.append(Piece('", "keywords": ['))
    for place, (name, word) in enumerate(_keywords(guess)):
        comma = ", " if place else ""
        pieces += [
            Piece(f'{comma}"'),
            Piece(_inside_json(word), _has(facts, name)),
            Piece('"'),
        ]
    pieces.append(Piece("]}"))
    return merged(pieces)


def corrected_pieces(description: Description, levels: Sequence[str]) -> list[Piece]:
    """A person's text as the JSON text of an answer; only the levels they wrote are known."""
    pieces: list[Piece] = []
    for place, level in enumerate((*LEVELS, "keywords")):
        value = getattr(description, level)
        value = list(value) if level == "keywords" else value
        pieces.append(Piece(f'{", " if place else "{"}"{level}": '))
        pieces.append(Piece(json.dumps(value, ensure_ascii=False), level in levels))
    return merged([*pieces, Piece("}")])


def answer_text(pieces: Iterable[Piece]) -> str:
    """The whole text of an answer in pieces."""
    return "".join(piece.text for piece in pieces)


def merged(pieces: Sequence[Piece]) -> list[Piece]:
    """The same text with neighbouring pieces of one kind joined, and empty ones dropped."""
    joined: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if joined and joined[-1].known == piece.known:
            joined[-1] = Piece(joined[-1].text + piece.text, piece.known)
        else:
            joined.append(piece)
    return joined


def _sentence(facts: Facts, guess: Facts, rng: random.Random) -> list[Piece]:
    """The overall sentence; ``guess`` has what the facts have, and perhaps more."""
    behaviour = str(guess.behaviour)
    moves = guess.speed in ("slow", "fast")
    told = _has(facts, "behaviour")
    turning = behaviour.startswith("turning ")
    predicate = rng.choice(predicates(behaviour, moves=moves))
    pieces = [
        Piece(f"{rng.choice(SUBJECTS)} "),
        Piece(_inside_json(predicate), told and (_has(facts, "speed") or not turning)),
    ]
    if behaviour in ON_THE_MOVE and guess.turn is not None:
        pieces.append(Piece(rng.choice(CURVES[guess.turn]), told and _has(facts, "turn")))
    for value, phrases in ((facts.place, PLACE_PHRASES), (facts.company, COMPANY_PHRASES)):
        if value is not None:
            pieces.append(Piece(rng.choice(phrases[value])))
    # Whether the sentence ends here says that there is no turn: known only if the turn is.
    ends = behaviour not in ON_THE_MOVE or _has(facts, "turn")
    return [*pieces, Piece(".", told and ends)]


def _keywords(facts: Facts) -> list[tuple[str, str]]:
    """Fact and word of each keyword, the behaviour first."""
    words = [
        ("behaviour", facts.behaviour),
        ("speed", facts.speed),
        ("turn", facts.turn),
        ("posture", facts.posture),
        ("place", PLACE_KEYWORDS.get(facts.place or "")),
        ("company", COMPANY_KEYWORDS.get(facts.company or "")),
    ]
    return [(name, word) for name, word in words if word is not None]


def _has(facts: Facts, name: str) -> bool:
    return getattr(facts, name) is not None


def _inside_json(text: str) -> str:
    """Text as it stands between the quotes of a JSON string."""
    return json.dumps(text, ensure_ascii=False)[1:-1]
