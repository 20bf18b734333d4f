"""Answers behind prompts: the built-in model's own tokens, and guesses that are not learned."""

from __future__ import annotations

import random

import pytest

from napari_mousegpt.captioning.mousegpt_tiny import FOLDER
from napari_mousegpt.datamodel.facts import Facts
from napari_mousegpt.training.answer_tokens import (
    NOT_LEARNED,
    answer_ending,
    answer_tokens,
    with_answers,
)
from napari_mousegpt.training.phrases import answer_text, describe_fully


@pytest.fixture(scope="module")
def processor():
    from transformers import AutoProcessor

    return AutoProcessor.from_pretrained(FOLDER, local_files_only=True)


def test_what_is_learned_is_what_is_known(processor) -> None:
    pieces = describe_fully(Facts(behaviour="rearing"), random.Random(0))
    ending = answer_ending(processor)
    assert ending == "<|im_end|>"
    tokens, labels = answer_tokens(processor.tokenizer, pieces, ending)
    assert processor.tokenizer.decode(tokens) == answer_text(pieces) + ending
    learned = processor.tokenizer.decode([token for token in labels if token != NOT_LEARNED])
    assert '"rearing' in learned
    assert learned.endswith(ending)
    assert not any(word in learned for word in ("turn", "slow", "moving", "hunched", "Head"))


def test_answers_are_put_behind_prompts() -> None:
    import torch

    prompt = torch.tensor([[0, 5, 6], [4, 5, 6]])
    inputs = {
        "input_ids": prompt,
        "attention_mask": torch.tensor([[0, 1, 1], [1, 1, 1]]),
        "mm_token_type_ids": torch.tensor([[0, 1, 0], [0, 1, 0]]),
        "pixel_values": torch.zeros(7, 2),
    }
    joined = with_answers(inputs, [([7, 8], [7, NOT_LEARNED]), ([9], [9])], pad=0)
    assert joined["input_ids"].tolist() == [[0, 5, 6, 7, 8], [4, 5, 6, 9, 0]]
    assert joined["attention_mask"].tolist() == [[0, 1, 1, 1, 1], [1, 1, 1, 1, 0]]
    assert joined["mm_token_type_ids"].tolist() == [[0, 1, 0, 0, 0], [0, 1, 0, 0, 0]]
    assert joined["labels"].tolist() == [[-100] * 3 + [7, -100], [-100] * 3 + [9, -100]]
    assert joined["pixel_values"].shape == (7, 2)
