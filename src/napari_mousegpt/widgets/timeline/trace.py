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

    def __init__(
        self, values: NDArray[np.floating], label: str, individual: str, camera: str = ""
    ) -> None:
        self.values = np.asarray(values, np.float32)
        self.label = label
        self.individual = individual
        self.camera = camera
        starts = np.arange(0, len(self.values), BLOCK)
        self._highest = np.fmax.reduceat(self.values, starts) if len(starts) else self.values
        known = self._highest[np.isfinite(self._highest)]
        self.top = max(float(np.percentile(known, 99)), 1e-9) if known.size else 1.0

    def pixels(self, left: float, frames_per_pixel: float, width: int) -> NDArray[np.float32]:
        """Highest value in each of ``width`` pixels, NaN where unknown, shape (width,)."""
        edges = left + frames_per_pixel * np.arange(width)
        block, highest = 1, self.values
        if frames_per_pixel > 2 * BLOCK:
            block, highest = BLOCK, self._highest
        starts = np.clip((edges / block).astype(np.int64), 0, len(highest) - 1)
        last = int(np.clip((left + frames_per_pixel * width) / block, starts[-1] + 1, len(highest)))
        # Where a frame is wider than a pixel, equal starts give the value there.
        return np.fmax.reduceat(highest[:last], starts)
