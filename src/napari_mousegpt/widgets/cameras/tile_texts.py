"""Writes into each camera's tile which camera it is, and what is said there. Knows no pose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from napari_mousegpt.layers.layer_data import Kind
from napari_mousegpt.layers.tile_text import corner_points, letters_in, tile_features, tile_text

if TYPE_CHECKING:
    from napari.layers import Layer

    from napari_mousegpt.widgets.viewer_state import ViewerState


class TileTexts:
    """Fills the layer ``tiles``, where there is one; touches it only when something changes."""

    def __init__(self, state: ViewerState, layers: Mapping[Kind, Layer]) -> None:
        self._state = state
        self._layers = layers
        self._sentences: Sequence[Sequence[str]] = ()
        self._written: tuple[object, ...] = ()

    def write(self, sentences: Sequence[Sequence[str]]) -> None:
        """Write what is said of each camera."""
        self._sentences = sentences
        self.place()

    def place(self) -> None:
        """Bring texts and places to the cameras looked at and the zoom."""
        layer = self._layers.get("tiles")
        cameras, zoom = self._state.cameras, self._state.viewer.scene.camera.zoom
        if layer is None or not cameras.views:
            return
        texts = tuple(self._text(place, zoom) for place in range(len(cameras.views)))
        if (layer, texts, zoom) == self._written:
            return
        if (layer, texts) != self._written[:2]:
            columns = tile_features(texts)
            if len(columns["said"]) != len(layer.features):
                return  # somebody added or removed points
            for name, column in columns.items():
                layer.features[name] = column
            layer.refresh_text()
        self._written = layer, texts, zoom
        layer.data[:] = corner_points(cameras.views, texts, zoom=zoom)
        layer.refresh(extent=False, thumbnail=False, highlight=False)

    def _text(self, place: int, zoom: float) -> str:
        cameras = self._state.cameras
        view = cameras.views[place]
        if not cameras.shows(view.id):
            return ""
        sentences = self._sentences[place] if place < len(self._sentences) else ()
        return tile_text(view.title, sentences, letters_in(view, zoom))
