"""One animal's way through what was found in each frame. Knows no picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from napari_mousegpt.captioning.blobs import Blob

PER_BODY_LENGTH = 0.5
"""Cost of moving by a body length between two frames, in natural logarithms of weight."""
FURTHEST = 4.0
"""Body lengths beyond which a jump costs no more: an animal that was hidden may be anywhere."""
LEAST_WEIGHT = 0.1
"""Of its usual weight, below which the animal is rather not seen at all."""

Place = tuple[float, float] | None


def steady_path(
    blobs: Sequence[Sequence[Blob]], *, body_length: float, usual_weight: float
) -> list[Blob | None]:
    """Choose one blob per frame, or none, so that they are heavy and the way between is short.

    It is the best of all paths (Viterbi's algorithm). Unseen, the animal keeps its last place.

    Parameters
    ----------
    blobs
        Candidates in each frame.
    body_length
        In the unit of the blobs.
    usual_weight
        Weight of the animal where it is well seen.
    """
    costs: list[float] = [0.0]  # of the best way to each candidate of the frame before
    places: list[Place] = [None]
    origins: list[list[int]] = []
    for candidates in blobs:
        before = list(zip(costs, places, strict=True))
        costs, places, came_from = [], [], []
        for blob in (*candidates, None):
            ways = [cost + _step(place, blob, body_length) for cost, place in before]
            origin = int(np.argmin(ways))
            weight = LEAST_WEIGHT * usual_weight if blob is None else blob.weight
            costs.append(ways[origin] - float(np.log(weight / usual_weight)))
            places.append(before[origin][1] if blob is None else (blob.x, blob.y))
            came_from.append(origin)
        origins.append(came_from)
    chosen: list[Blob | None] = []
    state = int(np.argmin(costs))
    for candidates, came_from in zip(reversed(blobs), reversed(origins), strict=True):
        chosen.append(candidates[state] if state < len(candidates) else None)
        state = came_from[state]
    return chosen[::-1]


def _step(place: Place, blob: Blob | None, body_length: float) -> float:
    if place is None or blob is None:
        return 0.0
    distance = float(np.hypot(blob.x - place[0], blob.y - place[1])) / body_length
    return PER_BODY_LENGTH * min(distance, FURTHEST)
