"""What a video shows without its animal, learnt from a few of its frames. Knows no window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.captioning.blobs import Arena, Blob, Mask, ellipse, find_blobs
from napari_mousegpt.captioning.resting_animal import find_resting_animal, paint_out
from napari_mousegpt.captioning.small_picture import (
    Picture,
    same_brightness,
    shrink,
    shrink_factor,
)

LEAST_NOISE = 1.0
"""Grey levels; compression hides the noise that there was."""
WHOLE = 0.75
"""Share of its outline that an animal shows which the background does not hide."""
LONGEST_BODY = 3.5
"""Times its width that an animal without its tail is long."""
BODY_LENGTH = 1.4
"""Of a mouse, over the root of the area that it covers without its tail, however it sits."""
MUCH_ELSE, SOME_ELSE = 0.045, 0.01
"""Share of the picture that changes beside anything that could be an animal."""
LITTLE_EXPLAINED = 0.38
"""Share of the changes that belongs to what could be an animal."""


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
        Weight of the animal among the blobs; NaN if there is none.
    fills_picture
        Whether changes are scattered over the picture: the animal is too close to be seen whole.
    """

    arena: Arena
    shape: tuple[int, int]
    factor: int
    body_length_px: float
    usual_weight: float
    fills_picture: bool


def learn_background(video: Any, *, n_frames: int = 60) -> Background:
    """Learn what a video shows without its animal, from frames spread over all of it.

    It is the median over time. An animal that keeps to one place for half of the video or more is
    in the median too: then it is looked for there, by its motion and outline, and painted out.

    Parameters
    ----------
    video
        Anything like an array (t, y, x, 3) of uint8 with a length and integer indices; if it has
        ``cheap_items``, it says which frames are quick to read. Those that cannot be read are
        left out.
    n_frames
        Frames to look at.

    Raises
    ------
    ValueError
        If the video is empty.
    """
    shape, pictures = _sample(video, n_frames)
    median = np.median(pictures, axis=0)
    pictures = np.stack([same_brightness(picture, median) for picture in pictures])
    median = np.median(pictures, axis=0)
    deviation = np.median(np.abs(pictures - median), axis=0)
    noise = max(LEAST_NOISE, 1.4826 * float(np.median(deviation)))
    arena = Arena.of(median, noise)
    seen = [find_blobs(picture, arena)[0] for picture in pictures]
    animal = None
    if np.mean([_is_whole(blobs) for blobs in seen]) <= 0.5:
        animal = find_resting_animal(median, pictures, noise)
        if animal is not None and not _leaves_its_place(animal, pictures, arena, seen):
            animal = None
    if animal is not None:
        arena = Arena.of(paint_out(median, animal), noise)
        seen = [find_blobs(picture, arena)[0] for picture in pictures]
    # What a bright animal hides is darker than it, and the other way round.
    brighter = round(float(np.mean([np.sign(blobs[0].brighter) for blobs in seen if blobs] or [0])))
    if brighter:
        clean = np.quantile(pictures, 0.5 - 0.25 * brighter, axis=0).astype(np.float32)
        arena = Arena.of(clean if animal is None else paint_out(clean, animal), noise)
    return _background(arena, shape, [find_blobs(picture, arena) for picture in pictures])


def _sample(video: Any, n_frames: int) -> tuple[tuple[int, int], Picture]:
    """Shape of a frame, and small pictures of frames spread over the video."""
    if not len(video):
        raise ValueError("expected a video with at least one frame, found an empty one")
    if hasattr(video, "cheap_items"):
        wanted = video.cheap_items(n_frames)
    else:
        wanted = np.unique(np.linspace(0, len(video) - 1, n_frames).round().astype(int)).tolist()
    shape, pictures = (0, 0), []
    for item in wanted:
        try:
            frame: NDArray[np.uint8] = video[item]
        except OSError:
            continue
        shape = frame.shape[:2]
        pictures.append(shrink(frame, shrink_factor(shape)))
    if not pictures:
        raise OSError("none of the frames that were looked at can be decoded")
    return shape, np.stack(pictures)


def _is_whole(blobs: Sequence[Blob]) -> bool:
    """Whether the heaviest blob is all of an animal, and not the part of it that moved."""
    return (
        bool(blobs) and blobs[0].whole > WHOLE and blobs[0].length < LONGEST_BODY * blobs[0].width
    )


def _leaves_its_place(
    animal: Mask, pictures: Picture, arena: Arena, seen: Sequence[Sequence[Blob]]
) -> bool:
    """Whether the place of an animal looks different while an animal is seen elsewhere.

    It does not if that place is no animal, or another one.
    """
    x, y, *_ = ellipse(animal)
    far = 2 * BODY_LENGTH * float(animal.sum()) ** 0.5
    elsewhere = [
        i
        for i, blobs in enumerate(seen)
        if _is_whole(blobs) and np.hypot(blobs[0].x - x, blobs[0].y - y) > far
    ]
    if len(elsewhere) < 0.1 * len(seen):
        return True
    changed = np.abs(pictures[elsewhere] - arena.picture) > arena.threshold
    return bool(changed[:, animal].mean() > 0.5)


def _background(
    arena: Arena, shape: tuple[int, int], seen: Sequence[tuple[list[Blob], float]]
) -> Background:
    factor = shrink_factor(shape)
    weights = [blobs[0].weight for blobs, _ in seen if blobs]
    if not weights:
        return Background(arena, shape, factor, np.nan, np.nan, fills_picture=False)
    usual_weight = float(np.percentile(weights, 75))
    areas = [blob.area for blobs, _ in seen for blob in blobs if blob.weight > 0.3 * usual_weight]
    changed = np.array([share for _, share in seen])
    explained = np.array([sum(b.area for b in blobs) for blobs, _ in seen]) / arena.picture.size
    beside = float(np.median(changed - explained))
    share = float(np.median(explained / np.maximum(changed, 1e-6)))
    return Background(
        arena=arena,
        shape=shape,
        factor=factor,
        body_length_px=BODY_LENGTH * float(np.median(areas)) ** 0.5 * factor,
        usual_weight=usual_weight,
        fills_picture=beside > MUCH_ELSE or (beside > SOME_ELSE and share < LITTLE_EXPLAINED),
    )
