"""The keypoints of one frame as points. The same rows at every frame, so a step costs the same
at any length of recording; a keypoint that is missing is not shown.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt.layers.colours import individual_colours, keypoint_colours
from napari_mousegpt.layers.layer_data import LayerData, metadata

ColourBy = Literal["individual", "keypoint"]

_FRAMES_FOR_SIZE = 200
_OF_BODY = 1 / 16
_LEAST_PX, _MOST_PX = 3.0, 40.0


def points_yx(position_xy: NDArray[np.floating]) -> NDArray[np.float32]:
    """Order the positions of one frame as napari wants them.

    Parameters
    ----------
    position_xy
        Shape (space, keypoint, individual), x then y.

    Returns
    -------
    numpy.ndarray
        Shape (individual * keypoint, 2), y then x, all keypoints of the first individual first;
        NaN where missing. A point at exactly (0, 0) is missing: several trackers write that.
    """
    points = position_xy[1::-1].transpose(2, 1, 0).reshape(-1, 2).astype(np.float32)
    points[(points == 0).all(axis=1)] = np.nan
    return points


def shown_points(
    points: NDArray[np.float32], confidence: NDArray[np.floating], min_confidence: float
) -> NDArray[np.bool_]:
    """Which points are there and sure enough; an unknown confidence (NaN) passes."""
    unsure = np.nan_to_num(confidence, nan=np.inf) < min_confidence
    return np.isfinite(points).all(axis=1) & ~unsure


def keypoint_size_px(poses: xr.Dataset) -> float:
    """Size of a keypoint that suits the animal: a sixteenth of its median extent."""
    rows = np.linspace(0, poses.sizes["time"] - 1, _FRAMES_FOR_SIZE).astype(int)
    sample = poses["position"].values[np.unique(rows)][:, :2]  # (time, space, keypoint, individual)
    present = np.isfinite(sample) & (sample != 0)
    highest = np.where(present, sample, -np.inf).max(axis=2)
    lowest = np.where(present, sample, np.inf).min(axis=2)
    extent = (highest - lowest).max(axis=1)
    extent = extent[np.isfinite(extent) & (extent > 0)]
    size = float(np.median(extent)) * _OF_BODY if extent.size else _LEAST_PX * 2
    return float(np.clip(size, _LEAST_PX, _MOST_PX))


def keypoints_layer(
    poses: xr.Dataset,
    *,
    frame: int = 0,
    size_px: float | None = None,
    colour_by: ColourBy | None = None,
    path: str | None = None,
) -> LayerData:
    """Show the keypoints of one frame.

    Parameters
    ----------
    size_px
        Diameter in pixels of the video; one that suits the animal if None.
    colour_by
        If None, keypoints have colours of their own where there is one animal, and those of
        their animal where there are several.
    path
        Where the poses came from.
    """
    keypoints = [str(name) for name in poses["keypoint"].values]
    individuals = [str(name) for name in poses["individual"].values]
    position = poses["position"].values[frame]
    confidence = poses["confidence"].values[frame].T.reshape(-1)
    points = points_yx(position)
    shown = shown_points(points, confidence, 0.0)
    if colour_by is None:
        colour_by = "keypoint" if len(individuals) == 1 else "individual"
    size_px = keypoint_size_px(poses) if size_px is None else size_px
    options = {
        "name": "keypoints",
        "ndim": 2,
        # Napari 0.9 draws all points of a layer of two dimensions, shown or not.
        "size": np.where(shown, size_px, 0.0),
        "canvas_size_limits": (0, 10_000),
        "shown": shown,
        "face_color": _colours(colour_by, len(keypoints), len(individuals)),
        "border_color": "black",
        "border_width": 0.12,
        "features": pd.DataFrame(
            {
                "individual": pd.Categorical(np.repeat(individuals, len(keypoints)), individuals),
                "keypoint": pd.Categorical(np.tile(keypoints, len(individuals)), keypoints),
                "confidence": confidence.astype(np.float32),
            }
        ),
        "metadata": metadata(
            "keypoints", poses.sizes["time"], poses=poses, path=path, size_px=size_px
        ),
    }
    return np.where(shown[:, None], points, 0).astype(np.float32), options, "points"


def _colours(colour_by: ColourBy, n_keypoints: int, n_individuals: int) -> NDArray[np.float32]:
    if colour_by == "individual":
        return np.repeat(individual_colours(n_individuals), n_keypoints, axis=0)
    return np.tile(keypoint_colours(n_keypoints), (n_individuals, 1))
