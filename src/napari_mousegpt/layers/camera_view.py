"""One camera as it is drawn: its film, its poses, its clock, and where its tile lies.

The tiles stand side by side; the first camera's is at the origin, so that a recording of one camera
is drawn in pixels of its video, and so is the first of several. Knows no layer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from napari_mousegpt.datamodel.camera_clock import CameraClock, frames_on
from napari_mousegpt.datamodel.recording import VideoEntry

GAP = 0.02
"""Room between tiles, as a share of their longest side."""
PICTURE_SHAPE = 1.6
"""Width by height of the room that tiles are laid out for."""


@dataclass(frozen=True, slots=True, eq=False)
class CameraView:
    """A camera of a recording.

    Attributes
    ----------
    entry
        Its video.
    clock, reference
        Its clock, and that of the camera whose frames are counted.
    origin_yx
        Where the top left corner of its tile is.
    poses
        One row for each of its own frames, individuals as in the recording; None without.
    """

    entry: VideoEntry
    clock: CameraClock
    reference: CameraClock
    origin_yx: tuple[float, float] = (0.0, 0.0)
    poses: xr.Dataset | None = None

    @property
    def id(self) -> str:
        """Such as ``cam1``."""
        return self.entry.id

    @property
    def title(self) -> str:
        """The camera in words: ``cam1 · side``."""
        return f"{self.entry.id} · {self.entry.view}"

    @property
    def shape_yx(self) -> tuple[int, int]:
        """Height and width of its picture."""
        return self.entry.height, self.entry.width

    def frame_at(self, frame: int) -> int | None:
        """Its own frame at a frame of the reference; None where it was not filming."""
        if self.clock is self.reference:
            return frame
        own = int(frames_on(frame, self.reference, self.clock))
        return own if self.clock.inside(own) else None


def tile_origins(shapes_yx: Sequence[tuple[int, int]]) -> list[tuple[float, float]]:
    """Top left corner, y and x, of each picture in a grid with a small gap.

    As many columns as make the pictures largest; each picture in the middle of its cell; the
    first at (0, 0).
    """
    if not shapes_yx:
        return []
    gap = math.ceil(GAP * max(max(shape) for shape in shapes_yx))
    grids = [_grid(shapes_yx, columns, gap) for columns in range(1, len(shapes_yx) + 1)]
    best = min(grids, key=lambda grid: max(grid[1] * PICTURE_SHAPE, grid[2]))
    corners = best[0]
    first_y, first_x = corners[0]
    return [(y - first_y, x - first_x) for y, x in corners]


def _grid(
    shapes_yx: Sequence[tuple[int, int]], columns: int, gap: int
) -> tuple[list[tuple[float, float]], float, float]:
    """Corners for a number of columns, and height and width of the whole."""
    rows = math.ceil(len(shapes_yx) / columns)
    heights, widths = np.zeros(rows), np.zeros(columns)
    for place, (height, width) in enumerate(shapes_yx):
        row, column = divmod(place, columns)
        heights[row] = max(heights[row], height)
        widths[column] = max(widths[column], width)
    tops = np.r_[0, np.cumsum(heights + gap)]
    lefts = np.r_[0, np.cumsum(widths + gap)]
    corners = []
    for place, (height, width) in enumerate(shapes_yx):
        row, column = divmod(place, columns)
        y = tops[row] + (heights[row] - height) // 2
        x = lefts[column] + (widths[column] - width) // 2
        corners.append((float(y), float(x)))
    return corners, float(tops[-1] - gap), float(lefts[-1] - gap)
