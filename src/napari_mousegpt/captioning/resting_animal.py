"""An animal that hardly moves, so that the median of a video shows it. Knows no single frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from napari_mousegpt.captioning.blobs import (
    LARGEST,
    SHAKE_PX,
    SMALLEST,
    Box,
    Mask,
    ellipse,
    ellipse_share,
    outline_of,
    widened,
    without_tail,
)
from napari_mousegpt.captioning.small_picture import Picture, edge_strength, smooth

LEAST_SPREAD = 0.05
"""Of mean squares in units of the noise; rounding hides any less."""
LEAST_MOVING = 0.05
"""Share of the animal that moves at some time."""
ABOUT_AS_GOOD = 0.85
"""Of the best score, with which a larger region is taken rather than the best."""
LONGEST = 3.5
"""Times its width that a body, without tail, is long at most."""
LEVELS = 60
BRIGHTNESSES = 8
"""Classes of brightness: bright parts of a picture are noisier."""
TAIL_PX, GAP_PX = 2.5, 4.5
"""Radii of what is cut off a region, and of what is closed in it (between bright paws, say)."""


class _Motion(NamedTuple):
    """What counts as motion, and how much of it must be at the animal."""

    spreads: float  # above what is usual
    share: float  # of all motion
    denser: float  # times the mean of the picture


CLEAR, FAINT = _Motion(20, share=0.2, denser=4), _Motion(5, share=0.3, denser=12)
"""Chance makes faint motion everywhere, so more of it is asked for."""


@dataclass(frozen=True, slots=True, eq=False)
class _Region:
    body: Mask
    box: Box
    area: int
    score: float


def find_resting_animal(median: Picture, pictures: Picture, noise: float) -> Mask | None:
    """Find the region of a median picture that has an outline, and the video's motion in it.

    Parameters
    ----------
    median
        Shape (y, x).
    pictures
        What it is the median of, shape (n, y, x), all equally bright.
    noise
        Standard deviation of a pixel that shows nothing new.

    Returns
    -------
    numpy.ndarray or None
        The animal without its tail, shape (y, x); None if nothing moves, or not in one place.
    """
    edges = edge_strength(median)
    motion = _mean_square(pictures - median, noise + SHAKE_PX * smooth(edges, 1.0))
    usual, spread = _usual(motion, median)
    for wanted in (CLEAR, FAINT):
        excess = np.maximum(motion - usual - wanted.spreads * spread, 0)
        regions = list(_moving_regions(median, edges, excess, wanted))
        if regions:
            best = max(region.score for region in regions)
            # Paws or head may stand out more than the body that they belong to.
            good = [region for region in regions if region.score >= ABOUT_AS_GOOD * best]
            largest = max(good, key=lambda region: region.area)
            animal = np.zeros(median.shape, bool)
            animal[largest.box] = largest.body
            return animal
    return None


def paint_out(picture: Picture, animal: Mask) -> Picture:
    """Replace an animal by what surrounds it, blurred."""
    from scipy.ndimage import distance_transform_edt, gaussian_filter

    size = float(animal.sum()) ** 0.5
    hole = distance_transform_edt(~animal) <= max(2.0, 0.14 * size)
    known = (~hole).astype(np.float32)
    around = gaussian_filter(picture * known, size / 2)
    weight = gaussian_filter(known, size / 2)
    return np.where(hole, around / np.maximum(weight, 1e-6), picture).astype(np.float32)


def _mean_square(differences: Picture, noise: Picture) -> Picture:
    """Mean over time of differences in units of the noise, squared; none counts more than 10."""
    total = np.zeros_like(noise)
    for difference in differences:
        total += np.minimum(smooth(np.abs(difference), 1.5) / noise, 10) ** 2
    return (total / len(differences)).astype(np.float32)


def _usual(motion: Picture, median: Picture) -> tuple[Picture, Picture]:
    """Median of the motion and spread about it, among pixels about as bright."""
    edges = np.quantile(median, np.linspace(0, 1, BRIGHTNESSES + 1)[1:-1])
    brightness = np.searchsorted(edges, median)
    usual, spread = np.empty_like(motion), np.empty_like(motion)
    for same in (brightness == i for i in np.unique(brightness)):
        usual[same] = np.median(motion[same])
        spread[same] = 1.4826 * np.median(np.abs(motion[same] - usual[same]))
    # Where compression leaves out all noise, the little that is left would look like motion.
    return usual, np.maximum(spread, max(float(np.median(spread)), LEAST_SPREAD))


def _moving_regions(
    median: Picture, edges: Picture, motion: Picture, wanted: _Motion
) -> Iterator[_Region]:
    """Regions in which much of the motion is; the score rewards a sharp and smooth outline."""
    from scipy.ndimage import binary_fill_holes, distance_transform_edt

    total = motion.sum()
    if not total:
        return
    for mask, box in _level_regions(median):
        if motion[box].sum() < wanted.share * total:
            continue
        body = without_tail(binary_fill_holes(mask))
        area = int(body.sum())
        if not SMALLEST * median.size <= area <= LARGEST * median.size:
            continue
        *_, length, width = ellipse(body)
        if length > LONGEST * width:
            continue
        near = distance_transform_edt(~body) <= 0.15 * area**0.5
        share = motion[box][near].sum() / total
        if share < max(wanted.share, wanted.denser * near.sum() / median.size):
            continue
        if (motion[box][near] > 0).sum() < LEAST_MOVING * area:
            continue
        sharpness = edges[box][outline_of(body)].mean()
        score = share * sharpness * ellipse_share(area, length, width)
        yield _Region(body, box, area, float(score) * _likely_size(area / median.size))


def _likely_size(share: float) -> float:
    """1 up to the middle of the sizes an animal can have, exp(-2) for the largest."""
    middle = (SMALLEST * LARGEST) ** 0.5
    deviations = 2 * np.log(max(share, middle) / middle) / np.log(LARGEST / middle)
    return float(np.exp(-(deviations**2) / 2))


def _level_regions(median: Picture) -> Iterator[tuple[Mask, Box]]:
    """Connected regions of an animal's size, brighter or darker than any of many levels."""
    from scipy.ndimage import find_objects, grey_closing, grey_opening, label

    blurred = smooth(median, 0.7)
    tail, gap = _disc(TAIL_PX), _disc(GAP_PX)
    even = np.linspace(blurred.min(), blurred.max(), LEVELS)
    levels = np.union1d(even, np.percentile(blurred, np.linspace(1, 99, LEVELS)))
    for sign in (1, -1):
        bright = sign * blurred
        for closed in (bright, grey_closing(bright, footprint=gap)):
            opened = grey_opening(closed, footprint=tail)
            for level in sign * levels:
                labels, _ = label(opened > level)
                shares = np.bincount(labels.ravel()) / labels.size
                for i, box in enumerate(find_objects(labels), start=1):
                    if SMALLEST <= shares[i] <= LARGEST:
                        wide = widened(box, max(2, int(0.2 * (shares[i] * labels.size) ** 0.5)))
                        yield labels[wide] == i, wide


def _disc(radius: float) -> Mask:
    reach = int(radius)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    return np.hypot(x, y) < radius
