"""Where the animal is in a window of a video without poses. Knows no behaviour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.captioning.background import Background, learn_background
from napari_mousegpt.captioning.blobs import Blob, find_blobs
from napari_mousegpt.captioning.crop import STILL_BODY_LENGTHS, whole_picture
from napari_mousegpt.captioning.small_picture import Picture, same_brightness, shrink
from napari_mousegpt.captioning.steady_path import steady_path

__all__ = ["Background", "FoundAnimal", "find_animal", "learn_background"]

LIVELIEST = 5.0
"""Times the weight of a thing that keeps still, which one that moves gets."""


@dataclass(frozen=True, slots=True, eq=False)
class FoundAnimal:
    """Where one animal is.

    Attributes
    ----------
    centres_xy
        Shape (n, 2), pixels of the frame; NaN where it was not found.
    body_length_px
        About snout to tail base; NaN if the video shows no animal.
    found
        Shape (n,), bool.
    """

    centres_xy: NDArray[np.float64]
    body_length_px: float
    found: NDArray[np.bool_]


def find_animal(frames: Iterable[NDArray[np.uint8]], background: Background) -> FoundAnimal:
    """Find one animal, the same one, in the frames of a window.

    Of several animals it is the one that covers most and moves most. Where the animal fills the
    picture, centre and length are such that `crop.window_square` shows the whole picture.

    Parameters
    ----------
    frames
        Each of shape (y, x, 3), in order of time.
    background
        Of the same video.
    """
    frames = list(frames)
    if background.fills_picture:
        square = whole_picture(background.shape)
        centres = np.tile(square.centre_xy, (len(frames), 1))
        return FoundAnimal(centres, square.side_px / STILL_BODY_LENGTHS, np.ones(len(frames), bool))
    centres = np.full((len(frames), 2), np.nan)
    if frames and np.isfinite(background.body_length_px):
        path = steady_path(
            _candidates(frames, background),
            body_length=background.body_length_px / background.factor,
            usual_weight=background.usual_weight,
        )
        for row, blob in enumerate(path):
            if blob is not None:
                centres[row] = (np.array([blob.x, blob.y]) + 0.5) * background.factor - 0.5
    return FoundAnimal(centres, background.body_length_px, np.isfinite(centres[:, 0]))


def _candidates(frames: Sequence[NDArray[np.uint8]], background: Background) -> list[list[Blob]]:
    """Blobs of each frame, heavier where they change within the window."""
    arena = background.arena
    pictures = np.stack(
        [same_brightness(shrink(frame, background.factor), arena.picture) for frame in frames]
    )
    changes = np.abs(pictures - pictures.mean(axis=0)) / arena.threshold
    return [
        [
            replace(blob, weight=blob.weight * _liveliness(blob, change))
            for blob in find_blobs(picture, arena)[0]
        ]
        for picture, change in zip(pictures, changes, strict=True)
    ]


def _liveliness(blob: Blob, change: Picture) -> float:
    """1 for what has lain there all the time, more for what moves."""
    reach = blob.width / 2
    rows, columns = (
        slice(max(0, int(middle - reach)), int(middle + reach) + 1) for middle in (blob.y, blob.x)
    )
    return 1 + (LIVELIEST - 1) * min(1.0, float(change[rows, columns].mean()))
