"""Summaries of columns over many windows at once, without a loop over windows. Knows no feature."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Index = NDArray[np.int64]
Matrix = NDArray[np.float32]

_VALUES_AT_ONCE = 2_000_000


class Windowed:
    """Windows of similar length, laid out as rows of a matrix.

    Parameters
    ----------
    starts, stops
        Windows ``[start, stop)`` in rows of the columns to be summarised.
    n_rows
        Length of these columns; what a window has outside of them is missing.
    """

    def __init__(self, starts: Index, stops: Index, n_rows: int) -> None:
        self.n_frames = stops - starts
        offsets = np.arange(self.n_frames.max())
        self._rows = starts[:, None] + offsets
        self._outside = offsets >= self.n_frames[:, None]
        self._outside |= (self._rows < 0) | (self._rows >= n_rows)
        self._rows[self._outside] = 0

    def take(self, column: NDArray) -> Matrix:
        """Lay out a column, shape (windows, longest window), NaN where a window has no row."""
        values = column[self._rows].astype(np.float32)
        values[self._outside] = np.nan
        return values

    def during(self, states: NDArray[np.int8], wanted: list[int]) -> NDArray[np.bool_]:
        """Where a column of states is one of some, laid out like `take`."""
        return np.isin(self.take(states), wanted)

    def places(self) -> Matrix:
        """Place of each frame in its window, 0 at the start and 1 at the end."""
        offsets = np.arange(self._rows.shape[1], dtype=np.float32)
        return offsets / np.maximum(self.n_frames[:, None] - 1, 1).astype(np.float32)


def in_chunks(starts: Index, stops: Index) -> Iterator[Index]:
    """Positions of windows, those of similar length together, few enough for the memory."""
    lengths = stops - starts
    order = np.argsort(lengths, kind="stable")
    start = 0
    while start < order.size:
        similar = np.searchsorted(lengths[order], 1.5 * lengths[order[start]], side="right")
        at_once = max(1, int(_VALUES_AT_ONCE / (1.5 * lengths[order[start]])))
        stop = min(int(similar), start + at_once)
        yield order[start:stop]
        start = stop


def count(values: Matrix) -> NDArray[np.int64]:
    """Number of values in each row that are not missing."""
    return np.isfinite(values).sum(axis=1)


def mean(values: Matrix) -> NDArray[np.float64]:
    """Mean of each row without its missing values; NaN if all are."""
    return _ratio(np.nan_to_num(values).sum(axis=1, dtype=np.float64), count(values))


def total(values: Matrix) -> NDArray[np.float64]:
    """Sum of each row without its missing values; NaN if all are."""
    sums = np.nan_to_num(values).sum(axis=1, dtype=np.float64)
    return np.where(count(values) > 0, sums, np.nan)


def quantiles(values: Matrix, *shares: float) -> list[NDArray[np.float64]]:
    """Quantiles of each row without its missing values; NaN if all are."""
    ordered = np.sort(values, axis=1)  # NaN comes last
    known = count(values)
    rows = np.arange(len(values))
    result = []
    for share in shares:
        place = share * np.maximum(known - 1, 0)
        lower = np.floor(place).astype(int)
        upper = np.minimum(lower + 1, np.maximum(known - 1, 0))
        low, high = ordered[rows, lower], ordered[rows, upper]
        result.append((low + (high - low) * (place - lower)).astype(np.float64))
    return result


def ends(values: Matrix) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """First and last value of each row that is not missing."""
    known = np.isfinite(values)
    rows = np.arange(len(values))
    first = known.argmax(axis=1)
    last = values.shape[1] - 1 - known[:, ::-1].argmax(axis=1)
    return values[rows, first].astype(np.float64), values[rows, last].astype(np.float64)


def dominant_hz(values: Matrix, fps: float, *, low_hz: float) -> NDArray[np.float64]:
    """Frequency with the most power in each row, from ``low_hz`` on; NaN if a fifth is missing."""
    known = count(values)
    centred = np.nan_to_num(values - mean(values)[:, None].astype(np.float32))
    power = np.abs(np.fft.rfft(centred, axis=1)) ** 2
    frequencies = np.fft.rfftfreq(values.shape[1], 1 / fps)
    power[:, frequencies < low_hz] = 0
    strongest = frequencies[power.argmax(axis=1)]
    usable = (known >= 0.8 * values.shape[1]) & (power.max(axis=1) > 0)
    return np.where(usable, strongest, np.nan)


def _ratio(part: NDArray, whole: NDArray) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
