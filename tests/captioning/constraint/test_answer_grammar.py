"""Whatever a model prefers, its answers are descriptions, and whole within the tokens it has."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from napari_mousegpt.captioning.constraint.answer_grammar import AnswerGrammar
from napari_mousegpt.captioning.constraint.constrained_rows import as_logits_processor
from napari_mousegpt.captioning.constraint.description_form import (
    LONGEST_OVERALL,
    ending,
    grammar_text,
    outline,
)
from napari_mousegpt.captioning.mousegpt_tiny import FOLDER
from napari_mousegpt.datamodel.description import BEHAVIOURS, Description, parse_description

VOCAB = 4096  # of the model; the tokenizer has 746
WALKING = Description(
    "The mouse walks forward.",
    "The head points ahead.",
    "All paws step.",
    "The body is stretched.",
    ("walking", "slow"),
).to_text()
NOTHING = Description("Nothing to see.").to_text()


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(FOLDER)


def written(tokenizer: Any, grammar: AnswerGrammar, wish: Any, rows: int) -> list[str]:
    """Write answers by what ``wish(step)`` likes, logits of shape (rows, vocab)."""
    import torch

    constraint = grammar.start(rows)
    tokens: list[list[int]] = [[] for _ in range(rows)]
    for step in range(grammar.max_new_tokens or 4000):
        logits = torch.from_numpy(wish(step))
        constraint.mask_(logits)
        chosen = logits.argmax(-1)
        for row, done in enumerate(constraint.finished):
            if not done:
                tokens[row].append(int(chosen[row]))
        constraint.accept(chosen)
        if all(constraint.finished):
            break
    assert all(constraint.finished)
    return list(tokenizer.batch_decode(tokens, skip_special_tokens=True))


@pytest.mark.parametrize("labels", [None, BEHAVIOURS], ids=["open", "labels"])
@pytest.mark.parametrize("max_new_tokens", [64, 96, 256])
@pytest.mark.parametrize("spread", [0.1, 4.0])
def test_every_answer_of_a_random_model_is_a_description(
    tokenizer: Any, labels: Sequence[str] | None, max_new_tokens: int, spread: float
) -> None:
    grammar = AnswerGrammar(tokenizer, VOCAB, labels=labels, max_new_tokens=max_new_tokens)
    random = np.random.default_rng(max_new_tokens)
    likes = random.normal(0, spread, VOCAB)  # what it likes always, so that runs differ
    likes[grammar.quote] += 2 * spread

    def wish(step: int) -> np.ndarray:
        return (likes + random.normal(size=(8, VOCAB))).astype(np.float32)

    for text in written(tokenizer, grammar, wish, 8):
        said = parse_description(text)
        kinds = {unicodedata.category(letter) for letter in said.overall}
        assert not kinds & {"Cc", "Co", "Zl", "Zp"}  # nothing that shows nothing
        assert len(said.keywords) <= 5
        assert labels is None or not said.keywords or said.keywords[0] in labels


def test_a_text_that_never_ends_is_ended(tokenizer: Any) -> None:
    """Without a limit of tokens the length of each text is one, in characters."""
    grammar = AnswerGrammar(tokenizer, VOCAB)
    likes = np.zeros((1, VOCAB), np.float32)
    likes[0, tokenizer.convert_tokens_to_ids("o")] = 1.0
    (text,) = written(tokenizer, grammar, lambda step: likes.copy(), 1)
    said = parse_description(text)
    assert said.overall == "o" * LONGEST_OVERALL
    assert len(said.head or "") == 240
    assert len(said.keywords[0]) == 40


@pytest.mark.parametrize("answer", [WALKING, NOTHING], ids=["walking", "nothing to see"])
@pytest.mark.parametrize("labels", [None, BEHAVIOURS], ids=["open", "labels"])
def test_a_description_can_be_written_as_it_is(
    tokenizer: Any, answer: str, labels: Sequence[str] | None
) -> None:
    """Forced tokens are those that the tokenizer writes; with them a third need no decoding."""
    grammar = AnswerGrammar(tokenizer, VOCAB, labels=labels, max_new_tokens=96)
    tokens = [*tokenizer.encode(answer), tokenizer.eos_token_id]
    constraint = grammar.start(2)
    constraint.drop(1)
    place = decoded = 0
    while place < len(tokens):
        forced = constraint.forced(0)
        assert tokens[place : place + len(forced)] == forced
        decoded += not forced
        for token in forced or [tokens[place]]:
            constraint.accept([token, 0])
            place += 1
    assert constraint.finished == [True, True]
    assert decoded <= 0.67 * len(tokens)
    constraint.renew(0, 1)
    assert constraint.forced(0)[0] == tokens[0]
    assert constraint.finished == [False, True]


@pytest.mark.parametrize(
    "text",
    [
        '{"overall": "a\x1b',
        '{"overall": "a\u2028',
        '{"overall": "a\u202e',
        '{"overall": "\\',
        '{"overall": " ',
        '{"overall": ""',
        '{"head"',
        "Sure",
        '{"overall": "a", "head": null, "limb": "b", "torso": null, "keywords": []',
        '{"overall": "a", "head": "b", "limb": "b", "torso": "b", "keywords": ["flying"',
    ],
)
def test_what_is_no_description_cannot_be_written(tokenizer: Any, text: str) -> None:
    constraint = AnswerGrammar(tokenizer, VOCAB, labels=BEHAVIOURS).start(1)

    def write() -> None:
        for token in tokenizer.encode(text):
            constraint.accept([token])

    with pytest.raises(ValueError, match="may not follow"):
        write()


@pytest.mark.parametrize("said", ["La souris se dresse, très lentement.", "鼠标向左转", "крыса 🐭"])
def test_other_languages_can_be_written(tokenizer: Any, said: str) -> None:
    grammar = AnswerGrammar(tokenizer, VOCAB)
    constraint = grammar.start(1)
    for token in tokenizer.encode(Description(said, said, keywords=(said,)).to_text()):
        constraint.accept([token])
    assert constraint.forced(0) == [tokenizer.eos_token_id]


@pytest.mark.parametrize("labels", [None, ("face grooming", "still")], ids=["open", "labels"])
@pytest.mark.parametrize("answer", [WALKING.replace("walking", "face grooming"), NOTHING, '{"'])
def test_an_answer_can_end_anywhere(answer: str, labels: Sequence[str] | None) -> None:
    for length in range(len(answer) + 1):
        begun = answer[:length].encode()
        shape = outline(begun, labelled=labels is not None)
        assert outline(shape, labelled=labels is not None) == shape
        said = parse_description(answer[:length] + ending(shape, labels))
        assert said.overall
        if labels is not None:
            assert said.keywords[:1] in ((), ("face grooming",))


@pytest.mark.parametrize("labels", [(), ("",), ('say "x"',), ("a\nb",), ("a\\b",)])
def test_labels_that_cannot_stand_in_an_answer(labels: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="expected labels of printable characters"):
        grammar_text(labels)


def test_too_few_tokens_are_refused(tokenizer: Any) -> None:
    with pytest.raises(ValueError, match="allow it more new tokens"):
        AnswerGrammar(tokenizer, VOCAB, max_new_tokens=12)


def test_finished_rows_and_plain_generate(tokenizer: Any) -> None:
    """The processor takes the last column of the ids, but not that of the prompt."""
    import torch

    grammar = AnswerGrammar(tokenizer, VOCAB, max_new_tokens=96)
    constraint = grammar.start(2)
    constraint.drop(1)
    process = as_logits_processor(constraint)
    prompt = torch.tensor([[5, 5], [5, 5]])
    scores = process(prompt, torch.zeros(2, VOCAB))
    first = int(scores[0].argmax())
    assert torch.isneginf(scores).any(dim=1).tolist() == [True, False]
    process(torch.cat([prompt, torch.tensor([[first], [0]])], dim=1), torch.zeros(2, VOCAB))
    assert constraint.finished == [False, True]
