"""Puts one frame of the poses into the layers that show it. Knows layers, not where they are from.

Data is changed in place and the layer told to look again: that costs 1 ms a layer, while
assigning makes napari work out the extent of all layers and takes 3 to 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_mousegpt.layers.keypoints import points_yx, shown_points
from napari_mousegpt.layers.layer_data import MARK, Kind
from napari_mousegpt.layers.said_layer import label_points
from napari_mousegpt.layers.skeleton import edge_vectors
from napari_mousegpt.layers.trail import trail_vectors

if TYPE_CHECKING:
    import xarray as xr
    from napari.layers import Layer


class FrameDrawing:
    """The layers of one set of poses, brought to a frame.

    Parameters
    ----------
    poses
        One row per frame of the video.
    layers
        By kind; those that are hidden are left as they are.
    """

    def __init__(self, poses: xr.Dataset, layers: Mapping[Kind, Layer]) -> None:
        self.layers = layers
        self.min_confidence = 0.0
        self._position = poses["position"].values
        self._confidence = poses["confidence"].values

    def draw(self, frame: int) -> None:
        """Bring keypoints, skeleton and trail to a frame; past the end nothing is shown."""
        points = points_yx(self.position_at(frame))
        if 0 <= frame < len(self._confidence):
            confidence = self._confidence[frame].T.reshape(-1)
        else:
            confidence = np.full(len(points), np.nan, np.float32)
        shown = shown_points(points, confidence, self.min_confidence)
        points = np.where(shown[:, None], points, 0)
        if layer := self._visible("keypoints"):
            if len(layer.features) == len(confidence):
                layer.features["confidence"] = confidence
            _show(layer, shown)
            _put(layer, points)
        if layer := self._visible("skeleton"):
            _put(layer, edge_vectors(points, shown, layer.metadata[MARK]["edges"]))
        if layer := self._visible("trail"):
            _put(layer, trail_vectors(self._position, frame, layer.metadata[MARK]["trail_frames"]))

    def draw_words(
        self, frame: int, words: Sequence[str], *, zoom: float, shape_yx: tuple[int, int]
    ) -> None:
        """Bring the words beside the animals to a frame."""
        if any(words) and (layer := self._visible("said")):
            position = self.position_at(frame)
            points, shown = label_points(position, words, zoom=zoom, shape_yx=shape_yx)
            if len(layer.shown) == len(shown):
                layer.shown[:] = shown
            _put(layer, points)

    def seen(self, frame: int) -> list[bool]:
        """Which individuals have a pose at a frame."""
        position = self.position_at(frame)
        there = np.isfinite(position).all(axis=0) & (position != 0).any(axis=0)
        return list(there.any(axis=0))

    def position_at(self, frame: int) -> np.ndarray:
        """Positions of one frame, shape (space, keypoint, individual); NaN past the end."""
        if 0 <= frame < len(self._position):
            return self._position[frame]
        return np.full(self._position.shape[1:], np.nan, np.float32)

    def _visible(self, kind: Kind) -> Layer | None:
        layer = self.layers.get(kind)
        return layer if layer is not None and layer.visible else None


def _show(layer: Any, shown: np.ndarray) -> None:
    """Hide points by giving them no size: in two dimensions napari 0.9 draws all the others."""
    if len(layer.size) != len(shown):
        return
    size_px = layer.metadata[MARK]["size_px"]
    layer.size[:] = np.where(shown, np.where(layer.size > 0, layer.size, size_px), 0.0)
    layer.shown[:] = shown


def _put(layer: Any, data: np.ndarray) -> None:
    if layer.data.shape != data.shape:
        return  # somebody added or removed points
    layer.data[:] = data
    layer.refresh(extent=False, thumbnail=False, highlight=False)
