"""Puts one frame of the poses into the layers that show it. Knows layers, not where they are from.

Data is changed in place and the layer told to look again: that costs 1 ms a layer, while
assigning makes napari work out the extent of all layers and takes 3 to 5. So all cameras share
their layers, too: rows go camera by camera, each in its tile.
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

Frames = Sequence[int | None]
"""The frame of each camera; None for one that is not seen."""


class PosedTile:
    """The poses of one camera, and the corner of its tile.

    Parameters
    ----------
    poses
        One row per frame of its video; None where there are none.
    n_individuals
        How many animals have words, where there are no poses.
    """

    def __init__(
        self,
        poses: xr.Dataset | None,
        origin_yx: tuple[float, float] = (0.0, 0.0),
        *,
        n_individuals: int = 1,
    ) -> None:
        none = np.zeros((0, 2, 0, n_individuals), np.float32)
        self.position = none if poses is None else poses["position"].values
        self.confidence = none[:, 0] if poses is None else poses["confidence"].values
        self.has_poses = poses is not None
        self.origin_yx = np.asarray(origin_yx, np.float32)

    def position_at(self, frame: int | None) -> np.ndarray:
        """Positions of one frame, shape (space, keypoint, individual); NaN past the end."""
        if frame is not None and 0 <= frame < len(self.position):
            return self.position[frame]
        return np.full(self.position.shape[1:], np.nan, np.float32)

    def confidence_at(self, frame: int | None) -> np.ndarray:
        """Confidences in the order of `points_yx`; NaN past the end."""
        if frame is not None and 0 <= frame < len(self.confidence):
            return self.confidence[frame].T.reshape(-1)
        return np.full(np.prod(self.confidence.shape[1:], dtype=int), np.nan, np.float32)

    def trail_at(self, frame: int | None, n_frames: int) -> np.ndarray:
        """The trail in the tile; without length where the camera is not seen."""
        vectors = trail_vectors(self.position, frame or 0, n_frames)
        if frame is None:
            vectors[:] = 0
        vectors[:, 0] += self.origin_yx
        return vectors

    def seen_at(self, frame: int | None) -> list[bool]:
        """Which individuals have a pose at a frame."""
        position = self.position_at(frame)
        there = np.isfinite(position).all(axis=0) & (position != 0).any(axis=0)
        return list(there.any(axis=0))


class FrameDrawing:
    """The layers of the poses of all cameras, brought to a frame.

    Parameters
    ----------
    tiles
        One for each camera.
    layers
        By kind; those that are hidden are left as they are.
    """

    def __init__(self, tiles: Sequence[PosedTile], layers: Mapping[Kind, Layer]) -> None:
        self.tiles = tiles
        self.layers = layers
        self.min_confidence = 0.0

    def draw(self, frames: Frames) -> None:
        """Bring keypoints, skeleton and trail to a frame; past the end nothing is shown."""
        pairs = [pair for pair in zip(self.tiles, frames, strict=True) if pair[0].has_poses]
        if not pairs:
            return
        points = [points_yx(tile.position_at(frame)) for tile, frame in pairs]
        confidence = np.concatenate([tile.confidence_at(frame) for tile, frame in pairs])
        shown = shown_points(np.concatenate(points), confidence, self.min_confidence)
        moved = [part + tile.origin_yx for part, (tile, _) in zip(points, pairs, strict=True)]
        placed = np.where(shown[:, None], np.concatenate(moved), 0)
        if layer := self._visible("keypoints"):
            if len(layer.features) == len(confidence):
                layer.features["confidence"] = confidence
            _show(layer, shown)
            _put(layer, placed)
        if layer := self._visible("skeleton"):
            _put(layer, edge_vectors(placed, shown, layer.metadata[MARK]["edges"]))
        if layer := self._visible("trail"):
            lengths = np.broadcast_to(layer.metadata[MARK]["trail_frames"], len(pairs))
            trails = [
                tile.trail_at(frame, int(length))
                for (tile, frame), length in zip(pairs, lengths, strict=True)
            ]
            _put(layer, np.concatenate(trails))

    def draw_words(
        self,
        frames: Frames,
        words: Sequence[str],
        *,
        zoom: float,
        shapes_yx: Sequence[tuple[int, int]],
    ) -> None:
        """Bring the words beside the animals to a frame; those of a camera are all together."""
        layer = self._visible("said")
        if layer is None or not any(words):
            return
        points, shown = [], []
        per_tile = len(words) // len(self.tiles)
        for place, (tile, frame) in enumerate(zip(self.tiles, frames, strict=True)):
            mine = words[place * per_tile : (place + 1) * per_tile]
            position = tile.position_at(frame)
            there, visible = label_points(position, mine, zoom=zoom, shape_yx=shapes_yx[place])
            points.append(there + tile.origin_yx)
            shown.append(visible)
        if len(layer.shown) == sum(map(len, shown)):
            layer.shown[:] = np.concatenate(shown)
        _put(layer, np.concatenate(points))

    def seen(self, frames: Frames) -> list[bool]:
        """Which individuals have a pose at a frame, those of a camera all together."""
        pairs = zip(self.tiles, frames, strict=True)
        return [one for tile, frame in pairs for one in tile.seen_at(frame)]

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
