"""Answers that say given facts, whatever the model would rather write."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_mousegpt.captioning.mousegpt_tiny import FOLDER
from napari_mousegpt.captioning.seen_facts.said_facts import (
    SaidFacts,
    SaidRows,
    tokens_to_say,
    ways_to_say,
)
from napari_mousegpt.datamodel.description import BEHAVIOURS, Description, parse_description
from napari_mousegpt.datamodel.fact_phrases import ON_THE_MOVE, facts_said
from napari_mousegpt.datamodel.facts import VOCABULARY, Facts

VOCAB = 4096  # of the model
SEEN = [
    Facts("walking", "slow", "slight left", "normal posture", "left", "stepping"),
    Facts("face grooming", "not moving", "no turn", "hunched", "straight", "face"),
    Facts("my own: \"x\", '鼠'", "fast", "sharp right", "upright", "scanning", "raised"),
    Facts("still", "not moving", "no turn", "stretched", "right", "still"),
]
OTHERS = st.fixed_dictionaries(
    {
        name: st.sampled_from(VOCABULARY[name])
        for name in ("speed", "turn", "posture", "head", "paws")
    }
)
NAMES = st.text(st.characters(exclude_categories=["C", "Z", "M"]), min_size=1, max_size=60)


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(FOLDER)


@pytest.fixture
def said(tokenizer: Any) -> SaidFacts:
    end = tokenizer.convert_tokens_to_ids("<|im_end|>")
    return SaidFacts(tokenizer, end, lambda place: (SEEN[place], 0.5 + place / 10))


@pytest.mark.parametrize("behaviour", [*BEHAVIOURS, "my own", "turn_left, slowly", 'a "b"\\c'])
@settings(max_examples=6)
@given(OTHERS)
def test_every_way_says_the_facts(behaviour: str, others: dict[str, str]) -> None:
    facts = Facts(behaviour, **others)
    ways = ways_to_say(facts)
    assert len(set(ways)) == len(ways) >= 24
    for way in ways:
        told = parse_description(way)
        assert facts_said(told) == facts
        words = facts_said(Description(told.overall, told.head, told.limb, told.torso))
        if behaviour in BEHAVIOURS:
            assert words.behaviour == behaviour
        else:
            assert behaviour in told.overall
        if behaviour in ON_THE_MOVE:
            assert words.turn in (facts.turn, None)


@settings(max_examples=40)
@given(NAMES, OTHERS)
def test_the_tokens_suffice_for_every_name(tokenizer: Any, name: str, others: dict) -> None:
    name = unicodedata.normalize("NFC", name)
    for behaviour in (name, "walking", "body grooming"):
        found = tokenizer(ways_to_say(Facts(behaviour, **others)))["input_ids"]
        assert max(map(len, found)) < tokens_to_say([behaviour, "a"])  # and the end


def written(rows: SaidRows, count: int, seed: int, *, forced: bool) -> list[list[int]]:
    """Write answers by random logits, forced tokens at once or one by one."""
    random = torch.Generator().manual_seed(seed)
    tokens: list[list[int]] = [[] for _ in range(count)]
    expected: list[list[int]] = [[] for _ in range(count)]
    while not all(rows.finished):
        logits = torch.randn(count, VOCAB, generator=random)
        rows.mask_(logits)
        chosen = [
            None if done else int(logits[row].argmax()) for row, done in enumerate(rows.finished)
        ]
        for row, token in enumerate(chosen):
            if token is not None:
                tokens[row].append(token)
                if expected[row]:
                    assert token == expected[row].pop(0)
        rows.accept(chosen)
        for row in range(count):
            follows = rows.forced(row)
            if not forced:
                assert expected[row] == follows[: len(expected[row])]
                expected[row] = follows
                continue
            for token in follows:
                rows.accept([token if place == row else None for place in range(count)])
            tokens[row] += follows
    return tokens


@pytest.mark.parametrize("forced", [True, False], ids=["forced at once", "one by one"])
@pytest.mark.parametrize("seed", range(4))
def test_random_logits_say_what_was_seen(
    tokenizer: Any, said: SaidFacts, seed: int, forced: bool
) -> None:
    answers = written(said.start(4), 4, seed, forced=forced)
    for facts, tokens in zip(SEEN, answers, strict=True):
        assert tokens[-1] == tokenizer.convert_tokens_to_ids("<|im_end|>")
        assert tokenizer.decode(tokens, skip_special_tokens=True) in ways_to_say(facts)


def test_the_words_are_the_models(tokenizer: Any, said: SaidFacts) -> None:
    found = {tuple(written(said.start(1), 1, seed, forced=True)[0]) for seed in range(30)}
    assert len(found) > 20


def test_another_token_is_refused_and_changes_nothing(tokenizer: Any, said: SaidFacts) -> None:
    rows = said.start(1)
    wrong = tokenizer.encode("Sure")[0]
    with pytest.raises(ValueError, match="something else than what was seen"):
        rows.accept([wrong])
    assert tokenizer.decode(rows.forced(0)).startswith('{"overall": "')
    assert rows.finished == [False]


def test_a_row_is_filled_again_with_the_clip_of_its_place(tokenizer: Any, said: SaidFacts) -> None:
    asked: list[int] = []
    seen = said.seen
    said.seen = lambda place: asked.append(place) or seen(place)  # type: ignore[func-returns-value]
    rows = said.start(2)
    assert asked == []  # what the eye saw may not be there yet
    written(rows, 2, 0, forced=True)
    assert (asked, rows.finished) == ([0, 1], [True, True])
    rows.renew(1, 3)
    assert rows.finished == [True, False]
    (_, answer) = written(rows, 2, 1, forced=True)
    assert facts_said(parse_description(tokenizer.decode(answer))) == SEEN[3]
    assert asked == [0, 1, 3]
    assert [rows.confidence(row) for row in (0, 1)] == [0.5, pytest.approx(0.8)]


def test_a_dropped_row_asks_for_nothing(said: SaidFacts) -> None:
    said.seen = lambda place: pytest.fail(f"asked for {place}") if place else (SEEN[0], 1.0)
    rows = said.start(3)
    rows.drop(1)
    rows.drop(2)
    logits = torch.zeros(3, VOCAB)
    rows.mask_(logits)
    assert torch.isfinite(logits).sum(dim=1).tolist() == [1, VOCAB, VOCAB]
    rows.accept([int(logits[0].argmax()), 5, None])
    assert (rows.forced(1), rows.confidence(1)) == ([], None)
    assert rows.finished == [False, True, True]
