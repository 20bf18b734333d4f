"""Algebra of spans: sets of frames as sorted, disjoint ranges. Knows no behaviour and no file."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Spans = NDArray[np.int64]
"""Half-open ranges of frames, shape (spans, 2), sorted, disjoint and not touching."""


def empty_spans() -> Spans:
    """No frames."""
    return np.zeros((0, 2), np.int64)


def union(ranges: ArrayLike, *, gap: int = 0) -> Spans:
    """Join ranges that overlap, touch, or are at most ``gap`` frames apart.

    Parameters
    ----------
    ranges
        Half-open ranges in any order, shape (ranges, 2); those without frames are dropped.
    """
    found = np.asarray(ranges, np.int64).reshape(-1, 2)
    found = found[found[:, 1] > found[:, 0]]
    if len(found) < 2:
        return found.copy()
    found = found[np.argsort(found[:, 0], kind="stable")]
    reach = np.maximum.accumulate(found[:, 1])
    opens = np.r_[True, found[1:, 0] > reach[:-1] + gap]
    last = np.r_[np.flatnonzero(opens)[1:] - 1, len(found) - 1]
    return np.column_stack([found[opens, 0], reach[last]])


def intersect(first: Spans, second: Spans) -> Spans:
    """Frames that are in both."""
    if not len(first) or not len(second):
        return empty_spans()
    lowest = np.searchsorted(second[:, 1], first[:, 0], side="right")
    behind = np.searchsorted(second[:, 0], first[:, 1], side="left")
    counts = np.maximum(behind - lowest, 0)
    mine = np.repeat(np.arange(len(first)), counts)
    theirs = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + lowest[mine]
    return np.column_stack(
        [
            np.maximum(first[mine, 0], second[theirs, 0]),
            np.minimum(first[mine, 1], second[theirs, 1]),
        ]
    )


def without(spans: Spans, removed: Spans) -> Spans:
    """Frames of ``spans`` that are not in ``removed``."""
    if not len(spans) or not len(removed):
        return spans.copy()
    edges = np.r_[spans[0, 0] - 1, removed.ravel(), max(spans[-1, 1], removed[-1, 1]) + 1]
    return intersect(spans, edges.reshape(-1, 2)[np.diff(edges.reshape(-1, 2))[:, 0] > 0])


def n_frames(spans: Spans) -> int:
    """How many frames there are."""
    return int((spans[:, 1] - spans[:, 0]).sum())


def contains(spans: Spans, frames: ArrayLike) -> NDArray[np.bool_]:
    """Whether each frame is in one of the spans."""
    asked = np.asarray(frames, np.int64)
    if not len(spans):
        return np.zeros(asked.shape, bool)
    place = np.searchsorted(spans[:, 0], asked, side="right") - 1
    return (place >= 0) & (asked < spans[place, 1])


def frames_between(spans: Spans, starts: ArrayLike, stops: ArrayLike) -> NDArray[np.int64]:
    """How many frames of the spans lie in each range ``[start, stop)``; shape of ``starts``."""
    return _frames_before(spans, stops) - _frames_before(spans, starts)


def _frames_before(spans: Spans, frames: ArrayLike) -> NDArray[np.int64]:
    asked = np.asarray(frames, np.int64)
    if not len(spans):
        return np.zeros(asked.shape, np.int64)
    lengths = spans[:, 1] - spans[:, 0]
    before = np.cumsum(lengths) - lengths
    place = np.maximum(np.searchsorted(spans[:, 0], asked, side="right") - 1, 0)
    return before[place] + np.clip(asked - spans[place, 0], 0, lengths[place])
