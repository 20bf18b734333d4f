"""The text that a clip should be answered with: one behaviour, a change, or no animal.

The words of a single behaviour are the package's own, so that it can read them back.
"""

from __future__ import annotations

import json
import random

from napari_mousegpt.datamodel.fact_phrases import (
    HEAD_PHRASES,
    PAW_PHRASES,
    POSTURE_PHRASES,
    SUBJECTS,
    predicates,
)
from napari_mousegpt.datamodel.facts import Facts
from napari_mousegpt.training.phrases import answer_text, describe_fully

NO_ANIMAL = "no animal"
EMPTY = (
    "No animal is in view.",
    "The picture shows no animal.",
    "There is no mouse to be seen.",
)


def answer_for(facts: Facts | None, change: tuple[str, str] | None, rng: random.Random) -> str:
    """JSON text of an answer in one of its phrasings.

    Parameters
    ----------
    facts
        All six facts of the window, its behaviour the one that fills most of it; None if there
        is no animal.
    change
        First and second behaviour of a window in which it changes; None if there is one only.
    """
    if facts is None:
        unseen = dict.fromkeys(("head", "limb", "torso"), "Not visible.")
        return json.dumps({"overall": rng.choice(EMPTY), **unseen, "keywords": [NO_ANIMAL]})
    if change is None:
        return answer_text(describe_fully(facts, rng))
    return _changing(facts, change, rng)


def _changing(facts: Facts, change: tuple[str, str], rng: random.Random) -> str:
    """Both behaviours in order of time; the keywords begin with the longer one."""
    moves = facts.speed != "not moving"
    first, second = (rng.choice(predicates(name, moves=moves)) for name in change)
    shorter = change[1] if change[0] == facts.behaviour else change[0]
    levels = {
        "overall": f"{rng.choice(SUBJECTS)} {first}, then {second}.",
        "head": f"{rng.choice(HEAD_PHRASES[str(facts.head)])}.",
        "limb": f"{rng.choice(PAW_PHRASES[str(facts.paws)])}.",
        "torso": f"{rng.choice(POSTURE_PHRASES[str(facts.posture)])}.",
    }
    words = [facts.behaviour, facts.speed, facts.turn, facts.posture, shorter]
    return json.dumps({**levels, "keywords": words})
