"""Descriptions by rule: levels, order, honesty."""

from __future__ import annotations

import json

import numpy as np
import pytest

from napari_mousegpt.captioning.captioner import Clip
from napari_mousegpt.captioning.kinematic_rules import (
    KinematicRules,
    behaviours_shown,
    describe_window,
)
from napari_mousegpt.datamodel.description import BEHAVIOURS, parse_description
from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.datamodel.skeleton import guess_roles
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.kinematics.frame_features import frame_features
from napari_mousegpt.kinematics.window_features import window_features

NAN = float("nan")
OPENFIELD = ("snout", "leftear", "rightear", "tailbase")


def clip(features: dict[str, float]) -> Clip:
    return Clip(
        video="cam0",
        individual="mouse_a",
        window=TimeRange(0, 60),
        frames=(0, 59),
        times_s=(0.0, 2.0),
        features=features,
    )


def shares(**by_behaviour: float) -> dict[str, float]:
    """A window with these shares, each behaviour after the one before."""
    features = {"pose_share": 1.0}
    for place, (name, share) in enumerate(by_behaviour.items()):
        features |= {f"share_{name}": share, f"when_{name}": 0.1 + 0.4 * place}
    return features


def walking_features(n_frames: int = 90, *, blind: slice = slice(0)) -> dict[str, float]:
    """Kinematics of an open-field mouse that walks along x, its head swaying."""
    x = 100 + 4.0 * np.arange(n_frames)
    sway = 6 * np.sin(2 * np.pi * 2 * np.arange(n_frames) / 30)
    points = [(100, sway), (85, -8 + sway), (85, 8 + sway), (0, 0 * sway)]
    position = np.stack([np.stack([x + dx, 200 + dy], axis=1) for dx, dy in points], axis=2)
    position[blind] = np.nan
    poses = make_poses(position[..., None], keypoints=OPENFIELD)
    features = frame_features(poses, roles=guess_roles(OPENFIELD), fps=30.0, pixel_size_mm=0.8)
    row = window_features(features, [TimeRange(0, n_frames)]).iloc[0]
    return row.drop(["individual", "start", "stop"]).to_dict()


def test_the_answer_is_json_with_the_five_keys_in_order() -> None:
    [answer] = KinematicRules().describe([clip(walking_features())])
    assert answer.text is not None
    assert list(json.loads(answer.text)) == ["overall", "head", "limb", "torso", "keywords"]
    description = parse_description(answer.text)
    assert description.keywords[:4] == ("walking", "moderate pace", "straight", "normal length")
    assert description.overall == "The mouse walks 29 cm (3.6 body lengths) forward."
    assert description.limb == "Paws are not tracked."
    assert description.torso == "The body is at normal length (1.00 of its length while walking)."


def test_no_pose_is_said_and_nothing_made_up() -> None:
    answers = KinematicRules().describe([clip({}), clip({"pose_share": 0.0})])
    for answer in answers:
        assert answer.text is None
        assert answer.problem == "no pose of mouse_a in this window"


def test_answers_come_in_order_and_are_always_the_same() -> None:
    clips = [clip(walking_features()), clip({}), clip(shares(still=1.0))]
    rules = KinematicRules(device="cpu", batch_size=4)
    first, again = rules.describe(clips), rules.describe(clips, attempt=2)
    assert first == again
    assert [answer.text is None for answer in first] == [False, True, False]


