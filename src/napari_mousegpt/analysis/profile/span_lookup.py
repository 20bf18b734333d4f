"""Where frames lie among spans, and how many fall into bins. Knows no behaviour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.datamodel.spans import Spans


def place_of(spans: Spans, frames: NDArray[np.integer]) -> NDArray[np.int64]:
    """Index of the span that holds each frame, -1 if none does."""
    frames = np.asarray(frames, np.int64)
    if not len(spans):
        return np.full(frames.shape, -1, np.int64)
    place = np.searchsorted(spans[:, 0], frames, side="right") - 1
    held = (place >= 0) & (frames < spans[np.maximum(place, 0), 1])
    return np.where(held, place, -1)


def frames_in_bins(spans: Spans, edges: NDArray[np.integer]) -> NDArray[np.int64]:
    """Frames of the spans in each bin ``[edges[i], edges[i + 1])``, shape (bins,)."""
    if not len(spans):
        return np.zeros(len(edges) - 1, np.int64)
    lengths = spans[:, 1] - spans[:, 0]
    before = np.concatenate([[0], np.cumsum(lengths)])
    place = np.searchsorted(spans[:, 0], edges, side="right") - 1
    at = np.maximum(place, 0)
    partly = np.clip(np.asarray(edges) - spans[at, 0], 0, lengths[at])
    return np.diff(np.where(place < 0, 0, before[at] + partly))
