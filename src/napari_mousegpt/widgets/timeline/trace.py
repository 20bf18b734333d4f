"""A quantity over all frames, reduced to what a row of pixels can show. Knows no widget."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BLOCK = 64


class Trace:
    """Values of one quantity, shape (n_frames,), NaN where unknown.

    The highest of each block of frames is kept, so that a view of millions of frames costs no
    more than one of thousands, and no peak is lost.
    """

    def __init__(self, values: NDArray[np.floating], label: str, individual: str) -> None:
        self.values = np.asarray(values, np.float32)
        self.label = label
        self.individual = individual
        starts = np.arange(0, len(self.values), BLOCK)
        self._highest = np.fmax.reduceat(self.values, starts) if len(starts) else self.values
        known = self._highest[np.isfinite(self._highest)]
        self.top = max(float(np.percentile(known, 99)), 1e-9) if known.size else 1.0

    def columns(
        self, left: float, right: float, width: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
        """Frames and highest values of about ``width`` columns between two frames."""
        first = int(np.clip(np.floor(left), 0, len(self.values)))
        last = int(np.clip(np.ceil(right) + 1, first, len(self.values)))
        if last - first <= 2 * width:
            return np.arange(first, last, dtype=np.float64), self.values[first:last]
        block, highest = 1, self.values
        if last - first > 2 * width * BLOCK:
            block, highest = BLOCK, self._highest
            first, last = first // BLOCK, -(-last // BLOCK)
        starts = np.unique(np.linspace(first, last, width, endpoint=False).astype(np.int64))
        return starts * float(block), np.fmax.reduceat(highest[:last], starts)
