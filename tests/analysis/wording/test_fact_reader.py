"""Facts read from sentences, those of models and odd ones."""

from __future__ import annotations

import random

import pytest

from napari_mousegpt.analysis.wording.fact_reader import (
    first_facts,
    read_description,
    read_text,
    same_value,
    values_said,
)
from napari_mousegpt.datamodel.description import BEHAVIOURS
from napari_mousegpt.datamodel.facts import VOCABULARY, Facts
from napari_mousegpt.training.phrases import describe_facts


def said(text: str, fact: str, level: str = "overall") -> set[str]:
    return set(values_said(read_text(text, level=level)).get(fact, ()))


@pytest.mark.parametrize(
    ("text", "behaviours"),
    [
        ("The mouse rears up.", {"rearing"}),
        ("The mouse does not rear.", set()),
        ("The mouse doesn't rear, groom or dig.", set()),
        ("It neither walks nor runs.", set()),
        ("No rearing, just walking along the wall.", {"walking"}),
        ("The mouse is not rearing but grooms its face.", {"face grooming"}),
        ("Rather than rearing, it digs.", {"digging"}),
        ("Rearing is not seen; the animal walks.", {"walking"}),
        ("It does not move.", {"still"}),
        ("It is not motionless: it walks.", {"walking"}),
        ("It does not stop walking.", {"walking"}),
        ("It stops walking and rears.", {"rearing"}),
        ("It is still grooming.", {"grooming"}),
        ("It sits still.", {"still"}),
        ("Its rear paws are on the floor.", set()),
        ("It walks to the rear of the cage.", {"walking"}),
        ("A running wheel stands in the corner.", set()),
        ("It stands on its hind legs against the wall.", {"rearing"}),
        ("It stands up on two feet.", {"rearing"}),
        ("It washes its face with both paws.", {"face grooming"}),
        ("It licks its left flank.", {"body grooming"}),
        ("It cleans itself.", {"grooming"}),
        ("It scratches itself behind the ear with a hind leg.", {"scratching"}),
        ("It scratches at the wall.", set()),
        ("Freezing.", {"still"}),
        ("It turns left on the spot.", {"turning left"}),
        ("It pivots clockwise.", {"turning right"}),
        ("It turns its head to the left.", set()),
        ("In turn it walks.", {"walking"}),
        ("It leaves the left corner, running.", {"running"}),
        ("It trots forward.", {"running"}),
        ("It moves forward along the wall.", {"locomotion"}),
        ("It walks, then rears, then sniffs the air.", {"walking", "rearing", "sniffing"}),
        ("Another mouse runs past while the mouse grooms its face.", {"face grooming"}),
        ("The other mouse is rearing.", set()),
        ("The paws cannot be seen, so it is unclear whether it digs.", set()),
        ("The mouse stays still without rearing and grooming.", {"still"}),
        ("It does not rear and walks on.", {"walking"}),
        ("The animal appears to be digging.", {"digging"}),
        ("It eats a pellet.", {"eating"}),
        ("Its nose twitches; no locomotion is observed.", set()),
        ("It moves slowly along the left wall before pausing.", {"locomotion", "still"}),
        ("It uses its front paws to clean its face and whiskers.", {"face grooming"}),
        ("No signs of rearing or jumping were detected. It walks calmly.", {"walking"}),
        ("Instead of walking, the mouse crouches.", set()),
        ("It makes a U-turn to the right without stopping.", {"turning right"}),
        ("The other mouse approaches while this mouse keeps eating.", {"eating"}),
        ("Its left hind leg scratches behind the left ear.", {"scratching"}),
        ("It isn't moving much.", set()),
        ("It neither grooms nor scratches; it just sits.", set()),
        ("tall wall rear", {"rearing"}),
        ("head_groom", {"face grooming"}),
        ("Turn_L", {"turning left"}),
    ],
)
def test_what_it_does(text: str, behaviours: set[str]) -> None:
    assert said(text, "behaviour") == behaviours


