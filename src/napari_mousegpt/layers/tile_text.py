"""What stands in the corner of each camera's tile: which camera it is, and what is said there.

Knows no description and no frame.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np
import pandas as pd

from napari_mousegpt.layers.camera_view import CameraView
from napari_mousegpt.layers.layer_data import LayerData, metadata
from napari_mousegpt.layers.said_layer import OUTLINE, label_features

FONT_SIZE = 9
INK = "#ffffff"
MOST_LINES = 4
LEAST_LETTERS = 12
_INSIDE_PX = 8.0
_LETTER_PX, _LINE_PX = 0.93 * FONT_SIZE, 2.34 * FONT_SIZE  # as measured on the canvas


def tile_text_layer(views: Sequence[CameraView]) -> LayerData:
    """Make the layer, each tile with its title; `tile_texts` and `corner_points` fill it."""
    options = {
        "name": "cameras",
        "ndim": 2,
        "size": 0.1,
        "face_color": "transparent",
        "border_color": "transparent",
        "features": pd.DataFrame(tile_features([view.title for view in views])),
        "text": {
            "string": {"feature": "said"},
            "color": {"feature": "colour", "fallback": "white"},
            "size": FONT_SIZE,
            "anchor": "upper_left",  # of several lines, napari 0.9 puts the last one there
        },
        "metadata": metadata("tiles", views[0].entry.frames),
    }
    return corner_points(views, [view.title for view in views], zoom=1.0), options, "points"


def tile_features(texts: Sequence[str]) -> dict[str, pd.Categorical]:
    """Columns of the layer's features for these texts, one for each tile."""
    return label_features(texts, [INK] * len(texts))


def corner_points(views: Sequence[CameraView], texts: Sequence[str], *, zoom: float) -> np.ndarray:
    """Where the last lines of the texts end, shape (camera * COPIES, 2), y then x."""
    corners = np.array([view.origin_yx for view in views], np.float32)
    corners[:, 0] += [(text.count("\n") + 1) * _LINE_PX / zoom for text in texts]
    corners[:, 1] += _INSIDE_PX / zoom
    points = corners[:, None, :] + OUTLINE / zoom
    return points.reshape(-1, 2).astype(np.float32)


def letters_in(view: CameraView, zoom: float) -> int:
    """How many letters fit beside each other in a tile."""
    return max(LEAST_LETTERS, int((view.shape_yx[1] * zoom - 2 * _INSIDE_PX) / _LETTER_PX))


def tile_text(title: str, sentences: Sequence[str], letters: int) -> str:
    """Title and sentences, broken into lines; what does not fit into `MOST_LINES` is left out."""
    lines = []
    for sentence in sentences:
        lines += textwrap.wrap(sentence, letters)
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], textwrap.shorten(lines[MOST_LINES - 1], letters - 2)]
        lines[-1] += " …"
    return "\n".join([title, *lines])
