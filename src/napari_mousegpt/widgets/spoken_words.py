"""What is said at this frame, on the canvas: a word beside each animal, and the sentence.

Texts are touched only when another description begins. Knows no pose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from napari_mousegpt.datamodel.ethogram import colour_of
from napari_mousegpt.layers.colours import on_dark, to_rgba
from napari_mousegpt.layers.layer_data import Kind, mark_of
from napari_mousegpt.layers.said import behaviour_of
from napari_mousegpt.layers.said_layer import clearer_side, label_features, label_text
from napari_mousegpt.widgets.sentence_overlay import SentenceOverlay

if TYPE_CHECKING:
    from napari.layers import Layer

    from napari_mousegpt.widgets.frame_drawing import FrameDrawing
    from napari_mousegpt.widgets.viewer_state import ViewerState


class SpokenWords:
    """Shows the words of the state's frame; ``layers`` may hold the layer ``said``."""

    def __init__(self, state: ViewerState, layers: Mapping[Kind, Layer]) -> None:
        self.state = state
        self.layers = layers
        self.words: list[str] = []
        self._sentences = SentenceOverlay(state.viewer.canvas)
        self._shown: tuple[object, ...] = ()
        self._moved = True

    def speak(self) -> None:
        """Take the words of the state's frame; nothing is redrawn while they stay the same."""
        state, layer = self.state, self.layers.get("said")
        visible = layer is not None and layer.visible
        individuals = mark_of(layer.metadata)["individuals"] if visible else ()
        said = state.said
        rows = [said.row_at(name, state.frame) if said else None for name in individuals]
        key = (layer, said, state.individual, individuals, *rows)
        if key == self._shown:
            return
        self._shown, self._moved = key, False
        descriptions = [{} if row is None else said.description(row) for row in rows]
        self.words = [behaviour_of(description) for description in descriptions]
        if visible:
            self._letter(layer)
        self._sentences.show(self._sentences_of(individuals, descriptions))
        self._sentences.move_to("bottom")

    def place(self, drawing: FrameDrawing) -> None:
        """Put the words beside the animals, and new sentences where there are fewest animals."""
        video = self.state.video
        if not self.words or video is None:
            return
        frame, shape_yx = self.state.frame, video.shape[1:3]
        if not self._moved:
            self._sentences.move_to(clearer_side(drawing.position_at(frame), shape_yx[0]))
            self._moved = True
        zoom = self.state.viewer.scene.camera.zoom
        drawing.draw_words(frame, self.words, zoom=zoom, shape_yx=shape_yx)

    def _letter(self, layer: Layer) -> None:
        ethogram = self.state.recording.ethogram if self.state.recording is not None else ()
        colours = [on_dark(to_rgba(colour_of(word, ethogram))) for word in self.words]
        layer.features = label_features(self.words)
        layer.text = label_text(np.array(colours).reshape(-1, 4))

    def _sentences_of(self, individuals: Sequence[str], descriptions) -> list[str]:
        """What is said of each animal, or of the one that is looked at, in one sentence."""
        sentences = []
        for name, description in zip(individuals, descriptions, strict=True):
            sentence = description.get("overall")
            if self.state.individual in individuals and name != self.state.individual:
                continue
            if sentence and description.get("valid"):
                sentences.append(f"{name}: {sentence}" if len(individuals) > 1 else sentence)
        return sentences
