"""One word of what is said, beside each animal, as text of a points layer.

Napari draws text without a background, so each word stands five times: four dark copies a
pixel aside, and the word itself, which then reads on bright and dark ground alike. Knows no
description.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.layers.layer_data import LayerData, metadata

FONT_SIZE = 14
OUTLINE = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1], [0, 0]], np.float32) * 1.2
COPIES = len(OUTLINE)
_DARK = "#0a0a0f"
_ABOVE_PX = 26.0
_HALF_LETTER_PX = 0.36 * FONT_SIZE


def said_layer(individuals: Sequence[str], n_frames: int, *, n_cameras: int = 1) -> LayerData:
    """Make the layer without words; `label_features` and `label_points` fill it.

    All animals of the first camera come first.
    """
    n_words = n_cameras * len(individuals)
    rows = COPIES * n_words
    options = {
        "name": "said",
        "ndim": 2,
        "size": 0.1,
        "face_color": "transparent",
        "border_color": "transparent",
        "shown": np.zeros(rows, bool),
        "features": pd.DataFrame(label_features([""] * n_words, ["#ffffff"] * n_words)),
        "text": {
            "string": {"feature": "said"},
            "color": {"feature": "colour", "fallback": "white"},
            "size": FONT_SIZE,
            "anchor": "center",
        },
        "metadata": metadata("said", n_frames, individuals=tuple(individuals)),
    }
    return np.zeros((rows, 2), np.float32), options, "points"


def label_features(words: Sequence[str], colours: Sequence[str]) -> dict[str, pd.Categorical]:
    """Columns of the layer's features: word and colour of each individual's copies."""
    inks = [ink for colour in colours for ink in (*[_DARK] * (COPIES - 1), colour)]
    return {
        "said": pd.Categorical(np.repeat(np.array(words, object), COPIES)),
        "colour": pd.Categorical(inks),
    }


def label_points(
    position_xy: NDArray[np.floating],
    words: Sequence[str],
    *,
    zoom: float,
    shape_yx: tuple[int, int],
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Place each word above its animal, or below where there is no room above.

    Parameters
    ----------
    position_xy
        Poses of one frame, shape (space, keypoint, individual), x then y.
    words
        One for each individual; an empty one is not shown.
    zoom
        Screen pixels per pixel of the video.
    shape_yx
        Size of the video.

    Returns
    -------
    points
        Shape (individual * COPIES, 2), y then x.
    shown
        Shape (individual * COPIES,).
    """
    x, y = position_xy[0].astype(np.float32), position_xy[1].astype(np.float32)
    nowhere = (x == 0) & (y == 0)
    x, y = np.where(nowhere, np.nan, x), np.where(nowhere, np.nan, y)
    seen = np.asarray(np.isfinite(y).any(axis=0))
    lowest_y = np.where(np.isfinite(y), y, np.inf).min(axis=0, initial=np.inf)
    highest_y = np.where(np.isfinite(y), y, -np.inf).max(axis=0, initial=-np.inf)
    count = np.maximum(np.isfinite(x).sum(axis=0), 1)
    middle_x = np.where(np.isfinite(x), x, 0).sum(axis=0) / count
    gap = _ABOVE_PX / zoom
    above = lowest_y - gap
    place_y = np.where(above > gap / 2, above, highest_y + gap)
    half_width = np.array([len(word) for word in words], np.float32) * _HALF_LETTER_PX / zoom
    place_x = np.clip(middle_x, half_width, np.maximum(shape_yx[1] - half_width, half_width))
    anchor = np.where(seen[:, None], np.stack([place_y, place_x], axis=1), 0)
    shown = seen & np.array([bool(word) for word in words], bool)
    points = anchor[:, None, :] + OUTLINE / zoom
    return points.reshape(-1, 2).astype(np.float32), np.repeat(shown, COPIES)


def clearer_side(position_xy: NDArray[np.floating], height: int) -> str:
    """Which of ``top`` and ``bottom`` of a frame holds fewer keypoints in its outer quarter."""
    y = position_xy[1]
    above = np.count_nonzero((y > 0) & (y < height / 4))
    below = np.count_nonzero(y > height * 3 / 4)
    return "top" if below > above else "bottom"
