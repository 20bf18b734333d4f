"""Bare arrays of poses (.npy) of shape (frames, keypoints, 2 or 3). Never unpickles."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.io.pose_formats.keypoint_names import counted_keypoints
from napari_mousegpt.io.pose_formats.pose_arrays import single

suffixes = frozenset({".npy"})

LIMIT_BYTES = 16 << 30
"""Size of the array."""


def matches(path: Path) -> bool:
    """Look at the header only. Return False for anything unexpected."""
    try:
        _opened(path)
    except (OSError, ValueError):
        return False
    return True


def read(path: Path, *, fps: float | None = None) -> xr.Dataset:
    """Read poses; row k is frame k, a missing point is NaN.

    A third number that is between 0 and 1 everywhere, beside pixels, is taken as the confidence;
    otherwise as z.

    Raises
    ------
    ValueError
        If the file holds anything but an array of numbers of shape (frames, keypoints, 2 or 3).
    OSError
        If it cannot be read.
    """
    path = Path(path)
    stored = _opened(path)
    position = single(stored).transpose(0, 2, 1)  # (time, space, keypoint)
    keypoints, problems = counted_keypoints(position.shape[2])
    confidence = None
    if position.shape[1] == 3 and _is_confidence(position):
        position, confidence = position[:, :2], position[:, 2, :, None]
        problems.append("the third number is between 0 and 1 throughout: read as confidence")
    return make_poses(
        np.ascontiguousarray(position)[..., None],
        confidence,
        keypoints=keypoints,
        fps=fps,
        source_software="numpy",
        source_file=str(path),
        problems=problems,
    )


def _opened(path: Path) -> NDArray:
    """Map the array, whose header numpy parses without running anything."""
    try:
        stored = np.lib.format.open_memmap(path, mode="r")  # refuses Python objects
    except OSError:
        raise
    except Exception as error:  # numpy has no closed list of complaints about headers
        raise ValueError(f"{path.name}: expected an array of numbers ({error})") from None
    if (
        stored.dtype.kind not in "iuf"
        or stored.ndim != 3
        or stored.shape[2] not in (2, 3)
        or not 0 < stored.nbytes <= LIMIT_BYTES
    ):
        raise ValueError(
            f"{path.name}: expected numbers of shape (frames, keypoints, 2 or 3), "
            f"found {stored.dtype}, {stored.shape}"
        )
    return stored


def _is_confidence(position: NDArray[np.float32]) -> bool:
    third = position[:, 2]
    third = third[np.isfinite(third)]
    pixels = position[:, :2][np.isfinite(position[:, :2])]
    return bool(
        third.size and third.min() >= 0 and third.max() <= 1 and pixels.size and pixels.max() > 2
    )
