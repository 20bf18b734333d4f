"""Points in space from sleap-anipose (points3d.h5). Knows no calibration."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr

from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.io.doors import h5_values
from napari_mousegpt.io.doors.safe_h5 import open_h5
from napari_mousegpt.io.pose_formats.individuals import individual_names
from napari_mousegpt.io.pose_formats.keypoint_names import WORLD_PROBLEM, counted_keypoints

suffixes = frozenset({".h5", ".hdf5"})


def matches(path: Path) -> bool:
    """Look at the header only. Return False for anything unexpected."""
    try:
        with open_h5(path) as file:
            shape = h5_values.numbers(file, "tracks").shape
            return len(shape) == 4 and shape[3] == 3 and "node_names" not in file
    except (OSError, ValueError):
        return False


def read(path: Path, *, fps: float | None = None) -> xr.Dataset:
    """Read poses; a missing point is NaN, and the file gives no confidences.

    Raises
    ------
    ValueError
        If there are no tracks of shape (frames, animals, nodes, 3).
    OSError
        If it cannot be read.
    """
    path = Path(path)
    with open_h5(path) as file:
        tracks = h5_values.numbers(file, "tracks")
        if len(tracks.shape) != 4 or tracks.shape[3] != 3 or not tracks.size:
            raise ValueError(
                f"expected tracks of shape (frames, animals, nodes, 3), found {tracks.shape}"
            )
        position = tracks.astype(np.float32)[()].transpose(0, 3, 2, 1)
    keypoints, problems = counted_keypoints(position.shape[2])
    return make_poses(
        np.ascontiguousarray(position),
        keypoints=keypoints,
        individuals=individual_names([], position.shape[3]),
        fps=fps,
        source_software="sleap-anipose",
        source_file=str(path),
        problems=[*problems, WORLD_PROBLEM],
    )
