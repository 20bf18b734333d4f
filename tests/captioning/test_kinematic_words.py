"""Numbers of a window in words."""

from __future__ import annotations

import pytest

from napari_mousegpt.captioning.kinematic_words import kinematics_in_words

NAN = float("nan")
WALK = {
    "pose_share": 1.0,
    "speed_mean_bl_per_s": 1.44,
    "speed_high_bl_per_s": 1.6,
    "shape_speed_mean_bl_per_s": 0.4,
    "path_bl": 2.88,
    "path_mm": NAN,
    "forward_bl": 2.7,
    "net_turn_deg": 36.0,
    "left_turn_deg": 40.0,
    "right_turn_deg": 4.0,
    "elongation_median": 1.12,
}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param(
            {},
            "Moves 2.9 body lengths forward at 1.4 body lengths/s. Turns 35 degrees left. "
            "Body stretched (1.12 of its length while walking).",
            id="without a scale",
        ),
        pytest.param(
            {"path_mm": 124.0}, "Moves 12 cm (2.9 body lengths) forward", id="with a scale"
        ),
        pytest.param({"path_mm": 52.0}, "Moves 5.2 cm", id="short ways with a decimal"),
        pytest.param({"forward_bl": -2.7}, "backwards", id="backwards"),
        pytest.param({"forward_bl": 0.1}, "Moves 2.9 body lengths at", id="neither way"),
        pytest.param({"speed_high_bl_per_s": 3.0}, "at 1.4 body lengths/s, up to 3.0", id="peak"),
        pytest.param({"speed_mean_bl_per_s": 0.02}, "Stays in place.", id="in place"),
        pytest.param(
            {"shape_speed_mean_bl_per_s": 0.05, "displacement_bl": 2.8},
            "Is shifted as a whole by 2.8 body lengths without moving its body.",
            id="carried",
        ),
        pytest.param({"net_turn_deg": -36.0}, "Turns 35 degrees right.", id="right"),
        pytest.param(
            {"left_turn_deg": 61.0, "right_turn_deg": 52.0},
            "Turns 60 degrees left and 50 degrees right.",
            id="to and fro",
        ),
        pytest.param({"net_turn_deg": 4.0}, "Keeps its direction.", id="straight"),
        pytest.param({"elongation_median": 0.6}, "Body hunched or upright (0.60", id="short"),
        pytest.param(
            {"bend_mean_deg": -42.0}, "walking), bent 40 degrees to the right.", id="bent"
        ),
        pytest.param({"pitch_median_deg": 31.0}, "fore body up by 30 degrees.", id="pitch"),
        pytest.param(
            {"seen_head": 1.0, "head_angle_mean_deg": 22.0, "head_angle_spread_deg": 10.0},
            "Head held 20 degrees to the left.",
            id="head",
        ),
        pytest.param(
            {
                "seen_head": 1.0,
                "head_angle_mean_deg": 1.0,
                "head_angle_spread_deg": 71.0,
                "head_sweep_hz": 1.5,
            },
            "Head held straight ahead, sweeping over 70 degrees at 1.5 Hz.",
            id="head sweeps",
        ),
        pytest.param(
            {
                "seen_forepaws": 1.0,
                "forepaw_snout_distance_median_bl": 0.1,
                "forepaw_beat_mean_bl": 0.05,
                "forepaw_beat_hz": 5.2,
            },
            "Forepaws held 0.10 body lengths from the snout, moving at about 5 Hz.",
            id="paws",
        ),
        pytest.param({"wall_distance_median_mm": 31.0}, "3.1 cm from the wall.", id="wall"),
        pytest.param(
            {"wall_distance_median_bl": 0.5}, "0.5 body lengths from the wall.", id="wall in bl"
        ),
        pytest.param(
            {"neighbour_distance_median_bl": 0.8},
            "Another animal 0.8 body lengths away.",
            id="near",
        ),
        pytest.param({"pose_share": 0.42}, "tracked in 42 % of the frames.", id="hardly tracked"),
    ],
)
def test_sentences(changes: dict[str, float], expected: str) -> None:
    assert expected in kinematics_in_words(WALK | changes)


@pytest.mark.parametrize("features", [{}, {"pose_share": 0.0}, {"pose_share": NAN}])
def test_without_poses_there_is_nothing_to_say(features: dict[str, float]) -> None:
    assert kinematics_in_words(features) == ""


def test_unknown_numbers_are_left_out() -> None:
    nothing = dict.fromkeys(WALK, NAN) | {"pose_share": 1.0}
    assert kinematics_in_words(nothing) == ""


def test_no_nan_is_ever_written() -> None:
    for name in WALK:
        if name != "pose_share":
            assert "nan" not in kinematics_in_words(WALK | {name: NAN})
