"""Windows that follow what an animal does, on made-up kinematics of one animal."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_mousegpt.datamodel.description import BEHAVIOURS
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.kinematics.change_points import SCALES, segments_of

FPS = 20.0


def acts(*parts: tuple[str, int, float], times_s: np.ndarray | None = None) -> xr.Dataset:
    """Frame features of parts: behaviour, frames, speed in body lengths per second."""
    states = np.repeat([BEHAVIOURS.index(name) for name, _, _ in parts], [n for _, n, _ in parts])
    speed = np.repeat([value for _, _, value in parts], [n for _, n, _ in parts])
    values = {name: ("time", np.zeros(len(states))) for name in SCALES}
    values |= {"speed_bl_per_s": ("time", speed), "behaviour": ("time", states.astype(np.int8))}
    seconds = np.arange(len(states)) / FPS if times_s is None else times_s
    coords = {"time": np.arange(len(states)), "time_s": ("time", seconds)}
    return xr.Dataset(values, coords=coords, attrs={"fps": FPS})


def windows(features: xr.Dataset, **options: float) -> list[tuple[int, int]]:
    part = TimeRange(0, features.sizes["time"])
    found = segments_of(features, part, **{"window_s": 2.0} | options).windows
    return [(window.start, window.stop) for window in found]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([("walking", 40, 1.0)], [(0, 40)]),
        ([("walking", 10, 1.0)], [(0, 10)]),
        ([("walking", 1, 1.0)], [(0, 1)]),
        ([("walking", 30, 0.2), ("running", 50, 3.0)], [(0, 30), (30, 80)]),
        ([("walking", 50, 0.2), ("running", 24, 3.0), ("walking", 46, 0.2)],
         [(0, 50), (50, 74), (74, 120)]),
        ([("walking", 36, 1.0), ("still", 200, 0.0), ("walking", 44, 1.0)],
         [(0, 36), (36, 236), (236, 280)]),
        ([("still", 200, 0.0)], [(0, 200)]),
    ],
    ids=["one", "short", "a frame", "a change", "there and back", "long stillness", "only still"],
)  # fmt: skip
def test_windows_end_where_something_changes(
    parts: list[tuple[str, int, float]], expected: list[tuple[int, int]]
) -> None:
    assert windows(acts(*parts)) == expected


def test_of_long_stillness_the_middle_is_shown() -> None:
    features = acts(("walking", 36, 1.0), ("still", 200, 0.0), ("still", 40, 0.0))
    found = segments_of(features, TimeRange(0, 276), window_s=2.0)
    assert found.shown == {TimeRange(36, 276): TimeRange(136, 176)}
    brief = acts(("walking", 36, 1.0), ("still", 70, 0.0), ("walking", 36, 1.0))
    assert segments_of(brief, TimeRange(0, 142), window_s=2.0).shown == {}


def test_only_the_part_that_is_asked_for() -> None:
    features = acts(("walking", 100, 1.0), ("still", 200, 0.0))
    found = segments_of(features, TimeRange(60, 240), window_s=2.0)
    assert found.windows == (TimeRange(60, 100), TimeRange(100, 240))


def test_never_longer_than_the_captioner_looks() -> None:
    steady = acts(("walking", 120, 1.0))
    assert len(windows(steady)) == 2
    assert max(b - a for a, b in windows(steady, longest_s=2.0)) == 40


@settings(max_examples=60, deadline=None)
@given(
    parts=st.lists(
        st.tuples(st.sampled_from(["walking", "still", "running"]), st.integers(1, 150),
                  st.floats(0, 4)),
        min_size=1, max_size=6,
    ),
    gap_s=st.floats(0, 30),
    gap_at=st.integers(0, 300),
)  # fmt: skip
def test_windows_cover_everything_once(
    parts: list[tuple[str, int, float]], gap_s: float, gap_at: int
) -> None:
    n_frames = sum(n for _, n, _ in parts)
    times_s = np.arange(n_frames) / FPS
    times_s[gap_at:] += gap_s
    features = acts(*parts, times_s=times_s)
    found = windows(features)
    assert (found[0][0], found[-1][1]) == (0, n_frames)
    assert all(before[1] == after[0] for before, after in pairwise(found))
    assert windows(features) == found
    if not gap_s:
        shown = segments_of(features, TimeRange(0, n_frames), window_s=2.0).shown
        assert all(b - a <= 60 or TimeRange(a, b) in shown for a, b in found)
