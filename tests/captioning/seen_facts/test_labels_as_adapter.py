"""A person's labels as an adapter of the built-in model: taken, said, and not by another model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from napari_mousegpt.captioning.captioner import Clip
from napari_mousegpt.captioning.model_files import revision_of
from napari_mousegpt.captioning.mousegpt_tiny import ANSWER_TOKENS, FOLDER, MouseGPTTiny
from napari_mousegpt.captioning.seen_facts.label_head import LabelHead, untaught
from napari_mousegpt.datamodel.description import BEHAVIOURS, parse_description

# So long that words are still chosen where the answers of the built-in behaviours have ended.
LONG = (
    "investigating the novel object in the far corner of the arena, 鼠, with its back to others "
    "and one paw on the wall, as seen on every second day of habituation"
)


def head_for(label: str, *, base: str | None = None) -> LabelHead:
    """A head that is sure of one label, whatever it sees."""
    width = MouseGPTTiny(device="cpu").hidden_width
    labels = (label, *BEHAVIOURS)
    head = untaught(labels, labels, width, base or str(revision_of(str(FOLDER))))
    return replace(head, bias=np.array([50.0, *[0.0] * len(BEHAVIOURS)], np.float32))


def first_words(model: MouseGPTTiny, clips: list[Clip]) -> list[str]:
    return [parse_description(one.text or "").keywords[0] for one in model.describe(clips)]


@pytest.mark.parametrize("label", ["my own", LONG], ids=["short", "long"])
def test_labels_are_taken_as_an_adapter(tmp_path: Path, clips: list[Clip], label: str) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    head_for(label).save(folder)
    model = MouseGPTTiny(adapter=str(folder), device="cpu")
    assert (model.adapter, model.parameters["decided"]) == ("mine", "facts first")
    assert model.revision == f"{MouseGPTTiny().revision}+{revision_of(str(folder))}"
    answers = model.describe(clips[:2])
    for answer in answers:
        said = parse_description(answer.text or "")
        assert said.keywords[0] == label
        assert label in said.overall
        assert answer.confidence == pytest.approx(1.0)
    before = model.revision
    head_for("another").save(folder)
    assert model.revision != before
    assert MouseGPTTiny(adapter=str(folder)).head.labels[0] == "another"  # type: ignore[union-attr]


def test_labels_can_be_taught_meanwhile(tiny: MouseGPTTiny, clips: list[Clip]) -> None:
    before = first_words(tiny, clips[:2])
    tiny.teach(head_for(LONG))
    assert tiny.max_new_tokens > ANSWER_TOKENS
    after = first_words(tiny, clips[:2])
    assert after == [LONG, LONG]
    assert before != [LONG, LONG]


@pytest.mark.parametrize(
    ("model", "base", "says"),
    [(None, "older", "another version of it"), ("bare", None, "expected the base model")],
)
def test_labels_of_another_model_are_refused(
    tmp_path: Path, bare: str, model: str | None, base: str | None, says: str
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    head_for("my own", base=base).save(folder)
    with pytest.raises(ValueError, match=says):
        MouseGPTTiny(bare if model else None, adapter=str(folder))
