"""Shows better pictures of a film as its threads have them. Knows no overlay and no dock."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from napari.settings import get_plugin_settings
from qtpy.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal

from napari_mousegpt.io.films.scrub_proxy import pays
from napari_mousegpt.layers.film import ShownFilm
from napari_mousegpt.widgets import preferences
from napari_mousegpt.widgets.film.copies import ScrubCopy
from napari_mousegpt.widgets.film.held_drawing import LONGEST_MS, HeldDrawing

if TYPE_CHECKING:
    from napari.layers import Layer

    from napari_mousegpt.widgets.viewer_state import ViewerState

COPY_AFTER_MS = 1500
WORTH_HOLDING_S = 1.5e-3 * LONGEST_MS
"""Frames that took so long before come sooner when nothing is drawn meanwhile."""


class FilmFollower(QObject):
    """Follows the image layers whose data is a `ShownFilm`.

    Signals
    -------
    counted
        With a layer whose film has its final length now.
    """

    counted = Signal(object)
    _ready = Signal()  # these two are emitted in threads, and heard in the window's
    _counted = Signal()
    _stepped = Signal()

    def __init__(self, state: ViewerState) -> None:
        super().__init__()
        self.state = state
        self.films: dict[Layer, ShownFilm] = {}
        self.copies: dict[ShownFilm, ScrubCopy] = {}
        self._ready.connect(self._on_ready)
        self._counted.connect(self._on_counted)
        # After all that a step does, and before anything is drawn, which Qt puts last.
        self._stepped.connect(self._hurry, Qt.ConnectionType.QueuedConnection)
        self._lengths: dict[Layer, int] = {}
        self._soon = QTimer(self, singleShot=True, interval=COPY_AFTER_MS)
        self._soon.timeout.connect(self._copy)
        self._held = HeldDrawing(state)
        self._given: dict[Layer, int | None] = {}  # which picture each layer was given last
        self._awaited: set[Layer] = set()
        state.settling.connect(self._settle)
        state.frame_changed.connect(self._on_step)

    def follow(self, layer: Layer) -> None:
        """Let a layer be stepped through without waiting."""
        film = layer.data
        if layer in self.films or not isinstance(film, ShownFilm):
            return
        self.films[layer] = film
        film.exact_while_scrubbing = preferences.exact_while_scrubbing()
        if QCoreApplication.instance() is not None:
            film.listen(_Caller(self._ready))
            if not film.ready:
                self._lengths[layer] = len(film)
                film.on_ready(_Caller(self._counted))
            if hasattr(self.state.viewer, "window"):  # none is made for a viewer without
                self._soon.start()
        get_plugin_settings(preferences.PLUGIN).video.events.connect(self._on_preferences)

    def leave(self, layer: Layer) -> None:
        """Let go of a layer that has been removed."""
        film = self.films.pop(layer, None)
        self._lengths.pop(layer, None)
        self._given.pop(layer, None)
        self._awaited.discard(layer)
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
        if film is not None and film.asked == frame and film.quality == "late":
            return film.item
        return frame

    def _on_step(self) -> None:
        """Napari has sliced: draw now only if there is something new."""
        visible = {layer: film for layer, film in self.films.items() if layer.visible}
        given = {layer: film.item for layer, film in visible.items()}
        is_news = any(self._given.get(layer) != item for layer, item in given.items())
        self._given = given
        awaited = {layer: film for layer, film in visible.items() if film.jumped and layer.loaded}
        self._awaited = set(awaited)
        soon = all(film.comes_within(WORTH_HOLDING_S) for film in awaited.values())
        if awaited and soon and not is_news:
            self._held.hold()
        else:
            self._held.release()
        if awaited:
            self._stepped.emit()

    def _hurry(self) -> None:
        for film in self.films.values():
            film.hurry()

    def _on_ready(self) -> None:
        for layer, film in list(self.films.items()):
            if layer.visible and film.better_than_shown():
                layer.refresh(extent=False, thumbnail=False, highlight=False)
                self._given[layer] = film.item
                self._awaited.discard(layer)
        if not self._awaited:
            self._held.release()

    def _on_counted(self) -> None:
        """Let napari's slider reach as far as the film does, now that this is known."""
        for layer in [one for one in self._lengths if self.films[one].ready]:
            if self._lengths.pop(layer) != len(self.films[layer]):
                layer.data = self.films[layer]
            self.counted.emit(layer)
        self._soon.start()

    def _settle(self) -> None:
        for layer, film in list(self.films.items()):
            if layer.visible and film.asked is not None and not film.settled:
                film.settle(film.asked)
                layer.refresh()
        self._held.release()

    def _on_preferences(self) -> None:
        for film in self.films.values():
            film.exact_while_scrubbing = preferences.exact_while_scrubbing()

    def _copy(self) -> None:
        """Make scrub copies where it pays."""
        if not preferences.makes_scrub_copies():
            return
        for film in self.films.values():
            if film not in self.copies and film.ready and pays(film.film):
                copy = self.copies[film] = ScrubCopy(film, self)
                copy.failed.connect(self._on_no_copy)
                copy.start()

    def _on_no_copy(self, why: str) -> None:
        self.state.viewer.status = f"No scrub copy was made: {why}"


class _Caller:
    """Emits a signal from any thread, as long as its object lives; whoever calls may outlive it."""

    def __init__(self, signal: Any) -> None:
        self._signal = signal

    def __call__(self, *_: object) -> None:
        with suppress(RuntimeError):
            self._signal.emit()
