"""Very many dots as one picture, and which dot each pixel belongs to. Knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RADII_PX = ((1_500, 4.5), (5_000, 3.2), (12_000, 2.2), (40_000, 1.5))
SMALLEST_PX = 1.0
EDGE_SHADE = 0.45
"""How bright the edge of a dot is, of its colour."""


@dataclass(frozen=True, slots=True, eq=False)
class DotsPicture:
    """``argb`` of each pixel (premultiplied, 0 where there is none) and ``rows``, the dot there.

    Both of shape (height, width) with a margin of ``margin`` pixels on each side; ``rows`` counts
    dots from 1, 0 is none.
    """

    argb: NDArray[np.uint32]
    rows: NDArray[np.int32]
    margin: int

    def row_at(self, x_px: float, y_px: float, *, reach_px: int = 4) -> int | None:
        """The dot at a place, or the nearest one within a reach."""
        column, line = round(x_px) + self.margin, round(y_px) + self.margin
        top, left = max(0, line - reach_px), max(0, column - reach_px)
        near = self.rows[top : max(0, line + reach_px + 1), left : max(0, column + reach_px + 1)]
        lines, columns = np.nonzero(near)
        if not len(lines):
            return None
        nearest = np.argmin((lines + top - line) ** 2 + (columns + left - column) ** 2)
        return int(near[lines[nearest], columns[nearest]]) - 1


def radius_for(count: int) -> float:
    """Radius in pixels at which so many dots can still be told apart."""
    return next((radius for most, radius in RADII_PX if count <= most), SMALLEST_PX)


def draw_dots(
    x_px: NDArray[np.float64],
    y_px: NDArray[np.float64],
    colours: NDArray[np.uint32],
    size: tuple[int, int],
    *,
    radius_px: float,
    edge: np.uint32 | None = None,
) -> DotsPicture:
    """Draw dots, later ones over earlier ones, in time that grows with their pixels alone.

    Parameters
    ----------
    x_px, y_px
        Centres, shape (dots,); NaN and what lies outside is left out.
    colours
        0xFFRRGGBB, shape (dots,).
    size
        Width and height in pixels.
    edge
        Colour of the edges; a darker one of each dot if None.
    """
    width, height = size
    margin = int(np.ceil(radius_px)) + 1
    across = width + 2 * margin
    argb = np.zeros((height + 2 * margin) * across, np.uint32)
    rows = np.zeros(argb.shape, np.int32)
    with np.errstate(invalid="ignore"):
        inside = (x_px >= -0.5) & (x_px <= width - 0.5) & (y_px >= -0.5) & (y_px <= height - 0.5)
    seen = np.flatnonzero(inside)
    centres = (np.rint(y_px[seen]).astype(np.int64) + margin) * across
    centres += np.rint(x_px[seen]).astype(np.int64) + margin
    offsets, coverage, on_edge = _disc(radius_px, across)
    # Dot by dot, so that of values put in one place the last dot's stays.
    places = (centres[:, None] + offsets[None, :]).ravel()
    body = colours[seen]
    rim = np.full(len(seen), edge, np.uint32) if edge is not None else body
    if edge is None and on_edge.any():
        rim = darker(body)
    if on_edge.any() or (coverage < 1).any():
        stamped = np.where(on_edge[None, :], rim[:, None], body[:, None])
        argb[places] = _faded(stamped, coverage).ravel()
    else:
        argb[places] = np.repeat(body if edge is None else rim, len(offsets))
    rows[places] = np.repeat(seen.astype(np.int32) + 1, len(offsets))
    shape = (height + 2 * margin, across)
    return DotsPicture(argb.reshape(shape), rows.reshape(shape), margin)


def darker(colours: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The same colours, less bright."""
    return _scaled(colours, np.full(len(colours), EDGE_SHADE)) | np.uint32(0xFF000000)


def _faded(colours: NDArray[np.uint32], coverage: NDArray[np.float64]) -> NDArray[np.uint32]:
    """Colours of shape (dots, pixels), premultiplied where a dot covers part of a pixel."""
    partly = np.flatnonzero(coverage < 1)
    faded = colours.copy()
    faded[:, partly] = _scaled(colours[:, partly], coverage[partly])
    return faded


def _scaled(colours: NDArray[np.uint32], by: NDArray[np.float64]) -> NDArray[np.uint32]:
    scaled = np.zeros(colours.shape, np.uint32)
    for shift in (24, 16, 8, 0):
        scaled |= (((colours >> shift) & 0xFF) * by).astype(np.uint32) << np.uint32(shift)
    return scaled


def _disc(
    radius: float, across: int
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.bool_]]:
    """Where the pixels of a disc lie from its centre, how far it covers each, and its edge."""
    reach = int(np.ceil(radius))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    distance = np.hypot(x, y)
    coverage = np.clip(radius + 0.5 - distance, 0, 1) if radius > 2 else 1.0 * (distance <= radius)
    inside = coverage > 0.05
    edge = (distance > radius - 1.2) & (radius > 3)
    return (y * across + x)[inside], coverage[inside], edge[inside]
