"""The built-in model decides by what it sees, and says that."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from napari_mousegpt.captioning.captioner import Clip
from napari_mousegpt.captioning.meaning_first import MeaningFirst
from napari_mousegpt.captioning.mousegpt_tiny import MouseGPTTiny
from napari_mousegpt.datamodel.description import BEHAVIOURS, parse_description
from napari_mousegpt.datamodel.fact_phrases import facts_said


def words(model: MouseGPTTiny, clips: list[Clip], **how: int) -> list[tuple[str, ...]]:
    answers = model.describe(clips, **how)
    return [parse_description(answer.text or "").keywords for answer in answers]


@pytest.mark.parametrize("attempt", [0, 1])
def test_what_is_said_is_what_was_concluded(
    tiny: MouseGPTTiny, clips: list[Clip], attempt: int
) -> None:
    """In batches, where slots are filled again, as one by one."""
    singly = [tiny.describe([clip], attempt=attempt)[0] for clip in clips]
    tiny.batch_size = 2
    together = tiny.describe(clips, attempt=attempt)
    for place, (one, answer) in enumerate(zip(singly, together, strict=True)):
        facts, confidence = tiny._conclude().of(place)
        said = parse_description(answer.text or "")
        assert facts_said(said) == facts
        assert said.keywords == (facts.behaviour, facts.speed, facts.turn, facts.posture)
        assert answer.confidence == confidence == pytest.approx(one.confidence, abs=1e-5)
        assert said.keywords == parse_description(one.text or "").keywords
        if attempt == 0:
            assert answer.text == one.text
    assert len({answer.confidence for answer in together}) == len(clips)
    assert tiny.parameters["decided"] == "facts first"


def test_the_engine_says_what_generate_says(
    tiny: MouseGPTTiny, clips: list[Clip], monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.batch_size = 3
    expected = tiny.describe(clips)
    assert tiny._engine is not None
    tiny._engine.forget()
    tiny._engine._on_gpu = True  # rounds up: some slots rest, and there is no clip of their place
    tiny.batch_size = 8
    rested = tiny.describe(clips)
    assert len(tiny._engine._board.lanes) == 8  # type: ignore[union-attr]
    monkeypatch.setattr(tiny, "_engine_or_none", lambda: None)
    tiny.batch_size = 3
    plain = tiny.describe(clips)
    for one, two, three in zip(expected, rested, plain, strict=True):
        assert one.text == two.text == three.text
        assert one.confidence == pytest.approx(two.confidence, abs=1e-5)
        assert one.confidence == pytest.approx(three.confidence, abs=1e-5)


def test_what_is_seen_decides_nothing(tiny: MouseGPTTiny, clips: list[Clip]) -> None:
    seen = tiny.seen(clips)
    assert seen.hidden.shape == (len(clips), tiny.hidden_width)
    shares = seen.logits["behaviour"].double().softmax(-1).numpy()
    for answer, share in zip(tiny.describe(clips), shares, strict=True):
        said = parse_description(answer.text or "").keywords[0]
        assert answer.confidence == pytest.approx(share[BEHAVIOURS.index(said)], abs=1e-5)
    longer = [replace(clip, times_s=tuple(2 * t for t in clip.times_s)) for clip in clips[:1]]
    assert not np.allclose(tiny.seen(longer).hidden, seen.hidden[:1])  # it is told the span


def test_a_folder_without_the_layers_decides_in_words(bare: str, clips: list[Clip]) -> None:
    model = MouseGPTTiny(bare, device="cpu")
    assert model.parameters["decided"] == "meaning first"
    assert all(found[0] in BEHAVIOURS for found in words(model, clips[:2]))
    assert model.revision != MouseGPTTiny().revision


def test_words_decide_when_they_are_told_to(tiny: MouseGPTTiny, clips: list[Clip]) -> None:
    before = words(tiny, clips[:2])
    tiny.words_decide()
    assert tiny.parameters["decided"] == "meaning first"
    after = words(tiny, clips[:2])
    assert isinstance(tiny._grammar_or_none(), MeaningFirst)
    assert all(len(found) >= 1 for found in (*before, *after))
