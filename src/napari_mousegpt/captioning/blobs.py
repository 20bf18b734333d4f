"""What stands out from an empty arena in one picture. Knows no time and no other picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.captioning.small_picture import Picture, edge_strength, smooth

SMALLEST, LARGEST = 0.001, 0.25
"""Share of the picture that an animal covers."""
LONGEST = 5.0
"""Times its width that a thing is long at most: two mice in a row, but no cable."""
NOISE_LEVELS = 5.0
"""Times the noise that a difference must be."""
SHAKE_PX = 0.15
"""How far edges of the arena may seem to move, in pixels of the small picture."""
STRONGEST = 40.0
"""Grey levels beyond which more contrast makes nothing more of an animal."""
OPENING = 0.5
"""Radius of what is taken off a body (tail, cable, paws), in radii of the largest disc in it."""
CANDIDATES = 4

Mask = NDArray[np.bool_]
Box = tuple[slice, slice]


@dataclass(frozen=True, slots=True, eq=False)
class Arena:
    """A picture without the animal, and what differs from it by chance alone."""

    picture: Picture
    edges: Picture
    threshold: Picture

    @classmethod
    def of(cls, picture: Picture, noise: float) -> Arena:
        """Make an arena of a picture whose pixels vary by ``noise`` (standard deviation)."""
        edges = edge_strength(picture)
        return cls(picture, edges, NOISE_LEVELS * (noise + SHAKE_PX * smooth(edges, 1.0)))


@dataclass(frozen=True, slots=True)
class Blob:
    """A thing that may be the animal.

    Attributes
    ----------
    x, y, length, width
        Centre and axes of the ellipse with the same moments, pixels of the small picture.
    area
        Pixels, without tail.
    whole
        Share of the outline that is an edge in this picture and none in the arena's: about 1 for
        an animal that the arena's picture does not show, less for the part of it that moved.
    brighter
        Mean difference from the arena.
    weight
        How much of an animal it is: area times contrast, less if it is ragged, or rather what an
        animal left behind than an animal.
    """

    x: float
    y: float
    length: float
    width: float
    area: float
    whole: float
    brighter: float
    weight: float


def find_blobs(picture: Picture, arena: Arena) -> tuple[list[Blob], float]:
    """Find what stands out, the heaviest first, and the share of the picture that differs.

    The picture must be as bright as the arena's.
    """
    from scipy.ndimage import find_objects, grey_opening, label

    difference = grey_opening(smooth(np.abs(picture - arena.picture), 1.2), size=3)
    labels, count = label(difference > arena.threshold)
    if not count:
        return [], 0.0
    pixels = np.bincount(labels.ravel())
    sums = np.bincount(labels.ravel(), np.minimum(difference, STRONGEST).ravel())
    changed = 1 - pixels[0] / labels.size
    sums[pixels < SMALLEST * labels.size] = 0
    sums[0] = 0
    boxes = find_objects(labels)
    found = []
    for i in np.argsort(-sums)[:CANDIDATES]:
        if sums[i] > 0:
            box = widened(boxes[i - 1], 2)
            blob = _measure(labels[box] == i, box, difference, picture, arena)
            found += [blob] if blob else []
    return sorted(found, key=lambda blob: -blob.weight), float(changed)


def _measure(
    mask: Mask, box: Box, difference: Picture, picture: Picture, arena: Arena
) -> Blob | None:
    from scipy.ndimage import binary_fill_holes

    contrast = difference[box]
    # Half of its contrast is where a blurred outline lies, and leaves shadows out.
    mask = binary_fill_holes(mask & (contrast > 0.5 * np.median(contrast[mask])))
    body = without_tail(mask)
    area = int(body.sum())
    if not SMALLEST * difference.size <= area <= LARGEST * difference.size:
        return None
    x, y, length, width = ellipse(body)
    if length > LONGEST * width:
        return None
    outline = outline_of(body)
    edges, arena_edges = edge_strength(picture[box])[outline], arena.edges[box][outline]
    here = edges.mean() / (edges.mean() + arena_edges.mean() + 1e-6)
    strength = np.minimum(contrast[body].mean(), STRONGEST)
    return Blob(
        x=x + box[1].start,
        y=y + box[0].start,
        length=length,
        width=width,
        area=area,
        whole=float((edges > 1.5 * arena_edges + 1).mean()),
        brighter=float((picture[box] - arena.picture[box])[body].mean()),
        weight=float(area * strength * here**2 * ellipse_share(area, length, width)),
    )


def without_tail(mask: Mask) -> Mask:
    """Keep the largest part of a shape that a disc of half its thickness can reach."""
    from scipy.ndimage import distance_transform_edt, label

    depth = distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
    radius = OPENING * depth.max()
    if radius < 1:
        return mask
    cores, count = label(depth > radius)
    if count > 1:
        cores = cores == 1 + np.argmax(np.bincount(cores.ravel())[1:])
    return mask & (distance_transform_edt(cores == 0) <= radius)


def ellipse(mask: Mask) -> tuple[float, float, float, float]:
    """Centre x and y, length and width of the ellipse with a shape's moments, pixels."""
    y, x = np.nonzero(mask)
    middle_x, middle_y = x.mean(), y.mean()
    x, y = x - middle_x, y - middle_y
    xx, yy, xy = (x * x).mean() + 1 / 12, (y * y).mean() + 1 / 12, (x * y).mean()
    mean, half = (xx + yy) / 2, np.hypot((xx - yy) / 2, xy)
    return (
        float(middle_x),
        float(middle_y),
        4 * float(mean + half) ** 0.5,
        4 * max(float(mean - half), 1 / 12) ** 0.5,
    )


def ellipse_share(area: float, length: float, width: float) -> float:
    """Share of an ellipse that a shape of these moments fills: 1 for an ellipse, less if ragged."""
    return area / (np.pi / 4 * length * width)


def outline_of(mask: Mask) -> Mask:
    """Pixels of a shape that have a neighbour outside of it; the picture's border has none."""
    from scipy.ndimage import binary_erosion

    return mask & ~binary_erosion(mask, border_value=1)


def widened(box: Box, margin: int) -> Box:
    """Widen a box on all sides; it may end outside of the picture, but not begin there."""
    y, x = box
    return (
        slice(max(0, y.start - margin), y.stop + margin),
        slice(max(0, x.start - margin), x.stop + margin),
    )
