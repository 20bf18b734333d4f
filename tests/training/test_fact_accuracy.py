"""Facts are counted right, wrong and unsaid; answers that cannot be read are wrong."""

from __future__ import annotations

import random

import numpy as np
import pytest

from napari_mousegpt.captioning.captioner import Clip
from napari_mousegpt.datamodel.facts import Facts
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.training.augmentation import augmented, mirrored
from napari_mousegpt.training.fact_accuracy import fact_accuracy
from napari_mousegpt.training.kinematic_facts import kinematic_facts
from napari_mousegpt.training.phrases import describe_facts

TRUTH = Facts(behaviour="rearing", speed="not moving", posture="upright")


def test_right_wrong_and_unreadable() -> None:
    right = describe_facts(TRUTH, random.Random(0)).to_text()
    wrong = describe_facts(TRUTH.replace(posture="hunched"), random.Random(0)).to_text()
    found = fact_accuracy([right, wrong, "no idea", None], [TRUTH] * 4)
    assert found.known == {"behaviour": 4, "speed": 4, "posture": 4}
    assert found.right == {"behaviour": 2, "speed": 2, "posture": 1}
    assert (found.invalid, found.windows) == (2, 4)
    assert found.overall == pytest.approx(5 / 12)
    assert found.behaviour == 0.5


def test_words_of_a_models_own_count() -> None:
    text = '{"overall": "The mouse stands on its hind legs.", "keywords": ["rearing"]}'
    assert fact_accuracy([text], [Facts(behaviour="rearing")]).behaviour == 1


@pytest.mark.parametrize(
    ("features", "facts"),
    [
        ({"speed_mean_bl_per_s": 0.05, "net_turn_deg": 80}, ("not moving", "sharp left")),
        ({"speed_mean_bl_per_s": 0.8, "net_turn_deg": -30}, ("slow", "slight right")),
        ({"speed_mean_bl_per_s": 2.4, "net_turn_deg": 2}, ("fast", "no turn")),
        ({"speed_mean_bl_per_s": 1.58, "net_turn_deg": 15.5}, (None, None)),  # near a limit
        ({"speed_mean_bl_per_s": float("nan")}, (None, None)),
    ],
)
def test_facts_of_kinematics(features: dict[str, float], facts: tuple[str | None, ...]) -> None:
    found = kinematic_facts({"pose_share": 1.0, **features})
    assert (found.speed, found.turn) == facts


def test_without_a_pose_nothing_is_known() -> None:
    assert kinematic_facts({"pose_share": 0.3, "speed_mean_bl_per_s": 2.0}) == Facts()


def test_a_mirrored_clip_has_the_other_side() -> None:
    facts = Facts(behaviour="turning left", turn="sharp left", head="right", posture="hunched")
    other = mirrored(facts)
    assert (other.behaviour, other.turn, other.head) == ("turning right", "sharp right", "left")
    assert mirrored(other) == facts


def test_augmentation_keeps_facts_and_pixels_together() -> None:
    pixels = np.zeros((8, 16, 16, 3), np.uint8)
    pixels[:, :, :4] = 200  # bright on the left of the picture
    clip = Clip("cam0", "a", TimeRange(0, 8), tuple(range(8)), tuple(range(8)), "side", pixels)
    facts = Facts(behaviour="turning left")
    for seed in range(8):
        seen, said = augmented(clip, facts, random.Random(seed))
        assert seen.pixels is not None
        bright_left = seen.pixels[0, 8, 0, 0] > seen.pixels[0, 8, 15, 0]
        assert bright_left == (said == facts)
