"""Frames from seconds and back: constant and variable rates, times rounded or cut off."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_mousegpt.io.label_formats.frame_clock import FrameClock, make_clock


@pytest.mark.parametrize(
    ("fps", "seconds", "frame"),
    [
        (25.0, 0.0, 0),
        (25.0, 0.039, 1),  # 1 ms before frame 1: a time cut off to milliseconds
        (25.0, 0.0385, 0),
        (25.0, 3.3, 82),  # between frames 82 and 83
        (59.94, 5.355, 321),  # BORIS: 321 / 59.94 = 5.35536, rounded to milliseconds
        (59.94, 11.178, 670),
        (29.97, 0.033, 1),
        (2000.0, 0.0005, 1),  # a frame is shorter than the tolerance: at most half a frame
        (2000.0, 0.0002, 0),
        (2000.0, 0.0003, 1),
        (25.0, -0.02, -1),
    ],
)
def test_the_frame_on_the_screen(fps: float, seconds: float, frame: int) -> None:
    assert FrameClock(fps).frames(seconds) == frame


def test_a_variable_rate_uses_the_time_stamps_and_counts_on_beyond_them() -> None:
    clock, problems = make_clock("x", times_s=np.array([5.0, 5.1, 5.5, 6.0]), fps=99.0)
    assert problems == []
    assert clock.n_frames == 4
    seconds = [0.0, 0.05, 0.099, 0.1, 0.4989, 0.5, 0.9, 1.0, 1.34, 1.7]
    assert clock.frames(np.array(seconds)).tolist() == [0, 0, 1, 1, 1, 2, 2, 3, 4, 5]
    assert clock.seconds(np.arange(6)) == pytest.approx([0, 0.1, 0.5, 1.0, 4 / 3, 5 / 3])


@given(
    fps=st.floats(0.1, 900),
    frames=st.lists(st.integers(0, 10_000_000), min_size=1, max_size=20),
    cut=st.sampled_from([np.floor, np.round]),
)
def test_milliseconds_find_their_frame_up_to_450_frames_a_second(
    fps: float, frames: list[int], cut: object
) -> None:
    clock = FrameClock(min(fps, 450.0))
    exact = clock.seconds(np.array(frames))
    assert clock.frames(exact).tolist() == frames
    assert clock.frames(cut(exact * 1000) / 1000).tolist() == frames  # type: ignore[operator]


@given(st.lists(st.floats(1e-5, 3.0), min_size=1, max_size=50))
def test_time_stamps_find_their_frame(steps_s: list[float]) -> None:
    times_s = np.concatenate(([0.0], np.cumsum(steps_s)))
    clock = make_clock("x", times_s=times_s)[0]
    frames = np.arange(len(times_s) + 1)
    assert clock.frames(clock.seconds(frames)).tolist() == frames.tolist()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "Give the frame rate"),
        ({"own_fps": 0.0}, "Give the frame rate"),
        ({"own_fps": float("nan")}, "Give the frame rate"),
        ({"fps": 0.0}, "above zero, found 0"),
        ({"fps": float("inf")}, "above zero, found inf"),
        ({"times_s": np.array([0.0])}, "two or more frames"),
        ({"times_s": np.array([0.0, 2.0, 1.0])}, "increasing"),
        ({"times_s": np.array([0.0, np.nan])}, "increasing"),
        ({"times_s": np.array([0.0, 1e-300])}, "increasing"),
    ],
)
def test_no_usable_rate_is_an_error(options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        make_clock("labels.csv", **options)
    assert "labels.csv" in str(error.value)


def test_a_rate_other_than_the_files_is_told() -> None:
    assert make_clock("x", fps=30.0, own_fps=30.0003)[1] == []
    assert make_clock("x", fps=30.0, own_fps=25.0)[1] == [
        "the file says 25 frames a second, 30 was used"
    ]
    assert make_clock("x", own_fps=25.0)[0].fps == 25.0


def test_absurd_times_are_refused() -> None:
    with pytest.raises(ValueError, match="300 years"):
        FrameClock(25.0).frames(np.array([0.0, np.nan]))
    with pytest.raises(ValueError, match="300 years"):
        FrameClock(25.0).frames(1e11)