def test_a_window_tracked_in_part_says_so() -> None:
    features = walking_features(blind=slice(0, 45))
    assert "(tracked in 50 % of the window)" in describe_window(features).overall


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_every_behaviour_has_a_sentence(behaviour: str) -> None:
    description = describe_window(shares(**{behaviour.replace(" ", "_"): 1.0}))
    assert description.keywords[0] == behaviour
    assert description.overall.startswith("The mouse ")
    assert description.overall.endswith(".")
    assert "None" not in description.to_text()
    assert "nan" not in description.to_text()


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        (shares(walking=0.6, sniffing=0.4), ["walking", "sniffing"]),
        (shares(walking=0.4, sniffing=0.6), ["sniffing", "walking"]),
        (shares(walking=0.9, sniffing=0.1), ["walking"]),
        (shares(walking=0.4, turning_left=0.35, still=0.25), ["walking", "turning left", "still"]),
        (shares(walking=0.6, running=0.4), ["walking"]),
        (shares(walking=NAN, still=1.0), ["still"]),
    ],
    ids=["two", "largest first", "a trifle", "three", "one way told once", "unknown share"],
)
def test_which_behaviours_are_told(features: dict[str, float], expected: list[str]) -> None:
    assert behaviours_shown(features) == expected


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        (shares(walking=0.6, turning_left=0.4), "walks 0.0 body lengths, then turns left by"),
        (shares(turning_left=0.4, walking=0.6), "; before, it turns left by"),
        (
            {"pose_share": 1, "share_walking": 0.6, "share_turning_left": 0.4}
            | {"when_walking": 0.5, "when_turning_left": 0.5},
            ", and in between turns left by",
        ),
    ],
    ids=["after", "before", "in between"],
)
def test_behaviours_are_told_in_the_order_in_which_they_came(
    features: dict[str, float], expected: str
) -> None:
    assert expected in describe_window(features).overall


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "Paws are not tracked."),
        (
            {"seen_forepaws": 1.0, "forepaw_snout_distance_median_bl": 0.31},
            "The forepaws are held 0.31 body lengths from the snout. Hindpaws are not tracked.",
        ),
        (
            {"seen_hindpaws": 1.0, "hindpaw_speed_mean_bl_per_s": 0.1},
            "Forepaws are not tracked. The hindpaws stay in place.",
        ),
        (
            {"seen_hindpaws": 1.0, "hindpaw_speed_mean_bl_per_s": 0.9, "walked_bl": 1.2},
            "Forepaws are not tracked. The hindpaws step.",
        ),
        (
            {"seen_hindpaws": 1.0, "share_scratching": 0.5, "hindpaw_head_distance_low_bl": 0.13},
            "Forepaws are not tracked. A hindpaw beats 0.1 body lengths from the head.",
        ),
    ],
    ids=["none", "forepaws", "hindpaws", "steps", "scratches"],
)
def test_limbs(changes: dict[str, float], expected: str) -> None:
    assert describe_window(shares(sniffing=1.0) | changes).limb == expected


def test_a_mouse_on_a_moving_floor() -> None:
    moved = {
        "shifted_bl": 1.46,
        "displacement_bl": 1.46,
        "speed_mean_bl_per_s": 0.75,
        "shape_speed_mean_bl_per_s": 0.06,
    }
    description = describe_window(shares(still=1.0) | moved)
    assert description.overall == (
        "The mouse holds still while it is shifted as a whole by 1.5 body lengths."
    )
    assert description.keywords[:2] == ("still", "shifted as a whole")


def test_a_curve_is_told_where_no_turn_is() -> None:
    curved = shares(walking=1.0) | {"net_turn_deg": -52.0}
    assert "in a curve of 50 degrees to the right" in describe_window(curved).overall
    turned = shares(walking=0.6, turning_right=0.4) | {"net_turn_deg": -52.0}
    assert "curve" not in describe_window(turned).overall


def test_what_is_not_tracked_is_null() -> None:
    description = describe_window(shares(still=1.0))
    assert (description.head, description.torso) == (None, None)


def test_close_animals_are_a_keyword() -> None:
    near = shares(sniffing=1.0) | {"neighbour_distance_median_bl": 0.6}
    assert "close to another animal" in describe_window(near).keywords


def test_describing_a_window_without_a_pose_is_an_error() -> None:
    with pytest.raises(ValueError, match="with a pose"):
        describe_window({})


@pytest.mark.parametrize("option", [{"model": "qwen3-vl-2b"}, {"adapter": "mine"}])
def test_a_model_is_refused(option: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="takes no model"):
        KinematicRules(**option)
