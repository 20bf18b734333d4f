"""The choice of windows in the layer ``bouts``, both ways, so that other plugins share it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_mousegpt.datamodel.matching_spans import matching_rows
from napari_mousegpt.layers.layer_data import mark_of
from napari_mousegpt.widgets.chosen_windows import ChosenWindows, spans_of

if TYPE_CHECKING:
    from napari.layers import Points


class ChosenInLayer:
    """Selects the points of chosen windows, and chooses the windows of selected points."""

    def __init__(self, chosen: ChosenWindows) -> None:
        self._chosen = chosen
        self._layer: Points | None = None
        self._telling = False
        viewer = chosen.state.viewer
        chosen.changed.connect(self._on_chosen)
        # After whoever puts the rows of another recording into the layer.
        chosen.state.recording_changed.connect(self._on_recording)
        viewer.layers.events.inserted.connect(self._on_recording, position="last")
        viewer.layers.events.removed.connect(self._on_recording, position="last")
        self._on_recording()

    def _on_recording(self, event: object = None) -> None:
        layers = [
            layer
            for layer in self._chosen.state.viewer.layers
            if mark_of(layer.metadata).get("kind") == "bouts"
        ]
        newest = layers[-1] if layers else None
        if newest is not self._layer:
            if self._layer is not None:
                self._layer.selected_data.events.items_changed.disconnect(self._on_selected)
            self._layer = newest
            if newest is not None:
                newest.selected_data.events.items_changed.connect(self._on_selected)
        self._on_chosen()

    def _on_chosen(self) -> None:
        layer = self._layer
        if layer is None or self._telling:
            return
        table = layer.features
        if len(table) != len(layer.data):
            return  # somebody adds points
        marked = matching_rows(
            self._chosen.spans,
            np.asarray(table["individual"], object),
            table["start"].to_numpy(np.int64),
            table["stop"].to_numpy(np.int64),
        )
        rows = set(np.flatnonzero(marked).tolist())
        if rows != set(layer.selected_data):
            self._telling = True
            try:
                layer.selected_data = rows
            finally:
                self._telling = False

    def _on_selected(self, event: object = None) -> None:
        layer = self._layer
        if layer is None or self._telling or len(layer.features) != len(layer.data):
            return
        rows = sorted(row for row in layer.selected_data if row < len(layer.features))
        self._telling = True
        try:
            self._chosen.choose(spans_of(layer.features.iloc[rows]))
        finally:
            self._telling = False
