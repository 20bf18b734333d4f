"""Sentences to vectors: opposites apart, synonyms together, subjects and hedges aside."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from napari_mousegpt.analysis.vectors.description_vectors import level_texts, level_vectors
from napari_mousegpt.analysis.vectors.lexicon import behaviour_lexicon, stem, without_subject
from napari_mousegpt.analysis.vectors.text_models import load_text_model
from napari_mousegpt.datamodel.description import BEHAVIOURS

MODEL = load_text_model()


def cosine(one: str, other: str) -> float:
    vectors = MODEL.encode([one, other])
    return float(vectors[0] @ vectors[1])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("turns left", "turns right"),
        ("The mouse turns to its left.", "The mouse turns to its right."),
        ("head up", "head down"),
        ("paws in", "paws out"),
        ("walks fast", "walks slowly"),
        ("walks forward", "walks backwards"),
        ("moves towards the wall", "moves away from the wall"),
        ("stays still", "walks"),
        ("body stretched", "body hunched"),
    ],
)
def test_opposites_come_apart(one: str, other: str) -> None:
    assert cosine(one, other) < 0.5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("immobile", "stays still, freezing"),
        ("rears up", "stands on its hind legs"),
        ("washes its face", "grooms its face: both forepaws beat at the snout"),
        ("runs", "gallops quickly"),
        ("turns left by 90 degrees on the spot", "pivots to its left"),
        ("not moving", "immobile"),
        ("The mouse walks.", "The animal walked."),
    ],
)
def test_synonyms_lie_together(one: str, other: str) -> None:
    assert cosine(one, other) > 0.7


def test_words_without_meaning_have_no_vector() -> None:
    assert not MODEL.encode(["the mouse is", ""]).any()


def test_unknown_words_are_alike_only_among_themselves() -> None:
    assert cosine("bicycle", "bicycles") > 0.9
    assert abs(cosine("bicycle", "walks")) < 0.1


def test_what_comes_later_counts_less() -> None:
    told = "The mouse walks forward; before, it grooms its face."
    assert cosine(told, "walks forward") > cosine(told, "grooms its face")


def test_negation_turns_a_word_round() -> None:
    assert cosine("is not grooming", "grooming") < 0


def test_the_same_text_always_has_the_same_vector() -> None:
    again = load_text_model()
    np.testing.assert_array_equal(again.encode(["it rears"]), MODEL.encode(["it rears"]))
    assert again.revision == MODEL.revision


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_the_lexicon_knows_every_behaviour(behaviour: str) -> None:
    assert all(concept is not None for concept, _ in behaviour_lexicon().read(behaviour))


@pytest.mark.parametrize("form", ["walks", "walked", "walking", "walk"])
def test_forms_of_a_word_share_a_stem(form: str) -> None:
    assert stem(form) == "walk"


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("The mouse turns left.", "turns left."),
        ("An animal rears", "rears"),
        ("Head up", "Head up"),
    ],
)
def test_subjects_are_left_out(text: str, rest: str) -> None:
    assert without_subject(text) == rest


def test_levels_stay_apart_and_absent_ones_are_zero() -> None:
    rows = pd.DataFrame(
        {
            "overall": ["The mouse walks.", "It rears."],
            "head": ["Head left.", None],
            "limb": None,
            "torso": None,
            "keywords": [["walking", "slow"], []],
            "valid": [True, False],
        }
    )
    assert level_texts(rows, "keywords") == ["walking, slow", ""]
    vectors = level_vectors(rows, MODEL)
    assert not vectors["limb"][0].any()
    assert np.linalg.norm(vectors["head"][0]) == pytest.approx(1)
    assert all(np.isnan(level[1]).all() for level in vectors.values())
    with pytest.raises(ValueError, match="expected a level among overall, head"):
        level_texts(rows, "feet")


def test_a_model_that_is_not_here_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is not on this machine, and embedding downloads nothing"):
        load_text_model("nobody/nothing")
    with pytest.raises(ValueError, match="expected a sentence model"):
        load_text_model(str(tmp_path))


@pytest.mark.slow
def test_a_model_in_a_folder(tmp_path: Path) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    words = {word: place for place, word in enumerate(["[PAD]", "[UNK]", "turns", "left", "right"])}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]"
    ).save_pretrained(tmp_path)
    BertModel(
        BertConfig(
            vocab_size=5,
            hidden_size=8,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=8,
        )
    ).save_pretrained(tmp_path)
    model = load_text_model(str(tmp_path))
    vectors = model.encode(["The mouse turns left", "turns left", "turns right", ""])
    assert vectors.shape == (4, 8)
    np.testing.assert_allclose(vectors[0], vectors[1], atol=1e-6)  # subjects aside
    np.testing.assert_allclose(np.linalg.norm(vectors[:3], axis=1), 1, atol=1e-5)
    assert not vectors[3].any()
    assert model.revision == load_text_model(str(tmp_path)).revision
