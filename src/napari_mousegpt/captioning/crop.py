"""The square of the picture that a captioner sees. Knows no animal, only where it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

STILL_BODY_LENGTHS = 1.8
"""Side of the square round an animal that stays where it is."""
MOVING_BODY_LENGTHS = 1.5
"""What the square is wider than an animal's path."""
OUTSIDE_GREY = 128


@dataclass(frozen=True, slots=True)
class Square:
    """Part of a picture, in pixels; (0, 0) is the centre of the top left pixel."""

    centre_xy: tuple[float, float]
    side_px: float


def whole_picture(shape: Sequence[int]) -> Square:
    """Lay the smallest square that holds a whole picture of shape (y, x)."""
    height, width = shape[:2]
    return Square(((width - 1) / 2, (height - 1) / 2), float(max(height, width)))


def window_square(centres_xy: NDArray[np.floating], body_length: float) -> Square | None:
    """Lay one square round an animal for all frames of a window.

    Its centre is the middle of the range of the body centre. Its side is the larger of 1.8 body
    lengths and the range plus 1.5 body lengths, which is what mousegpt-tiny was trained with.

    Parameters
    ----------
    centres_xy
        Body centre in each frame, shape (n, 2), pixels; NaN where it is not known.
    body_length
        Snout to tail base, pixels.

    Returns
    -------
    Square or None
        None if no centre is known, or the body length is NaN or 0.
    """
    known = centres_xy[np.isfinite(centres_xy).all(axis=1)]
    if not len(known) or not body_length > 0:
        return None
    low, high = known.min(axis=0), known.max(axis=0)
    x, y = ((low + high) / 2).tolist()
    path = float((high - low).max())
    side_px = max(STILL_BODY_LENGTHS * body_length, path + MOVING_BODY_LENGTHS * body_length)
    return Square((x, y), side_px)


def crop_square(
    frame: NDArray[np.uint8], centre_xy: Sequence[float], side_px: float, size: int
) -> NDArray[np.uint8]:
    """Cut a square out of a frame and resample it, anti-aliased and unshifted.

    Parameters
    ----------
    frame
        Shape (y, x, 3).
    centre_xy, side_px
        The square, as in `Square`.
    size
        Side of the result.

    Returns
    -------
    numpy.ndarray
        Shape (size, size, 3), uint8. The picture's edge is repeated outside of it; a square
        wholly outside is grey.

    Raises
    ------
    ValueError
        If the frame is not RGB, or the square has no place or no area.
    """
    if frame.ndim != 3 or frame.shape[2] != 3 or frame.dtype != np.uint8:
        raise ValueError(f"expected a (y, x, 3) uint8 frame, found {frame.shape} {frame.dtype}")
    if not np.isfinite([*centre_xy, side_px]).all() or side_px <= 0:
        raise ValueError(
            f"expected a square with a place and an area, found {side_px} px round {centre_xy}"
        )
    columns, left, right, beside = _side(centre_xy[0], side_px, frame.shape[1])
    rows, top, bottom, above = _side(centre_xy[1], side_px, frame.shape[0])
    patch = frame[rows, columns]
    if not patch.size:
        return np.full((size, size, 3), OUTSIDE_GREY, np.uint8)
    if any(beside + above):
        patch = np.pad(patch, (above, beside, (0, 0)), mode="edge")
    # Pillow's triangle filter blurs as much as the clips were blurred that mousegpt-tiny learnt
    # from (a Gaussian of 0.4 source pixels per target pixel).
    picture = Image.fromarray(patch).resize(
        (size, size), Image.Resampling.BILINEAR, box=(left, top, right, bottom)
    )
    return np.asarray(picture)


def _side(
    centre: float, side_px: float, length: int
) -> tuple[slice, float, float, tuple[int, int]]:
    """One side of a square on a picture's axis, along which pixel i reaches from i to i + 1.

    Returns the pixels that it touches, where in them (padding included) it begins and ends, and
    how many of them are missing before and after.
    """
    start, stop = centre + 0.5 - side_px / 2, centre + 0.5 + side_px / 2
    first, last = math.floor(start), math.ceil(stop)
    inside = slice(min(max(first, 0), length), min(max(last, 0), length))
    missing = (inside.start - first, last - inside.stop)
    return inside, start - first, stop - first, missing
