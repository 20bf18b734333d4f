"""The picture shown in place of a frame that is not there to be shown. Knows no film."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

GROUND, STRIPE, INK = 38, 52, (255, 190, 90)


def marked_picture(
    shape_yx: tuple[int, int], text: str, *, striped: bool = True
) -> NDArray[np.uint8]:
    """Dark stripes, or black, with a sentence in the middle, shape (y, x, 3)."""
    from PIL import Image, ImageDraw, ImageFont

    height, width = shape_yx
    grey = np.zeros((height, width), np.uint8)
    if striped:
        stripes = (np.add.outer(np.arange(height), np.arange(width)) // 16) % 2
        grey = np.where(stripes, STRIPE, GROUND).astype(np.uint8)
    picture = Image.fromarray(np.repeat(grey[..., None], 3, axis=2))
    draw = ImageDraw.Draw(picture)
    size = max(9.0, width / 24)
    room = 0.92 * width
    taken = draw.textlength(text, font=ImageFont.load_default(size))
    font = ImageFont.load_default(max(8.0, size * min(1.0, room / max(taken, 1.0))))
    draw.text((width / 2, height / 2), text, fill=INK, font=font, anchor="mm")
    return np.array(picture)
