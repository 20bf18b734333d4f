"""Windows summarised without a loop: numbers, gaps, many windows."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from kinematics_mouse import MakeMouse, line

from napari_mousegpt.datamodel.description import BEHAVIOURS
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.kinematics import windowed
from napari_mousegpt.kinematics.frame_features import frame_features
from napari_mousegpt.kinematics.window_features import window_features
from napari_mousegpt.kinematics.windowed import Windowed

FPS = 30.0
NAN = np.nan


@pytest.fixture
def walking(mouse: MakeMouse, own_roles: dict) -> xr.Dataset:
    """1.5 body lengths/s along x for 10 s, paws stepping, turning left for the last two."""
    n = 300
    heading = np.where(np.arange(n) < 240, 0.0, -45 * (np.arange(n) - 240) / FPS)
    step = 0.1 * np.sin(2 * np.pi * 4 * np.arange(n) / FPS)[:, None] * [1.0, 0.0]
    offsets = {"forepaw_left": step, "hindpaw_right": step}
    poses = mouse(line(n, step_px=5), heading, offsets=offsets)
    return frame_features(poses, roles=own_roles, fps=FPS, pixel_size_mm=0.5)


def test_numbers_of_a_walk(walking: xr.Dataset) -> None:
    row = window_features(walking, [TimeRange(60, 120)]).iloc[0]
    assert (row["individual"], row["start"], row["stop"]) == ("individual_0", 60, 120)
    for name, expected in {
        "duration_s": 2,
        "pose_share": 1,
        "speed_mean_bl_per_s": 1.5,
        "speed_high_mm_per_s": 75,
        "path_bl": 3,
        "path_mm": 150,
        "displacement_bl": 3 * 59 / 60,
        "forward_bl": 3,
        "walked_bl": 3,
        "net_turn_deg": 0,
        "elongation_median": 1,
        "seen_forepaws": 1,
        "share_walking": 1,
        "when_walking": 0.5,
        "share_still": 0,
    }.items():
        assert row[name] == pytest.approx(expected, abs=0.02), name
    assert np.isnan(row["when_still"])
    assert np.isnan(row["wall_distance_median_mm"])


def test_turns_have_a_side(walking: xr.Dataset) -> None:
    row = window_features(walking, [TimeRange(240, 300)]).iloc[0]
    assert row["net_turn_deg"] == pytest.approx(90, abs=5)
    assert row["right_turn_deg"] == pytest.approx(0, abs=1)


def test_one_row_per_individual_and_window(mouse: MakeMouse, own_roles: dict) -> None:
    one, other = mouse(line(90)), mouse(line(90) + 500)
    poses = xr.concat([one, other.assign_coords(individual=["b"])], dim="individual")
    features = frame_features(
        poses.transpose("time", "space", "keypoint", "individual"), roles=own_roles, fps=FPS
    )
    windows = [TimeRange(0, 30), TimeRange(30, 90)]
    table = window_features(features, windows)
    assert list(zip(table["individual"], table["start"], table["stop"], strict=True)) == [
        ("individual_0", 0, 30),
        ("individual_0", 30, 90),
        ("b", 0, 30),
        ("b", 30, 90),
    ]
    numbers = table.drop(columns="individual")
    assert all(pd.api.types.is_numeric_dtype(numbers[name]) for name in numbers)


def test_windows_of_all_lengths_are_as_good_as_each_alone(walking: xr.Dataset) -> None:
    windows = [TimeRange(a, a + n) for a, n in ((0, 60), (200, 7), (5, 290), (299, 1), (100, 60))]
    together = window_features(walking, windows)
    alone = pd.concat([window_features(walking, [one]) for one in windows], ignore_index=True)
    pd.testing.assert_frame_equal(together, alone)


def test_windows_beyond_the_poses_have_none(walking: xr.Dataset) -> None:
    table = window_features(walking, [TimeRange(270, 330), TimeRange(400, 460)])
    assert table["pose_share"].tolist() == [0.5, 0]
    assert np.isnan(table["speed_mean_bl_per_s"][1])


def test_frames_are_those_of_the_video(mouse: MakeMouse, own_roles: dict) -> None:
    """Poses that begin at frame 100 say nothing about the frames before."""
    poses = mouse(line(60, step_px=5))
    poses["time"] = np.arange(100, 160)
    features = frame_features(poses, roles=own_roles, fps=FPS)
    table = window_features(features, [TimeRange(0, 60), TimeRange(100, 160)])
    assert table["pose_share"].tolist() == [0, 1]


def test_no_windows(walking: xr.Dataset) -> None:
    assert window_features(walking, []).empty


def test_every_behaviour_has_its_columns(walking: xr.Dataset) -> None:
    table = window_features(walking, [TimeRange(0, 300)])
    shares = [f"share_{behaviour.replace(' ', '_')}" for behaviour in BEHAVIOURS]
    assert table[shares].sum(axis=1).item() == pytest.approx(1)


def test_twenty_thousand_windows_cost_little(walking: xr.Dataset) -> None:
    """Far below 1 ms each; a loop over windows would take some hundred times as long."""
    windows = [TimeRange(start % 240, start % 240 + 60) for start in range(20_000)]
    began_s = time.process_time()
    assert len(window_features(walking, windows)) == 20_000
    assert time.process_time() - began_s < 10


VALUES = np.array([[1, 2, 3, 4], [NAN, 5, NAN, 7], [NAN, NAN, NAN, NAN]], np.float32)


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [
        (windowed.mean, [2.5, 6, NAN]),
        (windowed.total, [10, 12, NAN]),
        (windowed.count, [4, 2, 0]),
        (lambda v: windowed.quantiles(v, 0.5)[0], [2.5, 6, NAN]),
        (lambda v: windowed.quantiles(v, 1.0)[0], [4, 7, NAN]),
        (lambda v: windowed.ends(v)[0], [1, 5, NAN]),
        (lambda v: windowed.ends(v)[1], [4, 7, NAN]),
    ],
    ids=["mean", "total", "count", "median", "highest", "first", "last"],
)
def test_statistics_leave_gaps_out(statistic, expected: list[float]) -> None:
    np.testing.assert_allclose(statistic(VALUES), expected)


def test_dominant_frequency() -> None:
    times_s = np.arange(60) / FPS
    rows = [np.sin(2 * np.pi * 5 * times_s), np.full(60, 3.0), np.full(60, NAN)]
    found = windowed.dominant_hz(np.array(rows, np.float32), FPS, low_hz=2)
    np.testing.assert_allclose(found, [5, NAN, NAN])


def test_windows_are_laid_out_as_rows() -> None:
    rows = Windowed(np.array([-1, 2]), np.array([2, 6]), 4)
    np.testing.assert_array_equal(rows.take(np.arange(4)), [[NAN, 0, 1, NAN], [2, 3, NAN, NAN]])
