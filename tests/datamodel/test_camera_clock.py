"""The clock that cameras share: exact where it can be, never backwards."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.camera_clock import (
    CameraClock,
    bouts_on,
    frames_of_all,
    frames_on,
)

VARIABLE_S = np.array([0.0, 0.04, 0.08, 0.2, 0.24])


def clock(n: int = 300, fps: float = 30.0, offset_s: float = 0.0) -> CameraClock:
    return CameraClock(n, fps, offset_s)


@pytest.mark.parametrize(
    ("source", "target", "frames", "expected"),
    [
        (clock(), clock(), [0, 7, 299], [0, 7, 299]),
        (clock(), clock(offset_s=1.0), [0, 29, 30, 31], [-30, -1, 0, 1]),
        (clock(offset_s=1.0), clock(), [0, 1, 269, 270], [30, 31, 299, 300]),
        (clock(), clock(fps=10), [0, 1, 2, 3, 4, 6], [0, 0, 0, 1, 1, 2]),
        (clock(fps=10), clock(), [0, 1, 2], [0, 3, 6]),
        (clock(fps=25), CameraClock(5, 25, 0, VARIABLE_S), [1, 2, 3, 4, 5, 6], [1, 2, 2, 2, 3, 4]),
        (CameraClock(5, 25, 0, VARIABLE_S), clock(fps=25), [0, 1, 2, 3, 4, 5], [0, 1, 2, 5, 6, 7]),
        (clock(fps=30), clock(fps=30, offset_s=0.0004), [0, 1, 2], [0, 1, 2]),
        (clock(fps=30), clock(fps=30, offset_s=0.02), [0, 1, 2], [-1, 0, 1]),
        (clock(fps=5000), clock(fps=5000, offset_s=0.00015), [1, 2], [0, 1]),
    ],
    ids=[
        "same", "later", "earlier", "slower", "faster", "to variable", "from variable",
        "jitter within a millisecond", "more than that", "at most half a frame",
    ],
)  # fmt: skip
def test_frames_filmed_at_the_same_moment(
    source: CameraClock, target: CameraClock, frames: list[int], expected: list[int]
) -> None:
    assert frames_on(np.array(frames), source, target).tolist() == expected


@given(
    gaps=st.lists(st.floats(1e-4, 2.0), min_size=1, max_size=40),
    offset_s=st.floats(-1e4, 1e4),
    fps=st.floats(0.5, 1000),
)
def test_a_frames_own_time_gives_that_frame(gaps: list[float], offset_s: float, fps: float) -> None:
    times_s = np.concatenate([[0.0], np.cumsum(gaps)])
    n = len(times_s)
    for one in (CameraClock(n, fps, offset_s, times_s), CameraClock(n, fps, offset_s)):
        frames = np.arange(-3, n + 3)
        assert one.frames(one.seconds(frames)).tolist() == frames.tolist()


@given(
    gaps=st.lists(st.floats(0, 1.0), min_size=2, max_size=30),
    moments=st.lists(st.floats(-50, 50), min_size=2, max_size=50),
    offset_s=st.floats(-10, 10),
)
def test_later_times_never_give_earlier_frames(
    gaps: list[float], moments: list[float], offset_s: float
) -> None:
    times_s = np.concatenate([[0.0], np.cumsum(gaps)])
    one = CameraClock(len(times_s), 20.0, offset_s, times_s)
    assert (np.diff(one.frames(np.sort(moments))) >= 0).all()


def test_every_camera_at_one_frame() -> None:
    clocks = {"cam0": clock(), "cam1": clock(fps=60, offset_s=-0.5), "cam2": clock(10, offset_s=2)}
    assert frames_of_all(clocks, "cam0", 30) == {"cam0": 30, "cam1": 90, "cam2": None}
    assert frames_of_all(clocks, "cam2", 3) == {"cam0": 63, "cam1": 156, "cam2": 3}


def test_bouts_of_one_camera_on_another() -> None:
    clocks = {"cam0": clock(100), "cam1": clock(100, fps=10, offset_s=1.0)}
    bouts = make_bouts(
        [
            {"video": "cam0", "start": 0, "stop": 30, "behaviour": "before it filmed"},
            {"video": "cam0", "start": 0, "stop": 45, "behaviour": "cut"},
            {"video": "cam0", "start": 60, "stop": 66, "behaviour": "whole"},
            {"video": "cam0", "start": 61, "stop": 62, "behaviour": "short"},
            {"video": "cam0", "start": 64, "stop": 65, "behaviour": "dot", "kind": "point"},
            {"video": "cam1", "start": 5, "stop": 7, "behaviour": "its own"},
            {"video": "unknown", "start": 5, "stop": 7, "behaviour": "nobody's"},
        ]
    )
    shown = bouts_on(bouts, clocks, "cam1")
    assert shown[["behaviour", "start", "stop", "video", "filmed_by"]].values.tolist() == [
        ["cut", 0, 5, "cam1", "cam0"],
        ["whole", 10, 12, "cam1", "cam0"],
        ["short", 10, 11, "cam1", "cam0"],
        ["dot", 11, 12, "cam1", "cam0"],
        ["its own", 5, 7, "cam1", "cam1"],
    ]
    assert not len(bouts_on(bouts.iloc[:0], clocks, "cam1"))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((10, 0.0, 0.0, None), "frame rate above zero"),
        ((10, 30.0, float("nan"), None), "offset in seconds"),
        ((3, 30.0, 0.0, np.array([0.0, 1.0])), "expected 3 time stamps"),
        ((2, 30.0, 0.0, np.array([1.0, 0.0])), "never decrease"),
    ],
)
def test_what_is_no_clock(values: tuple, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        CameraClock(*values)
