"""One animal's way through the things found in each frame. Knows no picture."""

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


def steady_path(
    blobs: Sequence[Sequence[Blob]], *, body_length: float, usual_weight: float
) -> list[Blob | None]:
    """Choose one blob per frame, or none, so that they are heavy and the way between is short.

    Parameters
    ----------
    blobs
        Candidates in each frame.
    body_length
        In the unit of the blobs.
    usual_weight
        Weight of the animal where it is well seen.
    """
    best: list[float] = [0.0]
    places: list[tuple[float, float] | None] = [None]
    came_from: list[list[int]] = []
    last_places: list[list[tuple[float, float] | None]] = []
    for candidates in blobs:
        options: list[Blob | None] = [*candidates, None]
        costs, origins, next_places = [], [], []
        for option in options:
            steps = [
                before + _step(place, option, body_length)
                for before, place in zip(best, places, strict=True)
            ]
            origin = int(np.argmin(steps))
            weight = LEAST_WEIGHT * usual_weight if option is None else option.weight
            costs.append(steps[origin] - float(np.log(weight / usual_weight)))
            origins.append(origin)
            next_places.append(places[origin] if option is None else (option.x, option.y))
        best, places = costs, next_places
        came_from.append(origins)
        last_places.append(next_places)
    chosen: list[Blob | None] = []
    state = int(np.argmin(best))
    for candidates, origins in zip(reversed(blobs), reversed(came_from), strict=True):
        chosen.append(candidates[state] if state < len(candidates) else None)
        state = origins[state]
    return chosen[::-1]


def _step(place: tuple[float, float] | None, blob: Blob | None, body_length: float) -> float:
    if place is None or blob is None:
        return 0.0
    distance = np.hypot(blob.x - place[0], blob.y - place[1]) / body_length
    return PER_BODY_LENGTH * min(float(distance), FURTHEST)
