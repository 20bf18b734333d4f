"""Filters along time, on numbers that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from napari_mousegpt.kinematics.filters import (
    beat_power,
    derivative,
    fill_gaps,
    moving_mean,
    odd_frames,
    smooth,
)

NAN = np.nan


@pytest.mark.parametrize(
    ("seconds", "fps", "frames"), [(0.1, 30, 3), (0.15, 30, 5), (0.01, 30, 1), (0.5, 250, 125)]
)
def test_odd_frames(seconds: float, fps: float, frames: int) -> None:
    assert odd_frames(seconds, fps) == frames


@pytest.mark.parametrize(
    ("values", "n_frames", "expected"),
    [
        pytest.param([1, 2, 3, 6], 3, [1.5, 2, 11 / 3, 4.5], id="ends are cut off"),
        pytest.param([1, NAN, 3], 3, [1, NAN, 3], id="gaps stay gaps"),
        pytest.param([1, 5, NAN, 3], 3, [3, 3, NAN, 3], id="gaps are left out"),
        pytest.param([1, 2], 99, [1.5, 1.5], id="longer than all"),
        pytest.param([7], 3, [7], id="one frame"),
        pytest.param([], 3, [], id="no frame"),
        pytest.param([1, 2], 1, [1, 2], id="nothing to do"),
    ],
)
def test_moving_mean(values: list[float], n_frames: int, expected: list[float]) -> None:
    np.testing.assert_allclose(moving_mean(np.array(values), n_frames), expected, rtol=1e-6)


def test_means_of_a_long_recording_do_not_drift() -> None:
    values = np.full(1_000_000, 1000.25, np.float32)
    assert np.abs(moving_mean(values, 5) - 1000.25).max() < 1e-3


def test_smoothing_keeps_a_straight_line() -> None:
    line = np.arange(20.0)
    np.testing.assert_allclose(smooth(line, 5)[3:-3], line[3:-3], rtol=1e-6)


def test_derivative_uses_the_times() -> None:
    times_s = np.array([0.0, 0.1, 0.3, 0.4])
    np.testing.assert_allclose(derivative(10 * times_s, times_s), [10, 10, 10, 10], rtol=1e-5)


def test_derivative_beside_a_gap_looks_the_other_way() -> None:
    slope = derivative(np.array([0.0, NAN, 2.0, 3.0, 5.0]), np.arange(5.0))
    np.testing.assert_allclose(slope, [NAN, NAN, 1, 1.5, 2])


def test_derivative_of_one_frame_is_missing() -> None:
    assert np.isnan(derivative(np.array([1.0]), np.zeros(1))).all()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0, NAN, NAN, 3], [0, 1, 2, 3]),
        ([0, NAN, NAN, NAN, 4], [0, NAN, NAN, NAN, 4]),
        ([NAN, 1, NAN], [NAN, 1, NAN]),
        ([NAN, NAN], [NAN, NAN]),
        ([0, NAN, 2, 3, NAN, 5], [0, 1, 2, 3, 4, 5]),
    ],
)
def test_short_gaps_are_bridged(values: list[float], expected: list[float]) -> None:
    np.testing.assert_allclose(fill_gaps(np.array([values, values]), 2), [expected, expected])


@pytest.mark.parametrize(("hz", "shows"), [(0.5, False), (6, True), (10, True), (14, True)])
def test_beats_show_at_thirty_frames_per_second(hz: float, shows: bool) -> None:
    values = np.sin(2 * np.pi * hz * np.arange(300) / 30)
    power = beat_power(values, above_hz=3, over_s=0.5, fps=30)[30:-30]
    assert (power.mean() > 0.3) == shows
