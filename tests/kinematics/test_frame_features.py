"""Kinematics of mice whose movement is known exactly."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from kinematics_mouse import LENGTH_PX, MakeMouse, line

from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.kinematics.frame_features import FEATURES, frame_features

FPS = 30.0
N = 120
OPENFIELD = ("snout", "ear_left", "ear_right", "tail_base")


def inner(features: xr.Dataset, name: str) -> np.ndarray:
    """Values away from both ends, where filters see all their frames."""
    return features[name].values[20:-20, 0]


def test_walking_along_x(mouse: MakeMouse, own_roles: dict) -> None:
    poses = mouse(line(N, step_px=5))  # 150 px/s
    features = frame_features(poses, roles=own_roles, fps=FPS, pixel_size_mm=0.8)
    for name, expected in {
        "speed_px_per_s": 150,
        "speed_mm_per_s": 120,
        "speed_bl_per_s": 1.5,
        "forward_speed_bl_per_s": 1.5,
        "rear_speed_bl_per_s": 1.5,
        "acceleration_bl_per_s2": 0,
        "heading_deg": 0,
        "turning_deg_per_s": 0,
        "body_length_px": LENGTH_PX,
        "body_length_mm": 80,
        "elongation": 1,
        "straightness": 1,
        "bend_deg": 0,
        "head_angle_deg": 0,
        "shape_speed_bl_per_s": 0,
        "tail_angle_deg": 0,
    }.items():
        np.testing.assert_allclose(inner(features, name), expected, atol=0.02, err_msg=name)
    assert features.attrs == {"fps": FPS, "pixel_size_mm": 0.8}
    assert features["reference_length_px"].item() == pytest.approx(LENGTH_PX)


def test_every_feature_is_there_whatever_is_tracked(mouse: MakeMouse) -> None:
    parts = ("snout", "tail_base")
    features = frame_features(
        mouse(line(N, step_px=5), parts=parts), roles={p: p for p in parts}, fps=FPS
    )
    assert set(features.data_vars) == {*FEATURES, "behaviour"}
    assert all(features[name].dtype == np.float32 for name in FEATURES)
    np.testing.assert_allclose(inner(features, "speed_bl_per_s"), 1.5, rtol=1e-3)
    for unknown in ("head_angle_deg", "bend_deg", "forepaw_beat_bl", "speed_mm_per_s"):
        assert np.isnan(features[unknown]).all(), unknown


@pytest.mark.parametrize("from_below", [False, True], ids=["from above", "from below"])
@pytest.mark.parametrize(("picture_deg_per_s", "to_left"), [(-90, True), (90, False)])
def test_turns_are_the_animals_own(
    mouse: MakeMouse, own_roles: dict, picture_deg_per_s: float, to_left: bool, from_below: bool
) -> None:
    """Seen from above with y down, an angle that decreases is a turn to the left."""
    poses = mouse(line(N), picture_deg_per_s * np.arange(N) / FPS, from_below=from_below)
    turning = inner(frame_features(poses, roles=own_roles, fps=FPS), "turning_deg_per_s")
    np.testing.assert_allclose(turning, 90 if to_left != from_below else -90, rtol=0.02)


def test_camera_view_decides_without_left_and_right_parts(mouse: MakeMouse) -> None:
    parts = ("snout", "centre", "tail_base")
    poses = mouse(line(N), 90 * np.arange(N) / FPS, parts=parts)
    for view, expected in (("top", -90), ("bottom", 90)):
        features = frame_features(poses, roles={p: p for p in parts}, fps=FPS, camera_view=view)
        np.testing.assert_allclose(inner(features, "turning_deg_per_s"), expected, rtol=0.02)


@pytest.mark.parametrize(("left_bl", "sign"), [(0.15, 1), (-0.15, -1)])
def test_head_to_the_left_is_positive(
    mouse: MakeMouse, own_roles: dict, left_bl: float, sign: int
) -> None:
    poses = mouse(line(N), 37.0, offsets={"snout": np.array([0.0, left_bl])})
    angle = inner(frame_features(poses, roles=own_roles, fps=FPS), "head_angle_deg")
    np.testing.assert_allclose(angle, sign * np.degrees(np.arctan2(0.15, 0.2)), rtol=0.02)


def test_bend_and_tail_to_the_left_are_positive(mouse: MakeMouse, own_roles: dict) -> None:
    offsets = {"centre": np.array([0.0, -0.2]), "tail_tip": np.array([0.0, 0.4])}
    features = frame_features(mouse(line(N), offsets=offsets), roles=own_roles, fps=FPS)
    assert inner(features, "bend_deg").min() > 30
    assert inner(features, "tail_angle_deg").min() > 20


def test_elongation_is_against_the_length_while_walking(mouse: MakeMouse) -> None:
    """Sitting hunched most of the time does not make that the normal length."""
    shrunk = np.zeros((400, 2))
    shrunk[100:, 0] = -0.4
    places = np.concatenate([line(100, step_px=5), np.tile(line(100, step_px=5)[-1:], (300, 1))])
    poses = mouse(places, parts=OPENFIELD, offsets=dict.fromkeys(OPENFIELD[:3], shrunk))
    features = frame_features(poses, roles={p: p for p in OPENFIELD}, fps=FPS)
    elongation = features["elongation"].values[:, 0]
    assert elongation[20:80].mean() == pytest.approx(1, abs=0.02)
    assert elongation[200:].mean() == pytest.approx(0.6, abs=0.02)


def test_wall_and_neighbour_distances(mouse: MakeMouse, own_roles: dict) -> None:
    one, other = mouse(line(N)), mouse(line(N) + np.array([0.0, 200.0]))
    poses = xr.concat([one, other.assign_coords(individual=["other"])], dim="individual")
    poses = poses.transpose("time", "space", "keypoint", "individual")
    arena = np.array([[0, 0], [1000, 0], [1000, 1000], [0, 1000]])
    features = frame_features(poses, roles=own_roles, fps=FPS, arena=arena, pixel_size_mm=2)
    assert features["wall_distance_px"].values[50].tolist() == pytest.approx([300, 500 - 155])
    assert features["wall_distance_mm"].values[50, 0] == pytest.approx(600)
    np.testing.assert_allclose(features["neighbour_distance_bl"], 2, rtol=1e-4)


def test_walls_are_not_guessed(mouse: MakeMouse, own_roles: dict) -> None:
    features = frame_features(mouse(line(N)), roles=own_roles, fps=FPS)
    assert np.isnan(features["wall_distance_px"]).all()


def test_pitch_and_height_in_three_dimensions(mouse: MakeMouse, own_roles: dict) -> None:
    flat = mouse(line(N)).sel(individual="individual_0")["position"].values
    height = np.full((N, 1, flat.shape[2]), 20.0)
    names = list(own_roles)
    height[:, 0, names.index("hindpaw_left")] = height[:, 0, names.index("hindpaw_right")] = 1.0
    height[60:, 0, names.index("neck")] = 90.0
    poses = make_poses(np.concatenate([flat, height], axis=1)[..., None], keypoints=names)
    features = frame_features(poses, roles=own_roles, fps=FPS)
    assert features["pitch_deg"].values[30, 0] == pytest.approx(0, abs=1)
    assert features["pitch_deg"].values[90, 0] == pytest.approx(45, abs=1)
    assert features["head_height_bl"].values[30, 0] == pytest.approx(0.19, abs=0.02)


def test_frames_without_a_pose_are_nan(mouse: MakeMouse, own_roles: dict) -> None:
    poses = mouse(line(N, step_px=5))
    poses["position"][40:80] = np.nan
    features = frame_features(poses, roles=own_roles, fps=FPS)
    assert np.isnan(features["speed_bl_per_s"].values[45:75]).all()
    assert (features["behaviour"].values[41:79] == -1).all()
    np.testing.assert_allclose(features["speed_bl_per_s"].values[10:30], 1.5, rtol=1e-3)


def test_an_animal_that_is_never_seen(mouse: MakeMouse, own_roles: dict) -> None:
    poses = mouse(line(N))
    poses["position"][:] = np.nan
    features = frame_features(poses, roles=own_roles, fps=FPS)
    assert all(np.isnan(features[name]).all() for name in FEATURES)
    assert (features["behaviour"] == -1).all()


def test_no_known_part(mouse: MakeMouse) -> None:
    assert (frame_features(mouse(line(N)), roles={}, fps=FPS)["behaviour"] == -1).all()


def test_times_that_vary(mouse: MakeMouse, own_roles: dict) -> None:
    """The same way in uneven steps of time: what counts is the time, ties included."""
    times_s = np.cumsum(np.where(np.arange(N) % 3 == 0, 0.08, 0.02))
    tail_base = line(N)
    tail_base[:, 0] += 150 * times_s
    features = frame_features(mouse(tail_base), roles=own_roles, fps=N / 4.8, times_s=times_s)
    assert np.median(inner(features, "speed_px_per_s")) == pytest.approx(150, rel=0.05)
    times_s[50] = times_s[49]
    tied = frame_features(mouse(tail_base), roles=own_roles, fps=25, times_s=times_s)
    assert np.isfinite(inner(tied, "speed_px_per_s")).all()


@pytest.mark.parametrize("n_frames", [1, 2, 5])
def test_very_short_recordings(mouse: MakeMouse, own_roles: dict, n_frames: int) -> None:
    features = frame_features(mouse(line(n_frames)), roles=own_roles, fps=FPS)
    assert features.sizes == {"time": n_frames, "individual": 1}


def test_poses_are_not_changed(mouse: MakeMouse, own_roles: dict) -> None:
    poses = mouse(line(N, step_px=5))
    poses["position"].values.setflags(write=False)
    poses["confidence"].values.setflags(write=False)
    frame_features(poses, roles=own_roles, fps=FPS)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"fps": 0.0}, "frame rate above zero"),
        ({"times_s": np.arange(3.0)}, "increasing times"),
        ({"times_s": -np.arange(float(N))}, "increasing times"),
        ({"roles": {"snout": "beak"}}, "beak"),
        ({"arena": np.zeros((2, 2))}, "three or more corners"),
    ],
)
def test_what_does_not_fit(mouse: MakeMouse, own_roles: dict, options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        frame_features(mouse(line(N)), **({"roles": own_roles, "fps": FPS} | options))
