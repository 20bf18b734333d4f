"""Where the animal is in a video without poses, by background subtraction. Knows no behaviour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.captioning.blobs import Arena, Blob, Mask, ellipse, find_blobs
from napari_mousegpt.captioning.crop import STILL_BODY_LENGTHS
from napari_mousegpt.captioning.resting_animal import find_resting_animal, paint_out
from napari_mousegpt.captioning.small_picture import (
    Picture,
    same_brightness,
    shrink,
    shrink_factor,
)
from napari_mousegpt.captioning.steady_path import steady_path

LEAST_NOISE = 1.0
"""Grey levels; rounding alone makes half as much."""
UNEXPLAINED = 0.05
"""Share of the picture that may change beside the animal; with more, the animal fills it."""
LENGTH_OF_AREA = 1.4
"""Body length of a mouse, over the root of the area that it covers without its tail."""
WHOLE = 0.75
"""Share of its outline that an animal shows which the background does not hide."""


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """What a video shows without its animal, and how large the animal is.

    Attributes
    ----------
    shape
        Height and width of a frame.
    factor
        By how much frames are shrunk.
    body_length_px
        About snout to tail base, pixels of the frame; NaN if there is no animal.
    usual_weight
        Weight of the animal among the blobs.
    fills_picture
        Whether the animal is too close for the camera to see it whole.
    """

    arena: Arena
    shape: tuple[int, int]
    factor: int
    body_length_px: float
    usual_weight: float
    fills_picture: bool


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


def learn_background(video: Any, *, n_frames: int = 60) -> Background:
    """Learn what a video shows without its animal, from frames spread over all of it.

    It is the median over time. An animal that keeps to one place for half of the video or more is
    in the median too: then it is looked for there, by its motion and outline, and painted out.

    Parameters
    ----------
    video
        Anything like an array (t, y, x, 3) of uint8 with a length and integer indices; if it has
        ``read_frames``, frames are read through that.
    n_frames
        Frames to look at.
    """
    if not len(video):
        raise ValueError("expected a video with at least one frame, found an empty one")
    shape, pictures = _sample(video, n_frames)
    median = np.median(pictures, axis=0)
    pictures = np.stack([same_brightness(picture, median) for picture in pictures])
    median = np.median(pictures, axis=0)
    deviation = np.median(np.abs(pictures - median), axis=0)
    noise = max(LEAST_NOISE, 1.4826 * float(np.median(deviation)))
    arena = Arena.of(median, noise)
    seen = [find_blobs(picture, arena)[0] for picture in pictures]
    animal = None
    if np.mean([bool(blobs) and blobs[0].whole > WHOLE for blobs in seen]) <= 0.5:
        animal = find_resting_animal(median, pictures, noise)
        if animal is not None and not _leaves_its_place(animal, pictures, arena, seen):
            animal = None
        if animal is not None:
            arena = Arena.of(paint_out(median, animal), noise)
            seen = [find_blobs(picture, arena)[0] for picture in pictures]
    brighter = np.mean([np.sign(blobs[0].brighter) for blobs in seen if blobs] or [0])
    # What a bright animal hides is dark, and the other way round.
    clean = np.quantile(pictures, 0.5 - 0.25 * round(float(brighter)), axis=0).astype(np.float32)
    arena = Arena.of(clean if animal is None else paint_out(clean, animal), noise)
    return _background(arena, shape, [find_blobs(picture, arena) for picture in pictures])


def _leaves_its_place(
    animal: Mask, pictures: Picture, arena: Arena, seen: Sequence[Sequence[Blob]]
) -> bool:
    """Whether the place of an animal looks different while an animal is seen elsewhere.

    It does not if that place is no animal, or another one.
    """
    x, y, *_ = ellipse(animal)
    far = 2 * LENGTH_OF_AREA * float(animal.sum()) ** 0.5
    elsewhere = [
        i
        for i, blobs in enumerate(seen)
        if blobs and blobs[0].whole > WHOLE and np.hypot(blobs[0].x - x, blobs[0].y - y) > far
    ]
    if len(elsewhere) < 0.1 * len(seen):
        return True
    changed = np.abs(pictures[elsewhere] - arena.picture) > arena.threshold
    return bool(changed[:, animal].mean() > 0.5)


def find_animal(frames: Iterable[NDArray[np.uint8]], background: Background) -> FoundAnimal:
    """Find one animal, the same one, in the frames of a window.

    Parameters
    ----------
    frames
        Each of shape (y, x, 3), in order of time.
    background
        Of the same video.
    """
    frames = list(frames)
    height, width = background.shape
    if background.fills_picture:
        centre = np.tile([(width - 1) / 2, (height - 1) / 2], (len(frames), 1))
        length_px = max(height, width) / STILL_BODY_LENGTHS
        return FoundAnimal(centre, length_px, np.ones(len(frames), bool))
    centres = np.full((len(frames), 2), np.nan)
    if not np.isnan(background.body_length_px):
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
    """Blobs of each frame, the heavier the more they change within the window."""
    arena = background.arena
    pictures = np.stack(
        [same_brightness(shrink(frame, background.factor), arena.picture) for frame in frames]
    )
    changes = np.abs(pictures - pictures.mean(axis=0)) / arena.threshold
    weighted = []
    for picture, change in zip(pictures, changes, strict=True):
        blobs, _ = find_blobs(picture, arena)
        weighted.append([replace(blob, weight=blob.weight * _life(blob, change)) for blob in blobs])
    return weighted


def _life(blob: Blob, change: Picture) -> float:
    """1 for what has lain there all the time, up to 5 for what moves."""
    reach = blob.width / 2
    rows, columns = (
        slice(max(0, int(middle - reach)), int(middle + reach) + 1) for middle in (blob.y, blob.x)
    )
    return 1 + 4 * min(1.0, float(change[rows, columns].mean()))


def _background(
    arena: Arena, shape: tuple[int, int], seen: Sequence[tuple[list[Blob], float]]
) -> Background:
    heaviest = [blobs[0].weight for blobs, _ in seen if blobs]
    weight = float(np.percentile(heaviest, 75)) if heaviest else np.nan
    areas = [blob.area for blobs, _ in seen for blob in blobs if blob.weight > 0.3 * weight]
    shares = [sum(blob.area for blob in blobs) / arena.picture.size for blobs, _ in seen]
    beside = np.median([changed - share for (_, changed), share in zip(seen, shares, strict=True)])
    explained = np.median([share / max(changed, 1e-6) for (_, changed), share in zip(seen, shares, strict=True)])
    factor = shrink_factor(shape)
    return Background(
        arena=arena,
        shape=shape,
        factor=factor,
        body_length_px=LENGTH_OF_AREA * float(np.median(areas)) ** 0.5 * factor
        if areas
        else np.nan,
        usual_weight=weight,
        fills_picture=bool(beside > .045 or (beside>.01 and explained<.38)),
    )


def _sample(video: Any, n_frames: int) -> tuple[tuple[int, int], Picture]:
    wanted = np.unique(
        np.linspace(0, len(video) - 1, min(n_frames, len(video))).round().astype(int)
    )
    read = getattr(video, "read_frames", None)
    frames: Iterator[NDArray[np.uint8]]
    frames = (
        (frame for _, frame in read(wanted.tolist())) if read else (video[int(i)] for i in wanted)
    )
    pictures = []
    for frame in frames:
        factor = shrink_factor(frame.shape)
        pictures.append(shrink(frame, factor))
        shape = frame.shape[:2]
    return shape, np.stack(pictures)
