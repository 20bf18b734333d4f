"""Colours of animals and body parts that colour-blind readers can tell apart. Knows no data."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RGBA = NDArray[np.float32]

_LEAST_LIGHT = 0.68
_INDIVIDUALS = ("#33bbee", "#ee7733", "#ccbb44", "#ee3377", "#228833", "#aa88dd")  # after Paul Tol
_HEAD_TO_TAIL = ("#fde725", "#f98e52", "#e4468b", "#9d4edd", "#4c6ef5", "#22b8cf")


def to_rgba(colour: str, alpha: float = 1.0) -> RGBA:
    """Read ``#rrggbb``, shape (4,), values from 0 to 1."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return np.array([*channels, alpha], np.float32)


def on_dark(colour: str) -> str:
    """Lighten ``#rrggbb`` until it reads well on a dark ground."""
    channels = to_rgba(colour)[:3]
    light = float(channels @ np.array([0.299, 0.587, 0.114], np.float32))
    share = max(0.0, (_LEAST_LIGHT - light) / (1 - light)) if light < 1 else 0.0
    lighter = np.round(255 * (channels + share * (1 - channels))).astype(int)
    return "#" + "".join(f"{channel:02x}" for channel in lighter)


def individual_colour(place: int) -> str:
    """Colour of the individual at this place of the list of all."""
    return _INDIVIDUALS[place % len(_INDIVIDUALS)]


def individual_colours(count: int) -> RGBA:
    """Colours of that many individuals, shape (count, 4)."""
    return np.array([to_rgba(individual_colour(place)) for place in range(count)]).reshape(-1, 4)


def keypoint_colours(count: int) -> RGBA:
    """Colours along the list of keypoints, warm to cold, shape (count, 4)."""
    anchors = np.array([to_rgba(colour) for colour in _HEAD_TO_TAIL])
    places = np.linspace(0, len(anchors) - 1, count) if count > 1 else np.zeros(count)
    channels = [np.interp(places, np.arange(len(anchors)), anchors[:, k]) for k in range(4)]
    return np.stack(channels, axis=1).astype(np.float32)
