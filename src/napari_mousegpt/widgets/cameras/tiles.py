"""The image layers of the cameras: shows those that are looked at, and fits them to the canvas.

Tells which frame of each camera is on the canvas. Draws nothing itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_mousegpt.layers.film import ShownFilm

if TYPE_CHECKING:
    from napari.layers import Layer

    from napari_mousegpt.widgets.film.follower import FilmFollower
    from napari_mousegpt.widgets.frame_drawing import Frames
    from napari_mousegpt.widgets.viewer_state import ViewerState


class CameraTiles:
    """The layers of the films of several cameras."""

    def __init__(self, state: ViewerState, films: FilmFollower) -> None:
        self._state = state
        self._films = films
        self._layers: dict[str, Layer] = {}
        self._shown: dict[str, int] = {}
        self._looked_at: str | None = None
        state.cameras.changed.connect(self._on_changed)

    def adopt(self, layer: Layer, camera: str) -> None:
        """Take the film of a camera."""
        self._layers[camera] = layer
        layer.events.visible.connect(self._on_visible)
        self._watch(layer)

    def leave(self, layer: Layer) -> None:
        """Let go of a layer that has been removed."""
        for camera in [one for one, its in self._layers.items() if its is layer]:
            del self._layers[camera]
            layer.events.visible.disconnect(self._on_visible)

    def leave_all(self) -> None:
        """Hide all and let go of them: there is another film."""
        for layer in list(self._layers.values()):
            layer.visible = False
            self.leave(layer)
        self._shown.clear()
        self._state.cameras.set_views(())

    def frames(self, reference_frame: int) -> tuple[Frames, bool]:
        """Own frame of each camera's picture on the canvas, and whether any is still to come.

        None where a camera is not seen or was not filming; of a single film the frame itself.
        """
        views = self._state.cameras.views
        if not views:
            return (reference_frame,), False
        found: list[int | None] = []
        late = False
        for view in views:
            layer = self._layers.get(view.id)
            if layer is None or not layer.visible:
                found.append(None)
                continue
            shown = self._films.frame_shown(layer)
            late = late or shown != self._state.frame
            if shown is None:  # sliced in the background: what is drawn stays until then
                shown = self._shown.get(view.id, reference_frame)
            self._shown[view.id] = shown
            found.append(view.frame_at(shown))
        return tuple(found), late

    def _on_changed(self) -> None:
        """Show the cameras that are looked at, filling the canvas."""
        cameras = self._state.cameras
        if cameras.looked_at == self._looked_at:
            return
        self._looked_at = cameras.looked_at
        for camera, layer in self._layers.items():
            layer.visible = cameras.shows(camera)
        shown = [layer for layer in self._layers.values() if layer.visible]
        if shown:
            self._state.viewer.reset_view(layers=shown)

    def _on_visible(self, event) -> None:
        self._watch(event.source)

    def _watch(self, layer: Layer) -> None:
        """Films that are hidden are not decoded with the others."""
        if isinstance(layer.data, ShownFilm):
            layer.data.watched = bool(layer.visible)
