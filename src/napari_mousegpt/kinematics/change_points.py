"""Where an animal begins to do something else, from its kinematics. Knows no words for it.

Long spans in which it lies or stands still are one window each. The rest is cut so that speed,
turning and posture change as little as can be within each window.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt.datamodel.description import BEHAVIOURS
from napari_mousegpt.datamodel.timerange import TimeRange

SAMPLING_REVISION = 1
"""To be raised when the same kinematics give other windows: it is part of a run's identity."""
LONG_WINDOWS = 2.0
"""Times the length of a window, from which on a still span is long."""
SHORTEST, LONGEST = 0.5, 1.5
"""Times the length of a window; none is shorter but where a span itself is, and none longer but of
a long still span."""
BINS_PER_WINDOW = 20
"""Places where a window may end; 0.1 s apart in windows of 2 s."""
PENALTY = 60.0
"""Of one more window; in the same unit as the spread within windows, see `SCALES`. Chosen on two
rendered films; less gives more windows and bouts that are no better."""
SCALES = {
    "speed_bl_per_s": 0.5,
    "turning_deg_per_s": 60.0,
    "elongation": 0.1,
    "straightness": 0.15,
    "bend_deg": 30.0,
    "head_angle_deg": 40.0,
    "shape_speed_bl_per_s": 0.3,
    "forepaw_beat_bl": 0.03,
    "hindpaw_beat_bl": 0.03,
}
"""Feature of a frame to the difference that counts as one; about that between two behaviours."""
MOST_SCALES = 4.0
"""Greater differences count as so many: a tracker that jumps is not ten behaviours."""

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Segments:
    """Windows of one individual, in order, without gap or overlap; ``shown`` has those of long
    still spans, each with the part in its middle that stands for it."""

    windows: tuple[TimeRange, ...]
    shown: Mapping[TimeRange, TimeRange]


def segments_of(
    features: xr.Dataset, part: TimeRange, *, window_s: float, longest_s: float | None = None
) -> Segments:
    """Cut a part of a video into windows that follow what one individual does.

    Parameters
    ----------
    features
        As given by `frame_features`, of one individual; frames without a pose are NaN, and a
        window ends where poses begin or end.
    part
        Frames to cut.
    window_s
        Usual length. Windows take between a half and one and a half of it, or ``longest_s`` where
        that is less; only those of still spans of twice this and more are longer.
    longest_s
        What the captioner looks at in one go; None for no limit.

    Returns
    -------
    Segments
        The windows cover the part. A still span begins and ends where `behaviour_states` says so.
    """
    first = int(features["time"].values[0])
    times_s = features["time_s"].values[part.start - first : part.stop - first]
    states = features["behaviour"].values[part.start - first : part.stop - first]
    length = max(1, round(window_s * features.attrs["fps"]))
    columns = _columns(features, part, first)
    longest_s = min(LONGEST * window_s, max(window_s, longest_s or np.inf))
    windows: list[TimeRange] = []
    shown: dict[TimeRange, TimeRange] = {}
    for start, stop, still in _spans(states == BEHAVIOURS.index("still"), LONG_WINDOWS * length):
        if still:
            window = TimeRange(part.start + start, part.start + stop)
            middle = window.start + (len(window) - length) // 2
            shown[window] = TimeRange(middle, middle + length)
            windows.append(window)
            continue
        edges = _edges(columns[start:stop], times_s[start:stop], window_s, longest_s, length)
        windows += [
            TimeRange(part.start + start + a, part.start + start + b) for a, b in pairwise(edges)
        ]
    return Segments(tuple(windows), shown)


def _columns(features: xr.Dataset, part: TimeRange, first: int) -> Matrix:
    """Features in units of `SCALES`, and whether the animal is seen, shape (frames, n)."""
    rows = slice(part.start - first, part.stop - first)
    scaled = [
        np.nan_to_num(
            np.clip(features[name].values[rows] / scale, -MOST_SCALES, MOST_SCALES), nan=0.0
        )
        for name, scale in SCALES.items()
    ]
    seen = np.isfinite(features["shape_speed_bl_per_s"].values[rows]) * MOST_SCALES
    return np.stack([*scaled, seen], axis=1).astype(np.float64)


def _spans(still: NDArray[np.bool_], shortest: float) -> list[tuple[int, int, bool]]:
    """Long still spans, and what lies between them, in order."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], still, [False]]).astype(np.int8)))
    spans: list[tuple[int, int, bool]] = []
    end = 0
    for start, stop in edges.reshape(-1, 2).tolist():
        if stop - start < shortest:
            continue
        if start > end:
            spans.append((end, start, False))
        spans.append((start, stop, True))
        end = stop
    if end < still.size:
        spans.append((end, still.size, False))
    return spans


def _edges(
    columns: Matrix, times_s: Matrix, window_s: float, longest_s: float, length: int
) -> list[int]:
    """Frames at which windows begin and end, the first and the last one included.

    Of all ways to cut into windows that are neither too short nor too long, the one with the least
    spread within windows plus a penalty for each (optimal partitioning, Jackson et al. 2005).
    """
    bins = _bins(len(columns), length)
    ends_s = _ends_s(times_s)[bins]
    sums = np.vstack([np.zeros(columns.shape[1]), np.cumsum(columns, axis=0)])[bins]
    squares = np.concatenate([[0.0], np.cumsum((columns**2).sum(axis=1))])[bins]
    last, per_frame = len(bins) - 1, BINS_PER_WINDOW / length
    shortest_s, slack_s = SHORTEST * window_s, 1e-6 * window_s
    earliest = np.searchsorted(ends_s, ends_s - longest_s - slack_s)
    latest = np.searchsorted(ends_s, ends_s - shortest_s + slack_s, side="right")
    best, before = np.full(last + 1, np.inf), np.zeros(last + 1, np.int64)
    best[0], reached = 0.0, 0
    for stop in range(1, last + 1):
        starts = np.arange(min(int(earliest[stop]), stop - 1), latest[stop])
        if not np.isfinite(best[starts]).any():
            # A gap in the time stamps, or a span that is too short itself: any window will do.
            if stop < last and ends_s[stop] - ends_s[reached] < shortest_s:
                continue
            starts = np.array([reached])
        n_frames = bins[stop] - bins[starts]
        spread = squares[stop] - squares[starts]
        spread -= ((sums[stop] - sums[starts]) ** 2).sum(axis=1) / n_frames
        cost = best[starts] + spread * per_frame + PENALTY
        chosen = int(np.argmin(cost))
        best[stop], before[stop], reached = cost[chosen], starts[chosen], stop
    edges = [last]
    while edges[-1] > 0:
        edges.append(int(before[edges[-1]]))
    return [int(bins[place]) for place in reversed(edges)]


def _bins(n_frames: int, length: int) -> NDArray[np.int64]:
    """Frames at which a window may end, the first and the last one included."""
    inner = np.arange(0, n_frames, max(1.0, length / BINS_PER_WINDOW)).round().astype(np.int64)
    return np.append(inner[inner < n_frames], n_frames)


def _ends_s(times_s: Matrix) -> Matrix:
    """Times of all frames, and when the last one ends."""
    usual_s = float(np.median(np.diff(times_s))) if times_s.size > 1 else 1.0
    return np.append(times_s, times_s[-1] + usual_s)
