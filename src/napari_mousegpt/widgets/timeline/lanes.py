"""Intervals that overlap, put into lanes one below the other. Knows no widget."""

from __future__ import annotations

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
    overlaps = starts[1:] < np.maximum.accumulate(stops)[:-1]
    # Only runs of intervals that overlap are looked at one by one; most films have few.
    places = np.flatnonzero(np.append(overlaps, False) | np.append(False, overlaps))
    first_free = second_free = third_free = 0  # written out: one list costs five times as much
    found = []
    for start, stop in zip(starts[places].tolist(), stops[places].tolist(), strict=True):
        if first_free <= start:
            first_free = stop
            found.append(0)
        elif second_free <= start:
            second_free = stop
            found.append(1)
        elif third_free <= start:
            third_free = stop
            found.append(2)
        else:
            found.append(3)
    lanes[places] = found
    return lanes
