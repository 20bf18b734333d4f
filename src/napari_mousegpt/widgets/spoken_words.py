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
from napari_mousegpt.widgets.cameras.tile_texts import TileTexts
from napari_mousegpt.widgets.sentence_overlay import SentenceOverlay

if TYPE_CHECKING:
    from napari.layers import Layer

    from napari_mousegpt.layers.said import SaidIndex
    from napari_mousegpt.widgets.frame_drawing import FrameDrawing, Frames
    from napari_mousegpt.widgets.viewer_state import ViewerState


class Wanted(NamedTuple):
    """What is to be written: rows of each camera's index, one for each individual, or None."""

    layer: Layer | None
    said: tuple[SaidIndex | None, ...]
    looked_at: str | None
    individuals: tuple[str, ...]
    rows: tuple[tuple[int | None, ...], ...]

    def texts(self, column: str) -> list[list[str]]:
        """One of the index's columns at these rows by camera, "" where nothing is said."""
        return [
            ["" if row is None else getattr(index, column)[row] for row in rows]
            for index, rows in zip(self.said, self.rows, strict=True)
        ]


class SpokenWords:
    """Shows the words of the frame on the canvas; ``layers`` may hold the layer ``said``.

    ``written`` tells that there are other words, which want placing.
    """

    written = Signal()

    def __init__(self, state: ViewerState, layers: Mapping[Kind, Layer]) -> None:
        self.state = state
        self.layers = layers
        self.words: list[str] = []
        self._frames: Frames = (0,)
        self._sentences = SentenceOverlay(state.viewer.canvas)
        self._tiles = TileTexts(state, layers)
        self._wanted: Wanted | None = None
        self._lettered: tuple[Layer | None, Sequence[str]] = (None, ())
        self._side_chosen = True
        self._soon = QTimer(singleShot=True, interval=0)
        self._soon.timeout.connect(self._write)

    def speak(self, frames: Frames) -> None:
        """Look up the words of the frames that are shown; if they are others, write them soon.

        Soon is when the window has caught up, so that dragging through a film writes only the
        last of them.

        Parameters
        ----------
        frames
            Of each camera; None for one that is not seen.
        """
        self._frames = frames
        state, layer = self.state, self.layers.get("said")
        if layer is not None and not layer.visible:
            layer = None
        individuals = () if layer is None else tuple(mark_of(layer.metadata)["individuals"])
        said = state.cameras.said or (state.said,)
        rows = [
            tuple(
                index.row_at(name, frame) if index and frame is not None else None
                for name in individuals
            )
            for index, frame in zip(said, frames, strict=False)
        ]
        wanted = Wanted(layer, said[: len(rows)], state.individual, individuals, tuple(rows))
        if wanted != self._wanted:
            self._wanted = wanted
            if QCoreApplication.instance() is None:
                self._write()
            else:
                self._soon.start()

    def place(self, drawing: FrameDrawing) -> None:
        """Put the words beside the animals, and new sentences where there are fewest animals."""
        video = self.state.video
        self._tiles.place()
        if not self.words or video is None:
            return
        frames = self._frames
        seen = drawing.seen(frames)
        self._letter([word if there else "" for word, there in zip(self.words, seen, strict=False)])
        if not self._side_chosen and not self.state.cameras.views:
            position = drawing.tiles[0].position_at(frames[0])
            self._sentences.move_to(clearer_side(position, video.shape[1]))
            self._side_chosen = True
        views = self.state.cameras.views
        shapes_yx = [view.shape_yx for view in views] or [video.shape[1:3]]
        zoom = self.state.viewer.scene.camera.zoom
        drawing.draw_words(frames, self.words, zoom=zoom, shapes_yx=shapes_yx)

    def _write(self) -> None:
        wanted = self._wanted
        if wanted is None:
            return
        self.words = [word for words in wanted.texts("behaviours") for word in words]
        sentences = [self._to_show(wanted.individuals, one) for one in wanted.texts("sentences")]
        if self.state.cameras.views:
            self._sentences.show([])
            self._tiles.write(sentences)
        else:
            self._side_chosen = False
            self._sentences.move_to("bottom")
            self._sentences.show(sentences[0])
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
