"""Behaviours of mice made to do one thing: nothing here is fitted, each does it plainly."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from kinematics_mouse import PARTS, MakeMouse, line

from napari_mousegpt.datamodel.description import BEHAVIOURS
from napari_mousegpt.kinematics.frame_features import frame_features

FPS = 60.0
N = 360
T = np.arange(N) / FPS
BODY = tuple(part for part in PARTS if "paw" not in part)


def swing(hz: float, amplitude: float, *, phase: float = 0.0) -> np.ndarray:
    """Movement forwards and back, shape (time, 2)."""
    return np.stack([amplitude * np.sin(2 * np.pi * hz * T + phase), np.zeros(N)], axis=1)


def steady(forward: float, left: float) -> np.ndarray:
    """A part held elsewhere."""
    return np.tile([forward, left], (N, 1))


GAIT = {
    "forepaw_left": swing(4, 0.1),
    "forepaw_right": swing(4, 0.1, phase=np.pi),
    "hindpaw_left": swing(4, 0.1, phase=np.pi),
    "hindpaw_right": swing(4, 0.1),
    "snout": swing(4, 0.03),
}
HUNCHED = {part: steady(-0.35 * PARTS[part][0], 0) for part in BODY}
NOD = swing(2, 0.06)
TREMBLE = {"snout": swing(1, 0.02), "ear_left": swing(1.3, 0.02)}  # a tracker's small errors
CURL = {
    "snout": steady(-0.6, 0.35),
    "ear_left": steady(-0.35, 0.35),
    "ear_right": steady(-0.35, 0.45),
    "neck": steady(-0.2, 0.3),
}


def majority(poses: xr.Dataset) -> str:
    """The behaviour of most frames, filters' ends aside."""
    roles = {str(name): str(name) for name in poses["keypoint"].values}
    states = frame_features(poses, roles=roles, fps=FPS)["behaviour"].values[60:-60, 0]
    values, counts = np.unique(states, return_counts=True)
    return BEHAVIOURS[values[counts.argmax()]]


def speed(bl_per_s: float) -> np.ndarray:
    return line(N, step_px=100 * bl_per_s / FPS)


@pytest.mark.parametrize(
    ("place", "heading_deg", "offsets", "expected"),
    [
        pytest.param(speed(0), 0, {}, "still", id="still"),
        pytest.param(speed(1.2), 0, GAIT, "walking", id="walking"),
        pytest.param(speed(-1.0), 0, GAIT, "walking", id="walking backwards"),
        pytest.param(speed(4), 0, GAIT, "running", id="running"),
        pytest.param(speed(0.1), -120 * T, GAIT, "turning left", id="turning left"),
        pytest.param(speed(0.1), 120 * T, GAIT, "turning right", id="turning right"),
        pytest.param(speed(1.5), 40 * T, GAIT, "walking", id="walking along a curve"),
        pytest.param(speed(0), 0, {"snout": swing(1, 0.1)}, "sniffing", id="sniffing"),
        pytest.param(speed(0.8), 0, TREMBLE, "still", id="carried by the floor"),
        pytest.param(speed(0.8), 0, {}, "walking", id="points moved as one"),
        pytest.param(
            speed(0),
            0,
            HUNCHED
            | {
                "snout": HUNCHED["snout"] + NOD,
                "forepaw_left": steady(-0.08, -0.08) + swing(5, 0.06),
                "forepaw_right": steady(-0.08, 0.08) + swing(5, 0.06),
            },
            "face grooming",
            id="face grooming",
        ),
        pytest.param(
            speed(0), 0, CURL | {"snout": CURL["snout"] + NOD}, "body grooming", id="body grooming"
        ),
        pytest.param(speed(0), 0, CURL, "still", id="curled up without moving"),
        pytest.param(
            speed(0),
            0,
            {"hindpaw_left": steady(0.5, 0.0) + swing(10, 0.08)},
            "scratching",
            id="scratching",
        ),
        pytest.param(
            speed(0),
            0,
            {"forepaw_left": swing(7, 0.1), "forepaw_right": swing(7, 0.1, phase=np.pi)},
            "digging",
            id="digging",
        ),
    ],
)
def test_one_behaviour(
    mouse: MakeMouse,
    place: np.ndarray,
    heading_deg: float,
    offsets: dict[str, np.ndarray],
    expected: str,
) -> None:
    assert majority(mouse(place, heading_deg, offsets=offsets)) == expected


def test_hunched_for_long_is_no_rear(mouse: MakeMouse) -> None:
    """As short as a rear seen from above, and without tracked paws no grooming either."""
    walk_then_sit = np.concatenate([speed(1.2)[:150], np.tile(speed(1.2)[150], (1050, 1))])
    sitting = (np.arange(1200) >= 150)[:, None]
    nod = 0.06 * np.sin(2 * np.pi * 2 * np.arange(1200) / FPS)[:, None] * [1.0, 0.0]
    offsets = {part: sitting * HUNCHED[part][:1] for part in BODY}
    offsets["snout"] = offsets["snout"] + nod
    poses = mouse(walk_then_sit, parts=BODY, offsets=offsets)
    features = frame_features(poses, roles={part: part for part in BODY}, fps=FPS)
    states = features["behaviour"].values[600:1100, 0]
    assert (states == BEHAVIOURS.index("sniffing")).all()


def test_up_and_down_again_is_a_rear(mouse: MakeMouse) -> None:
    up = ((T > 2.0) & (T < 3.5))[:, None]
    offsets = {part: up * HUNCHED[part] for part in BODY}
    offsets["snout"] = offsets["snout"] + NOD
    poses = mouse(speed(0), parts=BODY, offsets=offsets)
    features = frame_features(poses, roles={part: part for part in BODY}, fps=FPS)
    states = features["behaviour"].values[:, 0]
    assert (states[135:195] == BEHAVIOURS.index("rearing")).mean() > 0.9
    assert not (states[:90] == BEHAVIOURS.index("rearing")).any()


def test_stretching_out_with_the_hind_body_in_place(mouse: MakeMouse) -> None:
    walked = np.concatenate([speed(1.2)[:180], np.tile(speed(1.2)[180], (180, 1))])
    reach = np.clip(T - 3.0, 0, 0.6)[:, None] * [0.4, 0.0]
    offsets = {part: GAIT.get(part, np.zeros((N, 2))) * (T < 3)[:, None] for part in PARTS}
    for part in ("snout", "ear_left", "ear_right", "neck"):
        offsets[part] = offsets[part] + reach
    states = frame_features(
        mouse(walked, offsets=offsets), roles={part: part for part in PARTS}, fps=FPS
    )["behaviour"].values[:, 0]
    assert (states[240:320] == BEHAVIOURS.index("stretch attend")).mean() > 0.9


def test_touching_animals_are_not_said_to_groom(mouse: MakeMouse) -> None:
    groom = {"hindpaw_left": steady(0.5, 0.0) + swing(10, 0.08)}
    one, other = mouse(speed(0), offsets=groom), mouse(speed(0) + np.array([0.0, 40.0]))
    poses = xr.concat([one, other.assign_coords(individual=["other"])], dim="individual")
    poses = poses.transpose("time", "space", "keypoint", "individual")
    features = frame_features(poses, roles={part: part for part in PARTS}, fps=FPS)
    assert (features["behaviour"].values[60:-60, 0] == BEHAVIOURS.index("sniffing")).all()
