"""Cleaning of tracked points."""

from __future__ import annotations

import numpy as np
import pytest
from kinematics_mouse import LENGTH_PX, MakeMouse, line

from napari_mousegpt.kinematics.tracks import (
    clean_tracks,
    drop_excursions,
    median_body_length,
    middle_of_body,
    read_tracks,
)

FPS = 30.0


def test_doubtful_and_unseen_points_are_missing(mouse: MakeMouse, own_roles: dict) -> None:
    poses = mouse(line(4))
    poses["confidence"][:] = 1.0
    poses["confidence"][1, 0] = 0.2  # the snout
    poses["confidence"][2, 0] = np.nan  # unknown: passes
    poses["position"][3, :, 0] = 0.0
    tracks = read_tracks(poses, 0, own_roles, min_confidence=0.4)
    np.testing.assert_array_equal(np.isnan(tracks["snout"][0]), [False, True, False, True])
    assert np.isfinite(tracks["neck"]).all()


def test_only_parts_that_are_seen_are_read(mouse: MakeMouse, own_roles: dict) -> None:
    poses = mouse(line(3))
    poses["position"].loc[{"keypoint": "neck"}] = np.nan
    assert "neck" not in read_tracks(poses, 0, own_roles, min_confidence=0)


@pytest.mark.parametrize(
    "parts",
    [
        ("snout", "tail_base"),
        ("snout", "ear_left", "ear_right", "tail_base"),
        ("neck", "tail_base"),
        ("snout", "centre"),
        ("hindpaw_left", "snout"),
    ],
)
def test_body_length_from_what_there_is(
    mouse: MakeMouse, own_roles: dict, parts: tuple[str, ...]
) -> None:
    tracks = read_tracks(
        mouse(line(9), parts=parts), 0, {part: part for part in parts}, min_confidence=0
    )
    assert median_body_length(tracks) == pytest.approx(LENGTH_PX, rel=0.06)


def test_one_point_has_no_length(mouse: MakeMouse) -> None:
    tracks = read_tracks(mouse(line(9), parts=("snout",)), 0, {"snout": "snout"}, min_confidence=0)
    assert np.isnan(median_body_length(tracks))


def test_one_bad_part_does_not_move_the_middle(mouse: MakeMouse, own_roles: dict) -> None:
    poses = mouse(line(5))
    tracks = read_tracks(poses, 0, own_roles, min_confidence=0)
    good = middle_of_body(tracks)[1]
    tracks["snout"] = tracks["snout"] + 5000
    assert np.abs(middle_of_body(tracks)[1] - good).max() <= LENGTH_PX


@pytest.mark.parametrize(
    ("away", "dropped"),
    [
        pytest.param(slice(10, 11), True, id="one frame"),
        pytest.param(slice(10, 14), True, id="0.13 s"),
        pytest.param(slice(10, 20), False, id="too long for an error"),
        pytest.param(slice(10, 40), False, id="does not come back"),
    ],
)
def test_excursions(away: slice, dropped: bool) -> None:
    track = line(40).T.astype(np.float32)
    track[0, away] += 2 * LENGTH_PX
    track.setflags(write=False)
    cleaned = drop_excursions(track, body_length=LENGTH_PX, times_s=np.arange(40) / FPS)
    assert np.isnan(cleaned[0, away]).all() == dropped
    assert np.isnan(cleaned[0]).sum() == (away.stop - away.start if dropped else 0)


def test_a_sprint_is_no_excursion() -> None:
    track = line(40, step_px=0.6 * LENGTH_PX).T.astype(np.float32)  # 18 body lengths/s
    cleaned = drop_excursions(track, body_length=LENGTH_PX, times_s=np.arange(40) / FPS)
    assert np.isfinite(cleaned).all()


def test_points_off_the_body_are_dropped_and_bridged(mouse: MakeMouse, own_roles: dict) -> None:
    poses = mouse(line(30))
    poses["position"][12:15, :, 0] += 3000.0  # the snout, far off for 0.1 s
    poses["position"][20:30, :, 0] += 3000.0
    tracks = read_tracks(poses, 0, own_roles, min_confidence=0)
    times_s = np.arange(30) / FPS
    snout = clean_tracks(tracks, body_length=LENGTH_PX, times_s=times_s, fps=FPS)["snout"]
    np.testing.assert_allclose(snout[0, :20], 400)
    assert np.isnan(snout[:, 20:]).all()
