"""Names and facts of a window that is shown mirrored."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_mousegpt.captioning.captioner import Clip
from napari_mousegpt.datamodel.facts import Facts
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.training.augmentation import augmented, mirrored, other_side

WORDS = ("left", "right", "Left", "RIGHT", "turn", "walk", "upright", "rightwards", "lick")


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("turning left", "turning right"),
        ("turn_left", "turn_right"),
        ("orient-right", "orient-left"),
        ("turnLeft", "turnRight"),
        ("Left turn", "Right turn"),
        ("LEFT_TURN", "RIGHT_TURN"),
        ("leftward run", "rightward run"),
        ("clockwise", "counterclockwise"),
        ("Counter-Clockwise", "Clockwise"),
        ("anticlockwise turn", "clockwise turn"),
        ("CW", "CCW"),
        ("upright", "upright"),
        ("righting", "righting"),
        ("leftover eating", "leftover eating"),
        ("cleft", "cleft"),
        ("walking", "walking"),
        (None, None),
    ],
)
def test_the_other_side(name: str | None, other: str | None) -> None:
    assert other_side(name) == other


@given(st.lists(st.sampled_from(WORDS), min_size=1), st.sampled_from(" _-"))
def test_mirrored_twice_is_as_it_was(words: list[str], between: str) -> None:
    name = between.join(words)
    assert other_side(other_side(name)) == name


def test_facts_and_picture_are_mirrored_together() -> None:
    facts = Facts("turn_left", "slow", "sharp left", "hunched", "right", "stepping")
    other = Facts("turn_right", "slow", "sharp right", "hunched", "left", "stepping")
    assert mirrored(facts) == other
    pixels = np.zeros((8, 6, 6, 3), np.uint8)
    pixels[:, 2, 1] = 200
    clip = Clip(
        "cam0", "a", TimeRange(0, 8), tuple(range(8)), (0.0,) * 8, camera_view="oblique",
        pixels=pixels,
    )  # fmt: skip
    seen = set()
    for seed in range(20):
        shown, told = augmented(clip, facts, random.Random(seed))
        assert shown.pixels is not None
        column = int(shown.pixels[0, :, :, 0].max(axis=0).argmax())
        assert (column, told) in ((1, facts), (4, other))
        seen.add(column)
    assert seen == {1, 4}
