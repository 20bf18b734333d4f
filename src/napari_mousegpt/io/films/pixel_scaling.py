"""Pixels of any number type as 8 bits, by one fixed rule for a whole film. Knows no file.

- 8-bit pixels stay as they are; of truth values, true is 255.
- Whole numbers of more bits: the fewest of 8, 10, 12, 14, 16, 24 or 32 bits that hold the
  brightest of the sampled pixels become 8 bits; what is below 0 becomes 0.
- Fractions: 0 to 1 become 0 to 255 if the sampled pixels lie there; 0 to 255 stay; else the
  lowest and the highest sampled pixel become 0 and 255. NaN becomes 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BITS = (8, 10, 12, 14, 16, 24, 32)


@dataclass(frozen=True, slots=True)
class Scaling:
    """``low`` becomes 0 and ``high`` 255; what lies beyond is clipped."""

    low: float
    high: float

    def __call__(self, pixels: NDArray[Any]) -> NDArray[np.uint8]:
        """Scale pixels of any shape."""
        if pixels.dtype == np.uint8 and (self.low, self.high) == (0, 255):
            return pixels
        factor = 255 / (self.high - self.low) if self.high > self.low else 0.0
        scaled = (pixels.astype(np.float32) - self.low) * factor
        whole = np.nan_to_num(scaled, nan=0.0, posinf=255.0, neginf=0.0).clip(0, 255)
        return np.rint(whole).astype(np.uint8)


def scaling_for(dtype: np.dtype[Any], samples: Iterable[NDArray[Any]]) -> Scaling:
    """Choose the scaling of a film by its number type and some of its frames.

    Raises
    ------
    ValueError
        If these are no real numbers.
    """
    if dtype == np.uint8:
        return Scaling(0, 255)
    if dtype == np.bool_:
        return Scaling(0, 1)
    if dtype.kind not in "uif":
        raise ValueError(f"expected pixels that are real numbers, found {dtype}")
    frames = [frame[np.isfinite(frame)] if dtype.kind == "f" else frame for frame in samples]
    frames = [frame for frame in frames if frame.size]
    if not frames:
        return Scaling(0, 1)
    low = float(min(frame.min() for frame in frames))
    high = float(max(frame.max() for frame in frames))
    if dtype.kind in "ui":
        bits = next((bits for bits in BITS if high < 2**bits), 64)
        return Scaling(0, 2**bits - 1)
    if low >= 0 and high <= 1:
        return Scaling(0, 1)
    return Scaling(0, 255) if low >= 0 and high <= 255 else Scaling(low, high)
