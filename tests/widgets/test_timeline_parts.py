"""The timeline's arithmetic: clocks, rows, strips, traces, snapping, keys."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_recordings import make_recording

from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.widgets.timeline.clock import clock, step_between_marks
from napari_mousegpt.widgets.timeline.hover_text import interval_text
from napari_mousegpt.widgets.timeline.rows import lay_out, row_at, visible_rows
from napari_mousegpt.widgets.timeline.selection import snapped
from napari_mousegpt.widgets.timeline.trace import BLOCK, Trace
from napari_mousegpt.widgets.timeline.tracks import Track, tracks_of

RED, BLUE = 0xFFFF0000, 0xFF0000FF


def track_of(*intervals: tuple[int, int, int]) -> Track:
    """Start, stop and which of two behaviours."""
    starts, stops, codes = (np.array(column, np.int64) for column in zip(*intervals, strict=True))
    return Track(
        label="model",
        individual="a",
        kind="bouts",
        starts=starts,
        stops=stops,
        reach=np.maximum.accumulate(stops),
        names=("walking", "still"),
        codes=codes,
        colours=np.array([RED, BLUE], np.uint32),
        rows=np.arange(len(starts)),
    )


@pytest.mark.parametrize(
    ("seconds", "decimals", "expected"),
    [
        (0, 0, "0:00"),
        (59.6, 0, "1:00"),
        (75.25, 2, "1:15.25"),
        (3599.99, 1, "1:00:00.0"),
        (36000, 0, "10:00:00"),
    ],
)
def test_clock(seconds: float, decimals: int, expected: str) -> None:
    assert clock(seconds, decimals) == expected


@pytest.mark.parametrize(
    ("span_s", "fps", "most", "expected"),
    [
        (60, 30, 12, 5),
        (36_000, 30, 10, 3600),
        (1, 30, 10, 0.1),
        (0.5, 250, 10, 20 / 250),
        (0.1, 30, 10, 1 / 30),
    ],
    ids=["a minute", "ten hours", "a second", "frames of a fast camera", "single frames"],
)
def test_marks_are_round(span_s: float, fps: float, most: float, expected: float) -> None:
    assert step_between_marks(span_s, fps, most) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("frame", "expected"),
    [(4, None), (5, 0), (9, 0), (10, None), (20, 1), (25, 2), (29, 2), (35, 1), (40, None)],
)
def test_the_interval_at_a_frame(frame: int, expected: int | None) -> None:
    # the third lies within the second
    assert track_of((5, 10, 0), (20, 40, 0), (25, 30, 1)).at(frame) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [(0, 5, []), (0, 6, [0]), (9, 21, [0, 1]), (31, 33, [1, 2]), (40, 50, [])],
)
def test_what_may_be_visible(left: float, right: float, expected: list[int]) -> None:
    track = track_of((5, 10, 0), (20, 40, 0), (25, 30, 1))
    assert list(range(3))[track.visible(left, right)] == expected


@pytest.mark.parametrize(
    ("left", "frames_per_pixel", "expected"),
    [
        (0, 1, [0, 0, RED, RED, 0, BLUE, 0, 0]),
        (0, 2, [0, RED, BLUE, 0]),
        (2, 0.5, [RED, RED, RED, RED, 0, 0]),
        (0, 100, [RED]),
    ],
    ids=["a pixel a frame", "two frames a pixel", "two pixels a frame", "all in one pixel"],
)
def test_strip(left: float, frames_per_pixel: float, expected: list[int]) -> None:
    strip = track_of((2, 4, 0), (5, 6, 1)).strip(left, frames_per_pixel, len(expected))
    assert strip.tolist() == expected


def test_strip_shows_what_outlasts_a_shorter_interval_within() -> None:
    strip = track_of((0, 10, 0), (2, 4, 1)).strip(0, 1, 12)
    assert strip.tolist() == [RED] * 2 + [BLUE] * 2 + [RED] * 6 + [0] * 2


def test_no_bout_is_lost_from_sight() -> None:
    random = np.random.default_rng(0)
    starts = np.sort(random.choice(1_000_000, 500, replace=False))
    track = track_of(*[(start, start + 1, 0) for start in starts.tolist()])
    strip = track.strip(0, 1000, 1000)
    assert set(np.flatnonzero(strip)) == set(starts // 1000)


def test_tracks_of_a_recording(tmp_path: Path) -> None:
    tracks = tracks_of(make_recording(tmp_path, ("a", "b")))
    assert [(track.individual, track.label) for track in tracks] == [
        ("a", "stand-in"),
        ("a", "bouts: Anna"),
        ("b", "stand-in"),
        ("b", "bouts: Anna"),
    ]
    assert tracks[0].names == ("walking", "still")
    assert tracks[0].starts.tolist() == [0, 30, 60, 90]


@pytest.mark.parametrize("frames_per_pixel", [0.5, 1, 7, 3 * BLOCK])
def test_a_trace_keeps_its_peaks(frames_per_pixel: float) -> None:
    values = np.zeros(100 * BLOCK, np.float32)
    values[4321] = 9
    values[:50] = np.nan
    width = int(len(values) / frames_per_pixel)
    pixels = Trace(values, "speed", "a").pixels(0, frames_per_pixel, width)
    peak = int(np.nanargmax(pixels))
    assert pixels[peak] == 9
    assert abs(peak * frames_per_pixel - 4321) <= max(frames_per_pixel, BLOCK)


@pytest.mark.parametrize(
    ("speed", "turn", "expected"),
    [
        (1.26, 20.4, "about 1.3 body lengths/s · turns about 20° to its left"),
        (0.0, -7.0, "about 0.0 body lengths/s · turns about 7° to its right"),
        (float("nan"), 0.2, None),
    ],
)
def test_the_pointer_tells_speed_and_turn_by_sight(
    tmp_path: Path, speed: float, turn: float, expected: str | None
) -> None:
    recording = make_recording(tmp_path, ("a",))
    described = next(one for one in tracks_of(recording) if one.kind == "descriptions")
    plain = interval_text(recording, described, 0, start_s=0, stop_s=1)
    table = recording.descriptions.assign(seen_speed_bl_per_s=speed, seen_turn_deg=turn)
    seen = interval_text(recording.replace(descriptions=table), described, 0, start_s=0, stop_s=1)
    assert "body lengths" not in plain
    assert seen == plain if expected is None else expected in seen


def test_rows_of_each_animal_stand_together() -> None:
    tracks = [track_of((0, 1, 0)), track_of((0, 1, 0))]
    traces = [Trace(np.ones(5), "speed", "a"), Trace(np.ones(5), "speed", "b")]
    rows = lay_out(tracks, traces)
    assert [row.content.individual for row in rows] == ["a", "a", "a", "b"]
    assert rows[2].bottom < rows[3].top
    assert row_at(rows, 1.5) is rows[1]
    assert row_at(rows, 99) is None


@pytest.mark.parametrize(
    ("whole", "height_px", "scrolls"), [(4, 200, False), (12, 200, False), (30, 200, True)]
)
def test_rows_scroll_only_where_they_must(whole: float, height_px: float, scrolls: bool) -> None:
    assert (visible_rows(whole, height_px) < whole) is scrolls


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (3.4, 7.2, TimeRange(3, 8)),
        (7.2, 3.4, TimeRange(3, 8)),
        (-5, 2.5, TimeRange(0, 3)),
        (95, 500, TimeRange(95, 100)),
        (4.0, 4.5, TimeRange(4, 5)),
        (200, 300, None),
    ],
    ids=["inwards", "backwards", "before the start", "past the end", "one frame", "outside"],
)
def test_snapping(first: float, last: float, expected: TimeRange | None) -> None:
    assert snapped(first, last, 100) == expected
