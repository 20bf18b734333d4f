"""Small grey pictures, on which an animal is quick to find. Knows no animal."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

PIXELS = 60_000
"""About as many as a small picture has, say 283 x 212."""
DARKEST_REFERENCE = 10.0
"""Grey level below which a ratio of brightness is mostly rounding."""

Picture = NDArray[np.float32]


def shrink_factor(shape: Sequence[int]) -> int:
    """By how much to shrink frames of shape (y, x, ...), a whole number."""
    return max(1, round((shape[0] * shape[1] / PIXELS) ** 0.5))


def shrink(frame: NDArray[np.uint8], factor: int) -> Picture:
    """Turn a frame (y, x, 3) into a grey picture whose pixels are means of squares of it."""
    grey = Image.fromarray(frame).convert("L")
    return np.asarray(grey.reduce(factor) if factor > 1 else grey, np.float32)


def same_brightness(picture: Picture, reference: Picture) -> Picture:
    """Undo flicker: scale a picture so that what is bright in the reference is as bright in it."""
    coarse, coarse_reference = picture[::3, ::3], reference[::3, ::3]
    bright = coarse_reference >= np.median(coarse_reference)
    reference_level = np.median(coarse_reference[bright])
    if reference_level < DARKEST_REFERENCE:
        return picture
    ratio = np.clip(np.median(coarse[bright]) / reference_level, 0.5, 2.0)
    return picture / np.float32(ratio)


def smooth(picture: Picture, sigma: float) -> Picture:
    """Blur with a Gaussian."""
    from scipy.ndimage import gaussian_filter

    return gaussian_filter(picture, sigma, truncate=3.0)


def edge_strength(picture: Picture) -> Picture:
    """Steepness of a slightly blurred picture, grey levels per pixel."""
    from scipy.ndimage import sobel

    blurred = smooth(picture, 1.0)
    return np.hypot(sobel(blurred, 0), sobel(blurred, 1)) / 8
