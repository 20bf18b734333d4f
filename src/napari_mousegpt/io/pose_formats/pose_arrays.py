"""Arrays of single precision, as poses are kept in. Knows no format."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LIMIT_BYTES = 16 << 30
"""Size of the poses of one file."""


def single(values: NDArray) -> NDArray[np.float32]:
    """Convert numbers to float32, C-contiguous; one too large for it becomes infinite.

    Infinite positions are missing ones, see `datamodel.poses.make_poses`.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        return np.ascontiguousarray(values, np.float32)


def empty_poses(
    n_time: int, n_space: int, n_keypoints: int, n_individuals: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return positions (time, space, keypoint, individual) and confidences, all NaN.

    Raises
    ------
    ValueError
        If an axis is empty, or the arrays would be larger than `LIMIT_BYTES`, as with a file of
        many short tracks or one made up to fill the memory.
    """
    shape = (n_time, n_space, n_keypoints, n_individuals)
    if not all(shape):
        raise ValueError(
            f"expected poses, found {n_time} frames, {n_keypoints} keypoints and "
            f"{n_individuals} individuals"
        )
    n_bytes = 4 * n_time * (n_space + 1) * n_keypoints * n_individuals
    if n_bytes > LIMIT_BYTES:
        raise ValueError(
            f"{n_time} frames, {n_keypoints} keypoints and {n_individuals} individuals need "
            f"{n_bytes / 1e9:.0f} GB, too much. Join or delete short tracks before exporting"
        )
    confidence = np.full((n_time, n_keypoints, n_individuals), np.nan, np.float32)
    return np.full(shape, np.nan, np.float32), confidence
