"""Where each animal has just been, as fading vectors; as many at every frame."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt.layers.colours import individual_colours
from napari_mousegpt.layers.keypoints import keypoint_size_px
from napari_mousegpt.layers.layer_data import LayerData, metadata

SEGMENTS = 24
_OF_KEYPOINT = 0.3


def trail_vectors(position: NDArray[np.floating], frame: int, n_frames: int) -> NDArray[np.float32]:
    """Path of each animal's middle over the last ``n_frames`` before ``frame``.

    Parameters
    ----------
    position
        All poses, shape (time, space, keypoint, individual), x then y.

    Returns
    -------
    numpy.ndarray
        Start and projection, y then x, shape (individual * SEGMENTS, 2, 2), oldest first.
        Segments without length stand for what is missing or before the beginning.
    """
    ages = np.linspace(n_frames, 0, SEGMENTS + 1).round().astype(int)
    rows = np.clip(frame - ages, 0, len(position) - 1)
    recent = position[rows, :2]  # (SEGMENTS + 1, 2, keypoint, individual)
    present = np.isfinite(recent) & (recent != 0).any(axis=1, keepdims=True)
    count = present.sum(axis=2)
    total = np.where(present, recent, 0).sum(axis=2)
    middle = total / np.maximum(count, 1)  # (SEGMENTS + 1, 2, individual)
    seen = (count > 0).all(axis=1)
    path = middle[:, ::-1].transpose(2, 0, 1)  # (individual, SEGMENTS + 1, yx)
    vectors = np.stack([path[:, :-1], np.diff(path, axis=1)], axis=2)
    vectors[~(seen[:-1] & seen[1:]).T] = 0
    return vectors.reshape(-1, 2, 2).astype(np.float32)


def trail_layer(
    poses: xr.Dataset, *, frame: int = 0, n_frames: int = 60, size_px: float | None = None
) -> LayerData:
    """Show the last ``n_frames`` of each animal's path."""
    n_individuals = poses.sizes["individual"]
    colours = np.repeat(individual_colours(n_individuals), SEGMENTS, axis=0)
    colours[:, 3] = np.tile(np.linspace(0.05, 0.9, SEGMENTS), n_individuals)
    size_px = keypoint_size_px(poses) if size_px is None else size_px
    options = {
        "name": "trail",
        "ndim": 2,
        "edge_width": size_px * _OF_KEYPOINT,
        "edge_color": colours,
        "vector_style": "line",
        "metadata": metadata("trail", poses.sizes["time"], trail_frames=n_frames),
    }
    return trail_vectors(poses["position"].values, frame, n_frames), options, "vectors"
