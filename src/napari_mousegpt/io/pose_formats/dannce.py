"""Points in space from DANNCE and sDANNCE (save_data_*.mat). Knows no calibration."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr

from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.io.pose_formats import mat_arrays
from napari_mousegpt.io.pose_formats.individuals import individual_names
from napari_mousegpt.io.pose_formats.keypoint_names import WORLD_PROBLEM, counted_keypoints
from napari_mousegpt.io.pose_formats.pose_arrays import single

suffixes = frozenset({".mat"})


def matches(path: Path) -> bool:
    """Look at the header only. Return False for anything unexpected."""
    try:
        shape = mat_arrays.shapes(path).get("pred", ())
    except (OSError, ValueError):
        return False
    return len(shape) in (3, 4) and shape[-2] == 3


def read(path: Path, *, fps: float | None = None) -> xr.Dataset:
    """Read poses; row k is the k-th sample, and the confidence is DANNCE's ``p_max``.

    Raises
    ------
    ValueError
        If there are no predictions of shape (samples, [animals,] 3, keypoints).
    OSError
        If it cannot be read.
    """
    path = Path(path)
    found = mat_arrays.arrays(path, ("pred", "p_max"))
    position = found.get("pred", np.empty(0))
    if position.ndim == 3:  # DANNCE: one animal
        position = position[:, None]
    if position.ndim != 4 or position.shape[2] != 3 or not position.size:
        raise ValueError(
            f"{path.name}: expected pred of shape (samples, [animals,] 3, keypoints), "
            f"found {position.shape}"
        )
    position = position.transpose(0, 2, 3, 1)  # (time, space, keypoint, individual)
    n_time, _, n_keypoints, n_animals = position.shape
    confidence = found.get("p_max")
    if confidence is not None and confidence.size == n_time * n_keypoints * n_animals:
        confidence = single(confidence.reshape(n_time, n_animals, n_keypoints).swapaxes(1, 2))
    else:
        confidence = None
    keypoints, problems = counted_keypoints(n_keypoints)
    return make_poses(
        single(position),
        confidence,
        keypoints=keypoints,
        individuals=individual_names([], n_animals),
        fps=fps,
        source_software="DANNCE",
        source_file=str(path),
        problems=[*problems, WORLD_PROBLEM],
    )
