"""Shows better pictures of a film as its threads have them. Knows no overlay and no dock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari.settings import get_plugin_settings
from qtpy.QtCore import QCoreApplication, QObject, QTimer, Signal

from napari_mousegpt.io.scrub_proxy import pays
from napari_mousegpt.layers.film import ShownFilm
from napari_mousegpt.widgets import preferences
from napari_mousegpt.widgets.film.copies import ScrubCopy

if TYPE_CHECKING:
    from napari.layers import Layer

    from napari_mousegpt.widgets.viewer_state import ViewerState

COPY_AFTER_MS = 1500


class FilmFollower(QObject):
    """Follows the image layers whose data is a `ShownFilm`."""

    _ready = Signal()  # emitted in threads of films, heard in the window's

    def __init__(self, state: ViewerState) -> None:
        super().__init__()
        self.state = state
        self.films: dict[Layer, ShownFilm] = {}
        self.copies: dict[ShownFilm, ScrubCopy] = {}
        self._ready.connect(self._on_ready)
        self._soon = QTimer(self, singleShot=True, interval=COPY_AFTER_MS)
        self._soon.timeout.connect(self._copy)
        state.settling.connect(self._settle)

    def follow(self, layer: Layer) -> None:
        """Let a layer be stepped through without waiting."""
        film = layer.data
        if layer in self.films or not isinstance(film, ShownFilm):
            return
        self.films[layer] = film
        film.exact_while_scrubbing = preferences.exact_while_scrubbing()
        if QCoreApplication.instance() is not None:
            film.listen(lambda _item: self._ready.emit())
            if hasattr(self.state.viewer, "window"):  # none is made for a viewer without
                self._soon.start()
        get_plugin_settings(preferences.PLUGIN).video.events.connect(self._on_preferences)

    def leave(self, layer: Layer) -> None:
        """Let go of a layer that has been removed."""
        film = self.films.pop(layer, None)
        if film is not None:
            copy = self.copies.pop(film, None)
            if copy is not None:
                copy.cancel()
            film.close()

    def frame_shown(self, layer: Layer | None) -> int | None:
        """Which frame's picture is on the canvas; None while napari slices in the background."""
        frame = self.state.frame
        if layer is None or not layer.visible:
            return frame
        if not layer.loaded:
            return None
        film = self.films.get(layer)
        late = film is not None and film.asked == frame and film.quality == "late"
        return film.item if late else frame

    def _on_ready(self) -> None:
        for layer, film in list(self.films.items()):
            if layer.visible and film.better_than_shown():
                layer.refresh(extent=False, thumbnail=False, highlight=False)

    def _settle(self) -> None:
        for layer, film in list(self.films.items()):
            if layer.visible and film.asked is not None and not film.settled:
                film.settle(film.asked)
                layer.refresh()

    def _on_preferences(self) -> None:
        for film in self.films.values():
            film.exact_while_scrubbing = preferences.exact_while_scrubbing()

    def _copy(self) -> None:
        """Make scrub copies where it pays."""
        if not preferences.makes_scrub_copies():
            return
        for film in self.films.values():
            if film not in self.copies and pays(film.film):
                copy = self.copies[film] = ScrubCopy(film, self)
                copy.start()
