"""The texts and settings that mousegpt-tiny is trained with."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import torch

from napari_mousegpt.datamodel.description import parse_description
from napari_mousegpt.datamodel.fact_phrases import facts_said
from training.answers import NO_ANIMAL, answer_for
from training.rendering.chance import Chance
from training.rendering.course import draw_course
from training.settings import Settings


def test_answers_are_read_back_as_the_facts_they_tell() -> None:
    chance = Chance(200, torch.Generator().manual_seed(2))
    course = draw_course(torch.full((200,), 1.5), chance, mixed=0.3, absent=0.1)
    rng = random.Random(0)
    for facts, change in zip(course.facts, course.changes, strict=True):
        told = parse_description(answer_for(facts, change, rng))
        if facts is None:
            assert told.keywords == (NO_ANIMAL,)
        else:
            assert facts_said(told) == facts
        if change is not None:
            assert {*change} <= {*told.keywords}
            assert ", then " in told.overall


def test_a_file_changes_numbers(tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    path.write_text("batch = 7\n")
    assert Settings.read("small", path, seed=3).batch == 7
    assert Settings.read("small", path, seed=3).seed == 3
    path.write_text("bacth = 7\n")
    with pytest.raises(ValueError, match="unknown settings bacth"):
        Settings.read("small", path)
    with pytest.raises(ValueError, match="expected a size"):
        Settings.read("huge")
