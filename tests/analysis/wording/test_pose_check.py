"""What poses refute, and what they leave alone."""

from __future__ import annotations

import pytest

from napari_mousegpt.analysis.wording.fact_reader import read_text
from napari_mousegpt.analysis.wording.pose_check import check_against_pose

WALKING = {
    "pose_share": 1.0,
    "speed_mean_bl_per_s": 1.5,
    "speed_median_bl_per_s": 1.5,
    "speed_high_bl_per_s": 2.0,
    "displacement_bl": 3.0,
    "shape_speed_mean_bl_per_s": 0.4,
    "net_turn_deg": 5.0,
    "left_turn_deg": 12.0,
    "right_turn_deg": 7.0,
    "elongation_low": 1.01,
    "elongation_high": 1.1,
    "head_angle_mean_deg": 0.0,
    "head_angle_spread_deg": 10.0,
    "seen_head": 1.0,
}
RESTING = WALKING | {
    "speed_mean_bl_per_s": 0.02,
    "speed_median_bl_per_s": 0.02,
    "speed_high_bl_per_s": 0.05,
    "displacement_bl": 0.02,
    "shape_speed_mean_bl_per_s": 0.02,
    "elongation_low": 0.7,
}
TURNING_RIGHT = WALKING | {"net_turn_deg": -80.0, "left_turn_deg": 3.0, "right_turn_deg": 83.0}
IN_A_HEAP = TURNING_RIGHT | {"neighbour_distance_low_bl": 0.3}
NOT_TRACKED = RESTING | {"pose_share": 0.5}
UP_IN_SPACE = WALKING | {"pitch_high_deg": 60.0}
DOWN_IN_SPACE = WALKING | {"pitch_high_deg": 5.0}


@pytest.mark.parametrize(
    ("text", "features", "view", "contradicted"),
    [
        ("It runs.", RESTING, "top", True),
        ("It runs.", WALKING, "top", False),
        ("It walks.", RESTING, "top", True),
        ("It does not walk.", RESTING, "top", False),
        ("It may be walking.", RESTING, "top", False),
        ("It walks.", NOT_TRACKED, "top", False),
        ("It stays still.", WALKING, "top", True),
        ("It stays still.", RESTING, "top", False),
        ("It walks, then rears.", WALKING, "top", False),
        ("It grooms its face.", WALKING, "top", True),
        ("It rears up.", WALKING, "top", True),
        ("It rears up.", RESTING, "top", False),
        ("It rears up.", WALKING, "side", False),
        ("It rears up.", UP_IN_SPACE, "side", False),
        ("It rears up.", DOWN_IN_SPACE, "side", True),
        ("It turns left.", TURNING_RIGHT, "top", True),
        ("It turns left.", TURNING_RIGHT, "side", False),
        ("It turns left.", IN_A_HEAP, "top", False),
        ("It turns right.", TURNING_RIGHT, "top", False),
        ("It turns left.", WALKING, "top", False),
        ("It eats.", RESTING, "top", False),
    ],
)
def test_contradictions(text: str, features: dict, view: str, contradicted: bool) -> None:
    found = check_against_pose(read_text(text), features, camera_view=view)
    assert bool(found.contradictions) == contradicted


def test_what_could_not_be_judged_does_not_count() -> None:
    assert check_against_pose(read_text("It eats."), WALKING).judged == ()
    assert len(check_against_pose(read_text("It runs."), WALKING).judged) == 1
    assert check_against_pose(read_text("It runs."), {"pose_share": 1.0}).judged == ()


def test_the_reason_names_the_number() -> None:
    (one,) = check_against_pose(read_text("It turns left."), TURNING_RIGHT).contradictions[:1]
    assert one.measured == "it turns 80 degrees to the right"
