"""Time ranges and windows: exact small cases and what must hold for all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_mousegpt.datamodel.timerange import TimeRange, cut_windows, sample_frames


@pytest.mark.parametrize(
    ("n_frames", "window_s", "stride_s", "expected"),
    [
        (100, 2, 2, ["0:20", "20:40", "40:60", "60:80", "80:100"]),
        (105, 2, 2, ["0:20", "20:40", "40:60", "60:80", "80:100", "100:105"]),
        (104, 2, 2, ["0:20", "20:40", "40:60", "60:80", "80:104"]),
        (7, 2, 2, ["0:7"]),
        (1, 2, 2, ["0:1"]),
        (45, 2, 1, ["0:20", "10:30", "20:40", "30:45"]),
        (50, 1, 2, ["0:10", "20:30", "40:50"]),
        (3, 0.01, 0.01, ["0:1", "1:2", "2:3"]),
    ],
)
def test_windows_at_ten_frames_a_second(
    n_frames: int, window_s: float, stride_s: float, expected: list[str]
) -> None:
    found = cut_windows(n_frames, window_s=window_s, stride_s=stride_s, fps=10)
    assert [str(window) for window in found] == expected


@given(
    st.integers(1, 2000), st.floats(0.02, 30), st.floats(0.02, 30), st.floats(1, 240), st.booleans()
)
def test_windows_stay_inside_and_are_in_order(
    n_frames: int, window_s: float, stride_s: float, fps: float, timed: bool
) -> None:
    times_s = np.arange(n_frames) / fps if timed else None
    windows = cut_windows(n_frames, window_s=window_s, stride_s=stride_s, fps=fps, times_s=times_s)
    starts = [window.start for window in windows]
    assert starts[0] == 0
    assert starts == sorted(set(starts))
    assert all(window.stop <= n_frames for window in windows)
    # With time stamps windows are seconds, without they are whole frames.
    if stride_s <= window_s if timed else round(stride_s * fps) <= round(window_s * fps):
        assert windows[-1].stop == n_frames


def test_variable_rate_is_cut_by_time() -> None:
    times_s = np.array([0, 0.1, 0.2, 1.5, 2.0, 2.1, 3.9, 4.0, 4.1, 4.2])
    windows = cut_windows(10, window_s=2, stride_s=2, fps=2.4, times_s=times_s)
    assert [str(window) for window in windows] == ["0:4", "4:7", "7:10"]


def test_windows_within_a_part() -> None:
    windows = cut_windows(100, window_s=1, stride_s=1, fps=10, within=TimeRange(33, 60))
    assert [str(window) for window in windows] == ["33:43", "43:53", "53:60"]


@pytest.mark.parametrize(
    ("text", "expected"), [("0:10", "0:10"), ("5:", "5:100"), (":7", "0:7"), ("99:100", "99:100")]
)
def test_ranges_from_text(text: str, expected: str) -> None:
    assert str(TimeRange.parse(text, 100)) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("5", "expected a frame range"),
        ("a:b", "expected a frame range"),
        ("10:10", "outside the video"),
        ("0:101", "outside the video"),
        ("-3:5", "outside the video"),
    ],
)
def test_ranges_that_are_none(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        TimeRange.parse(text, 100)


@pytest.mark.parametrize(
    ("window", "count", "expected"),
    [
        (TimeRange(0, 60), 8, (0, 8, 17, 25, 34, 42, 51, 59)),
        (TimeRange(10, 13), 3, (10, 11, 12)),
        (TimeRange(4, 5), 3, (4, 4, 4)),
        (TimeRange(0, 10), 1, (0,)),
    ],
)
def test_sampled_frames(window: TimeRange, count: int, expected: tuple[int, ...]) -> None:
    assert sample_frames(window, count) == expected
