"""Facts said in several phrasings are read back as they were."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_mousegpt.datamodel.description import parse_description
from napari_mousegpt.datamodel.fact_phrases import facts_said
from napari_mousegpt.datamodel.facts import VOCABULARY, Facts, implied_by
from napari_mousegpt.training.phrases import answer_text, describe_facts, describe_fully

MAYBE = {name: st.sampled_from((None, *values)) for name, values in VOCABULARY.items()}
ANY_FACTS = st.builds(Facts, **(MAYBE | {"behaviour": st.sampled_from(VOCABULARY["behaviour"])}))


@given(facts=ANY_FACTS, seed=st.integers(0, 99))
@settings(max_examples=300, deadline=None)
def test_what_is_said_is_read_back(facts: Facts, seed: int) -> None:
    description = describe_facts(facts, random.Random(seed))
    assert facts_said(description) == facts
    assert parse_description(description.to_text()) == description


@given(facts=ANY_FACTS, seed=st.integers(0, 99))
@settings(max_examples=300, deadline=None)
def test_full_answers_hold_the_facts_and_mark_the_guesses(facts: Facts, seed: int) -> None:
    pieces = describe_fully(facts, random.Random(seed))
    said = facts_said(parse_description(answer_text(pieces)))
    assert dict(facts.known()).items() <= dict(said.known()).items()
    # Another seed changes only what is marked as a guess, and the choice of phrases.
    complete = facts.or_else(said)
    assert all(piece.known for piece in describe_fully(complete, random.Random(seed)))


def test_a_guess_is_never_marked_as_known() -> None:
    pieces = describe_fully(Facts(behaviour="rearing"), random.Random(0))
    assert next(piece.text for piece in pieces if piece.known).startswith('{"overall": "')
    learned = "".join(piece.text for piece in pieces if piece.known)
    words = [value for name in ("speed", "turn", "posture") for value in VOCABULARY[name]]
    assert "rearing" in learned
    assert not [word for word in words if word in learned]


def test_a_behaviour_of_ones_own_ethogram() -> None:
    facts = Facts(behaviour='gnaws "the" lid', speed="not moving")
    description = describe_facts(facts, random.Random(1))
    assert facts_said(description) == facts
    assert parse_description(answer_text(describe_fully(facts, random.Random(1)))).keywords[0] == (
        'gnaws "the" lid'
    )


def test_words_that_are_none_of_ours_say_nothing() -> None:
    other = parse_description('{"overall": "A rodent sits.", "head": "It looks up."}')
    assert facts_said(other) == Facts()


@pytest.mark.parametrize(
    ("behaviour", "paws"), [("rearing", "raised"), ("digging", "dig"), ("mounting", None)]
)
def test_what_a_behaviour_implies(behaviour: str, paws: str | None) -> None:
    assert implied_by(behaviour).paws == paws


def test_unknown_values_are_refused() -> None:
    with pytest.raises(ValueError, match="expected speed to be one of"):
        Facts(speed="very fast")
