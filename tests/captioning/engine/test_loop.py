"""The engine's answers are those of plain ``generate``, token for token."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from engine_prompts import inputs_for
from recorded_ops import recorded

from napari_mousegpt.captioning.constraint.answer_grammar import AnswerGrammar
from napari_mousegpt.captioning.engine import CaptionEngine, Row, Sampling, rows_from
from napari_mousegpt.captioning.engine import board as board_module
from napari_mousegpt.datamodel.description import parse_description

NEW_TOKENS = 14
PLACES = list(range(7))


def generated(network: Any, inputs: Any) -> list[list[int]]:
    import torch

    with torch.inference_mode():
        tokens = network.generate(**inputs, max_new_tokens=NEW_TOKENS, do_sample=False)
    return tokens[:, inputs["input_ids"].shape[1] :].tolist()


def until(tokens: list[int], ends: set[int]) -> list[int]:
    return next((tokens[:place] for place, one in enumerate(tokens) if one in ends), tokens)


def batches(network: Any, processor: Any, size: int, **options: Any) -> Iterator[list[Row]]:
    for start in range(0, len(PLACES), size):
        places = PLACES[start : start + size]
        yield rows_from(network, inputs_for(processor, places, **options), places)


def answered(engine: CaptionEngine, rows: Iterator[list[Row]], **options: Any) -> list[list[int]]:
    import torch

    with torch.inference_mode():
        found = {row.index: tokens for row, tokens in engine.answers(rows, **options)}
    return [found[place] for place in sorted(found)]


def ends_that_differ(expected: list[list[int]]) -> set[int]:
    """Tokens that end the answers at different steps: two of the first, one of a later place."""
    return {expected[0][3], expected[2][6], expected[5][1]}


@pytest.mark.parametrize(
    ("slots", "share", "refill", "system"),
    [
        (7, True, True, True),
        (3, True, True, True),
        (3, False, False, True),
        (2, True, False, True),
        (3, True, True, False),
        (1, True, True, True),
    ],
)
def test_answers_are_those_of_generate(
    network: Any, processor: Any, slots: int, share: bool, refill: bool, system: bool
) -> None:
    words = {} if system else {"system": ""}
    expected = generated(network, inputs_for(processor, PLACES, **words))
    assert len({tuple(tokens) for tokens in expected}) == len(PLACES)  # it looks at its prompt
    ends = ends_that_differ(expected)
    expected = [until(tokens, ends) for tokens in expected]
    assert len({len(tokens) for tokens in expected}) > 2
    network.generation_config.eos_token_id = sorted(ends)
    engine = CaptionEngine(network, max_new_tokens=NEW_TOKENS, share=share, refill=refill)
    rows = batches(network, processor, slots, **words)
    assert answered(engine, rows, slots=slots) == expected
    assert bool(engine._reader._beginnings) == (share and system)


def test_a_step_that_is_replayed_gives_the_same(
    network: Any, processor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without Python between the operations, over memory that does not move, at each length."""
    monkeypatch.setattr(board_module, "SEEN_STEP_CAPTURED", 8)
    expected = generated(network, inputs_for(processor, PLACES))
    engine = CaptionEngine(network, max_new_tokens=NEW_TOKENS, capture=recorded)
    ends = ends_that_differ(expected)
    engine._ends = frozenset(ends)
    for _ in range(2):  # the second time with what was captured for the first
        found = answered(engine, batches(network, processor, 3), slots=3)
        assert found == [until(tokens, ends) for tokens in expected]
    assert engine._board is not None
    assert len(engine._board._steps) > 2


def test_slots_that_rest_may_be_more_than_rows(network: Any, processor: Any) -> None:
    expected = generated(network, inputs_for(processor, PLACES))
    engine = CaptionEngine(network, max_new_tokens=NEW_TOKENS)
    engine._on_gpu = True  # rounds 7 slots up to 8
    assert answered(engine, batches(network, processor, 7), slots=8) == expected
    assert engine._board is not None
    assert len(engine._board.lanes) == 8


