"""What is said at this frame, on the canvas: a word beside each animal, and the sentence.

Texts are touched only when another description begins. Knows no pose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from psygnal import Signal
from qtpy.QtCore import QCoreApplication, QTimer

from napari_mousegpt.datamodel.ethogram import colour_of
from napari_mousegpt.layers.colours import on_dark
from napari_mousegpt.layers.layer_data import Kind, mark_of
from napari_mousegpt.layers.said_layer import clearer_side, label_features
from napari_mousegpt.widgets.sentence_overlay import SentenceOverlay

if TYPE_CHECKING:
    from napari.layers import Layer

    from napari_mousegpt.layers.said import SaidIndex
    from napari_mousegpt.widgets.frame_drawing import FrameDrawing
    from napari_mousegpt.widgets.viewer_state import ViewerState


class Wanted(NamedTuple):
    """What is to be written: rows of an index, one for each individual, None where nothing is."""

    layer: Layer | None
    said: SaidIndex | None
    looked_at: str | None
    individuals: tuple[str, ...]
    rows: tuple[int | None, ...]

    def texts(self, column: str) -> list[str]:
        """One of the index's columns at these rows, "" where nothing is said."""
        values = getattr(self.said, column, ())
        return ["" if row is None else values[row] for row in self.rows]


class SpokenWords:
    """Shows the words of the frame on the canvas; ``layers`` may hold the layer ``said``.

    ``written`` tells that there are other words, which want placing.
    """

    written = Signal()

    def __init__(self, state: ViewerState, layers: Mapping[Kind, Layer]) -> None:
        self.state = state
        self.layers = layers
        self.words: list[str] = []
        self._frame = 0
        self._sentences = SentenceOverlay(state.viewer.canvas)
        self._wanted: Wanted | None = None
        self._lettered: tuple[Layer | None, Sequence[str]] = (None, ())
        self._side_chosen = True
        self._soon = QTimer(singleShot=True, interval=0)
        self._soon.timeout.connect(self._write)

    def speak(self, frame: int) -> None:
        """Look up the words of the frame that is shown; if they are others, they are written soon.

        Soon is when the window has caught up, so that dragging through a film writes only the
        last of them.
        """
        self._frame = frame
        state, layer = self.state, self.layers.get("said")
        if layer is not None and not layer.visible:
            layer = None
        individuals = () if layer is None else tuple(mark_of(layer.metadata)["individuals"])
        said = state.said
        rows = [said.row_at(name, frame) if said else None for name in individuals]
        wanted = Wanted(layer, said, state.individual, individuals, tuple(rows))
        if wanted != self._wanted:
            self._wanted = wanted
            if QCoreApplication.instance() is None:
                self._write()
            else:
                self._soon.start()

    def place(self, drawing: FrameDrawing) -> None:
        """Put the words beside the animals, and new sentences where there are fewest animals."""
        video = self.state.video
        if not self.words or video is None:
            return
        frame, shape_yx = self._frame, video.shape[1:3]
        seen = drawing.seen(frame)
        self._letter([word if there else "" for word, there in zip(self.words, seen, strict=False)])
        if not self._side_chosen:
            self._sentences.move_to(clearer_side(drawing.position_at(frame), shape_yx[0]))
            self._side_chosen = True
        zoom = self.state.viewer.scene.camera.zoom
        drawing.draw_words(frame, self.words, zoom=zoom, shape_yx=shape_yx)

    def _write(self) -> None:
        wanted = self._wanted
        if wanted is None:
            return
        self.words = wanted.texts("behaviours")
        self._side_chosen = False
        self._sentences.move_to("bottom")
        self._sentences.show(self._to_show(wanted.individuals, wanted.texts("sentences")))
        self.written.emit()

    def _letter(self, words: Sequence[str]) -> None:
        """Write the words into the layer, if they are not there yet."""
        layer = self.layers.get("said")
        if layer is None or (layer, words) == self._lettered:
            return
        ethogram = self.state.recording.ethogram if self.state.recording is not None else ()
        colours = [on_dark(colour_of(word, ethogram)) for word in words]
        columns = label_features(words, colours)
        if len(columns["said"]) == len(layer.features):
            for name, column in columns.items():
                layer.features[name] = column
            layer.refresh_text()
        self._lettered = (layer, words)

    def _to_show(self, individuals: Sequence[str], sentences: Sequence[str]) -> list[str]:
        """Sentences of all animals, or of the one that is looked at, with names where several."""
        chosen = self.state.individual if self.state.individual in individuals else None
        return [
            f"{name}: {sentence}" if len(individuals) > 1 else sentence
            for name, sentence in zip(individuals, sentences, strict=True)
            if sentence and chosen in (None, name)
        ]
