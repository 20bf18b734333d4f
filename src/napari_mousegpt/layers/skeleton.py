"""The skeleton of one frame as vectors, as many at every frame. Knows no time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt.layers.colours import individual_colours
from napari_mousegpt.layers.keypoints import keypoint_size_px, points_yx, shown_points
from napari_mousegpt.layers.layer_data import LayerData, metadata

Edges = NDArray[np.int64]
_OF_KEYPOINT = 0.4


def edge_rows(
    skeleton: Sequence[tuple[str, str]], keypoints: Sequence[str], n_individuals: int
) -> Edges:
    """Find the rows of `points_yx` that the skeleton joins, shape (individual * edge, 2).

    Edges that name a keypoint that is not there are left out.
    """
    place = {name: row for row, name in enumerate(keypoints)}
    edges = [(place[a], place[b]) for a, b in skeleton if a in place and b in place]
    one = np.array(edges, np.int64).reshape(-1, 2)
    firsts = len(keypoints) * np.arange(n_individuals)
    return (firsts[:, None, None] + one).reshape(-1, 2)


def edge_vectors(
    points: NDArray[np.float32], shown: NDArray[np.bool_], edges: Edges
) -> NDArray[np.float32]:
    """Lines of the skeleton as start and projection, shape (individual * edge, 2, 2).

    A line with an end that is not shown has no length.
    """
    starts, stops = points[edges[:, 0]], points[edges[:, 1]]
    vectors = np.stack([starts, stops - starts], axis=1)
    hidden = ~(shown[edges[:, 0]] & shown[edges[:, 1]])
    vectors[hidden] = 0
    return vectors


def skeleton_layer(
    poses: xr.Dataset,
    skeleton: Sequence[tuple[str, str]],
    *,
    frame: int = 0,
    size_px: float | None = None,
) -> LayerData:
    """Show the skeleton of one frame; ``size_px`` is the size of the keypoints it joins."""
    keypoints = [str(name) for name in poses["keypoint"].values]
    n_individuals = poses.sizes["individual"]
    edges = edge_rows(skeleton, keypoints, n_individuals)
    points = points_yx(poses["position"].values[frame])
    size_px = keypoint_size_px(poses) if size_px is None else size_px
    colours = individual_colours(n_individuals)
    options = {
        "name": "skeleton",
        "ndim": 2,
        "edge_width": size_px * _OF_KEYPOINT,
        "edge_color": np.repeat(colours, len(edges) // max(1, n_individuals), axis=0),
        "vector_style": "line",
        "opacity": 0.85,
        "metadata": metadata("skeleton", poses.sizes["time"], edges=edges),
    }
    shown = shown_points(points, np.full(len(points), np.nan), 0.0)
    return edge_vectors(points, shown, edges), options, "vectors"
