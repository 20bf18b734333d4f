"""Intervals that overlap, put into lanes one below the other. Knows no widget."""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

MOST_LANES = 4
"""What overlaps more often shares the last lane."""


def lane_numbers(starts: NDArray[np.int64], stops: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give each interval the first lane that is free at its start.

    Parameters
    ----------
    starts, stops
        Frames, half-open, in order of the starts, shape (n,).

    Returns
    -------
    numpy.ndarray
        Lane of each interval from 0, at most `MOST_LANES` - 1, shape (n,).
    """
    lanes = np.zeros(len(starts), np.int64)
    if len(starts) < 2:
        return lanes
    reach = np.maximum.accumulate(stops)
    overlaps = starts[1:] < reach[:-1]
    # Only runs of intervals that overlap are looked at one by one; most films have few.
    in_run = np.concatenate([overlaps, [False]]) | np.concatenate([[False], overlaps])
    busy: list[tuple[int, int]] = []  # (stop, lane)
    free: list[int] = []
    n_used = 0
    for place in np.flatnonzero(in_run).tolist():
        start = int(starts[place])
        while busy and busy[0][0] <= start:
            heapq.heappush(free, heapq.heappop(busy)[1])
        if free:
            lane = heapq.heappop(free)
        else:
            lane = n_used
            n_used += 1
        heapq.heappush(busy, (int(stops[place]), lane))
        lanes[place] = min(lane, MOST_LANES - 1)
    return lanes