def test_longer_prompts_get_longer_slots(network: Any, processor: Any) -> None:
    """Rows that do not fit wait until the slots are empty."""
    long = [{"system": "Mice. " * 60}, {}, {"system": "Mice. " * 90}]
    inputs = [inputs_for(processor, [place], **words) for place, words in enumerate(long)]
    expected = [generated(network, one)[0] for one in inputs]
    engine = CaptionEngine(network, max_new_tokens=NEW_TOKENS)
    rows = iter([rows_from(network, one, [place]) for place, one in enumerate(inputs)])
    assert answered(engine, rows, slots=2) == expected


def test_a_grammar_forbids_what_it_forbids_in_generate(network: Any, processor: Any) -> None:
    import torch

    from napari_mousegpt.captioning.constraint.constrained_rows import (
        Constraint,
        as_logits_processor,
    )

    class NothingForced(Constraint):
        """Leaves every token to the network, as ``generate`` does."""

        def forced(self, row: int) -> list[int]:
            return []

    grammar = AnswerGrammar(processor.tokenizer, 4096, max_new_tokens=60)
    inputs = inputs_for(processor, PLACES[:3])
    with torch.inference_mode():
        plain = network.generate(
            **inputs,
            max_new_tokens=60,
            do_sample=False,
            logits_processor=[as_logits_processor(grammar.start(3))],
        )[:, inputs["input_ids"].shape[1] :]
    grammar.start = lambda rows: NothingForced(grammar, rows)  # type: ignore[method-assign]
    engine = CaptionEngine(network, max_new_tokens=60)
    rows = iter([rows_from(network, inputs, PLACES[:3])])
    found = processor.batch_decode(answered(engine, rows, slots=2, grammar=grammar))
    assert found == processor.batch_decode(plain, skip_special_tokens=True)


def test_tokens_without_choice_may_be_fed_at_once(
    network: Any, processor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers of a network that knows nothing are descriptions, and do not depend on the pace."""
    grammar = AnswerGrammar(processor.tokenizer, 4096, max_new_tokens=60)
    inputs = inputs_for(processor, PLACES[:3])
    texts, steps = [], []
    for worth in (2.0, 100.0):
        monkeypatch.setattr(board_module, "WORTH_WIDENING", worth)
        engine = CaptionEngine(network, max_new_tokens=60)
        rows = iter([rows_from(network, inputs, PLACES[:3])])
        texts.append(processor.batch_decode(answered(engine, rows, slots=2, grammar=grammar)))
        assert engine._board is not None
        steps.append({width for width, _ in engine._board._steps})
    assert texts[0] == texts[1]
    assert all(parse_description(text) for text in texts[0])
    assert steps == [{1, board_module.WIDE}, {1}]


def test_draws_repeat_and_differ_from_the_likeliest(network: Any, processor: Any) -> None:
    engine = CaptionEngine(network, max_new_tokens=NEW_TOKENS)

    def drawn(seed: int) -> list[list[int]]:
        rows = batches(network, processor, 7)
        return answered(engine, rows, slots=7, sampling=Sampling(seed, temperature=2.0))

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


def test_other_weights_are_noticed(network: Any, processor: Any) -> None:
    """What prompts share is read again after a step of training."""
    import torch

    engine = CaptionEngine(network, max_new_tokens=NEW_TOKENS)
    before = answered(engine, batches(network, processor, 7), slots=7)
    with torch.no_grad():
        for layer in network.model.language_model.layers:
            layer.self_attn.v_proj.weight.mul_(-1.0)
    expected = generated(network, inputs_for(processor, PLACES))
    assert answered(engine, batches(network, processor, 7), slots=7) == expected != before


def test_batches_come_whole_and_with_their_places(network: Any, processor: Any) -> None:
    import torch

    engine = CaptionEngine(network, max_new_tokens=NEW_TOKENS)
    expected = answered(engine, batches(network, processor, 2), slots=2)
    given = (([row.index for row in rows], rows) for rows in batches(network, processor, 2))
    with torch.inference_mode():
        found = {
            place: tokens
            for places, answers in engine.batches(given, slots=2)
            for place, tokens in zip(places, answers, strict=True)
        }
    assert [found[place] for place in PLACES] == expected