@pytest.mark.parametrize(
    ("text", "fact", "values"),
    [
        ("It walks in a curve of 45 degrees to the left.", "turn", {"left turn"}),
        ("It runs, swerving hard to the right.", "turn", {"sharp right"}),
        ("It ambles along, veering slightly left.", "turn", {"slight left"}),
        ("It walks straight ahead.", "turn", {"no turn"}),
        ("It walks without turning.", "turn", {"no turn"}),
        ("It does not turn left.", "turn", {"no turn"}),
        ("It grooms its right flank.", "turn", set()),
        ("It lifts its left forepaw and turns right.", "turn", {"right turn"}),
        ("It turns counter-clockwise.", "turn", {"left turn"}),
        ("It walks to the left corner.", "turn", set()),
        ("The mouse has left the corner.", "turn", set()),
        ("Its head swings left and right.", "turn", set()),
        ("Its head swings left and right.", "head", {"scanning"}),
        ("It turns its head to the left.", "head", {"left"}),
        ("It turns its head to the left.", "turn", set()),
        ("It looks to the right.", "head", {"right"}),
        ("It walks along the wall.", "place", {"wall"}),
        ("It rests in the corner.", "place", {"corner"}),
        ("It crosses the middle, away from the walls.", "place", {"centre"}),
        ("It moves away from the corner.", "place", set()),
        ("The open field is empty.", "place", set()),
        ("It sits close to another mouse.", "company", {"close"}),
        ("No other animal is near.", "company", {"alone"}),
        ("It scratches rapidly.", "speed", set()),
        ("It walks slowly.", "speed", {"slow"}),
        ("It runs quickly.", "speed", {"fast"}),
        ("It stays in place.", "speed", {"not moving"}),
        ("It sits hunched.", "posture", {"hunched"}),
        ("Its body is not stretched.", "posture", set()),
    ],
)
def test_other_facts(text: str, fact: str, values: set[str]) -> None:
    assert said(text, fact) == values


@pytest.mark.parametrize(
    ("text", "level", "fact", "values"),
    [
        ("Turned to the left.", "head", "head", {"left"}),
        ("In line with the body.", "head", "head", {"straight"}),
        ("The head is held 20 degrees to the right.", "head", "head", {"right"}),
        ("All paws at rest.", "limb", "paws", {"still"}),
        ("The forepaws are held 0.30 body lengths from the snout.", "limb", "paws", set()),
        ("Both forepaws at the snout.", "limb", "paws", {"face"}),
        ("Paws are not tracked.", "limb", "paws", set()),
        ("The hindpaws step.", "limb", "paws", {"stepping"}),
        ("Raised to full height.", "torso", "posture", {"upright"}),
    ],
)
def test_levels_about_one_part(text: str, level: str, fact: str, values: set[str]) -> None:
    assert said(text, fact, level) == values


@pytest.mark.parametrize(
    ("text", "supposed"),
    [
        ("The mouse rears.", False),
        ("The mouse may be rearing.", True),
        ("It lifts its body, as in rearing.", True),
        ("It is rearing or jumping.", True),
        ("It possibly walks, then rears.", False),
    ],
)
def test_hedges(text: str, supposed: bool) -> None:
    found = [one for one in read_text(text) if one.value == "rearing"]
    assert [one.supposed for one in found] == [supposed]


def test_names_of_an_ethogram() -> None:
    text = "The mouse head dips over the edge."
    found = values_said(read_text(text, names=["Head Dip"]))
    assert "Head Dip" in found["behaviour"]


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_the_phrases_of_training_are_read_back(behaviour: str) -> None:
    rng = random.Random(behaviour)
    for _ in range(30):
        facts = Facts(
            behaviour=behaviour,
            **{name: rng.choice(VOCABULARY[name]) for name in ("speed", "posture", "head", "paws")},
            place=rng.choice([None, *VOCABULARY["place"]]),
            company=rng.choice([None, *VOCABULARY["company"]]),
            turn=None if behaviour.startswith("turning") else rng.choice(VOCABULARY["turn"]),
        )
        description = describe_facts(facts, rng)
        row = {name: getattr(description, name) for name in ("overall", "head", "limb", "torso")}
        overall = values_said(read_text(description.overall)).get("behaviour", frozenset())
        assert any(same_value(value, behaviour) for value in overall), description
        read = first_facts(read_description(row | {"keywords": list(description.keywords)}))
        for name, value in facts.known():
            assert getattr(read, name) == value, (name, description)
