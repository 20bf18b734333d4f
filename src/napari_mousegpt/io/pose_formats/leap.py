"""Labels of LEAP (.mat), the program before SLEAP. Knows no video."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr

from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.io.doors.safe_mat import is_old_mat, load_structure
from napari_mousegpt.io.pose_formats import mat_arrays
from napari_mousegpt.io.pose_formats.keypoint_names import counted_keypoints
from napari_mousegpt.io.pose_formats.pose_arrays import single

suffixes = frozenset({".mat"})


def matches(path: Path) -> bool:
    """Look at the header only. Return False for anything unexpected."""
    try:
        found = mat_arrays.shapes(path)
    except (OSError, ValueError):
        return False
    shape = found.get("positions", ())
    return len(shape) == 3 and shape[1] == 2 and found.get("initialization") == shape


def read(path: Path, *, fps: float | None = None) -> xr.Dataset:
    """Read labels; a frame that nobody labelled is NaN, and there are no confidences.

    Raises
    ------
    ValueError
        If there are no positions of shape (keypoints, 2, frames).
    OSError
        If it cannot be read.
    """
    path = Path(path)
    position = mat_arrays.arrays(path, ["positions"]).get("positions", np.empty(0))
    if position.ndim != 3 or position.shape[1] != 2 or not position.size:
        raise ValueError(
            f"{path.name}: expected positions of shape (keypoints, 2, frames), "
            f"found {position.shape}"
        )
    position = position.transpose(2, 1, 0)[..., None]  # (time, space, keypoint, individual)
    keypoints, problems = _keypoints(path, position.shape[2])
    return make_poses(
        single(position),
        keypoints=keypoints,
        fps=fps,
        source_software="LEAP",
        source_file=str(path),
        problems=problems,
    )


def _keypoints(path: Path, n_keypoints: int) -> tuple[list[str], list[str]]:
    """Names in ``skeleton.nodes``; numbers where there are none, or not as many."""
    try:
        if is_old_mat(path):
            nodes = load_structure(path, ("skeleton",)).get("nodes", ())
            names = [str(name) for name in np.ravel(np.asarray(nodes, object))]
        else:
            names = mat_arrays.cell_texts(path, "skeleton", "nodes")
    except ValueError:
        names = []
    return (names, []) if len(names) == n_keypoints else counted_keypoints(n_keypoints)
