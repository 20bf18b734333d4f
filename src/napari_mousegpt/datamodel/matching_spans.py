"""Which rows of a table are meant by spans that somebody chose elsewhere. Knows no picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.datamodel.spans import union


class IndividualSpan(NamedTuple):
    """Frames ``[start, stop)`` of one individual."""

    individual: str
    start: int
    stop: int


def matching_rows(
    spans: Sequence[IndividualSpan],
    individuals: NDArray[Any],
    starts: NDArray[np.int64],
    stops: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Rows that spans stand for.

    A span that a row has exactly means the rows with it. Another one, such as a bout among
    windows, means rows of which it covers more than half, and rows that hold its middle.

    Parameters
    ----------
    individuals, starts, stops
        Of each row, shape (rows,).

    Returns
    -------
    numpy.ndarray
        Shape (rows,).
    """
    marked = np.zeros(len(starts), bool)
    for individual in {span.individual for span in spans}:
        mine = np.flatnonzero(individuals == individual)
        asked = {(span.start, span.stop) for span in spans if span.individual == individual}
        there = list(zip(starts[mine].tolist(), stops[mine].tolist(), strict=True))
        exact = asked.intersection(there)
        marked[mine] = [pair in exact for pair in there]
        left = sorted(asked - exact)
        if left and len(mine):
            marked[mine] |= _overlapped(np.array(left, np.int64), starts[mine], stops[mine])
    return marked


def _overlapped(
    spans: NDArray[np.int64], starts: NDArray[np.int64], stops: NDArray[np.int64]
) -> NDArray[np.bool_]:
    merged = union(spans.tolist())
    # Frames covered before any frame f: by whole spans that ended, and by the one f lies in.
    before = np.concatenate([[0], np.cumsum(merged[:, 1] - merged[:, 0])])

    def covered_before(frames: NDArray[np.int64]) -> NDArray[np.int64]:
        place = np.searchsorted(merged[:, 0], frames, side="right") - 1
        inside = np.clip(frames - merged[place, 0], 0, merged[place, 1] - merged[place, 0])
        covered: NDArray[np.int64] = np.where(place >= 0, before[place] + inside, 0)
        return covered

    covered = covered_before(stops) - covered_before(starts)
    middles = np.sort((spans[:, 0] + spans[:, 1]) // 2)
    held = np.searchsorted(middles, stops, "left") - np.searchsorted(middles, starts, "left")
    result: NDArray[np.bool_] = (2 * covered > stops - starts) | (held > 0)
    return result
