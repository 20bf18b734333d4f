"""Keeps our layers at the viewer's frame, however they came into the viewer.

A layer of ours is known by its mark. The newest video, poses and recording are those of the
state; layers that an earlier one leaves behind are hidden. Knows no dock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari.layers import Layer
from napari.utils.notifications import show_error, show_warning

from napari_mousegpt.datamodel.poses import fit_to_video
from napari_mousegpt.layers.layer_data import Kind, mark_of
from napari_mousegpt.layers.of_recording import words_layers
from napari_mousegpt.widgets import preferences
from napari_mousegpt.widgets.cameras.tiles import CameraTiles
from napari_mousegpt.widgets.film.follower import FilmFollower
from napari_mousegpt.widgets.film.turned import turn_as_film
from napari_mousegpt.widgets.frame_drawing import FrameDrawing, PosedTile
from napari_mousegpt.widgets.spoken_words import SpokenWords

if TYPE_CHECKING:
    from napari.utils.events import Event

    from napari_mousegpt.widgets.viewer_state import ViewerState


class LayerFollower:
    """Adopts our layers and brings them to each frame that the viewer shows."""

    def __init__(self, state: ViewerState) -> None:
        self.state = state
        self.layers: dict[Kind, Layer] = {}
        self._drawing: FrameDrawing | None = None
        self._waiting = False
        self._films = FilmFollower(state)
        self._films.counted.connect(self._on_counted)
        self._tiles = CameraTiles(state, self._films)
        self._shown_recording: object | None = None
        self._words = SpokenWords(state, self.layers)
        self._words.written.connect(self._place_words)
        viewer = state.viewer
        viewer.layers.events.inserted.connect(self._on_inserted, position="last")
        viewer.layers.events.removed.connect(self._on_removed, position="last")
        viewer.scene.camera.events.zoom.connect(self._place_words)
        state.frame_changed.connect(self._on_frame)
        state.recording_changed.connect(self._on_recording)
        state.words_changed.connect(self._on_frame)
        state.individual_changed.connect(self._on_frame)
        state.cameras.changed.connect(self._on_frame)
        for layer in list(viewer.layers):
            self._adopt(layer)

    def _on_inserted(self, event: Event) -> None:
        self._adopt(event.value)
        if self.layers.get("video") is event.value:
            self.state.go_to(0)  # napari shows the middle

    def _on_removed(self, event: Event) -> None:
        layer = event.value
        self._films.leave(layer)
        self._tiles.leave(layer)
        kind = mark_of(layer.metadata).get("kind")
        if kind is None or self.layers.get(kind) is not layer:
            return
        del self.layers[kind]
        state = self.state
        if kind == "video" and state.video is not None:
            if state.cameras.views:
                self._drawing = None
                self._tiles.leave_all()
            state.set_film(None, state.poses, state.poses_path)
        elif kind == "keypoints":
            self._drawing = None
            state.set_film(state.video, None, None)

    def _adopt(self, layer: Layer) -> None:
        mark = mark_of(layer.metadata)
        kind = mark.get("kind")
        if kind is None:
            return
        if kind == "video" and "camera" in mark:
            self._adopt_camera(layer, mark["camera"])
            return
        if kind == "video":
            self._leave_all()
        elif kind in self.layers:
            self.layers[kind].visible = False
        self.layers[kind] = layer
        layer.events.visible.connect(self._on_visible)
        if kind == "video":
            self._adopt_video(layer)
        elif kind == "keypoints" and mark["poses"] is not None:
            self._pair(mark["poses"], mark.get("path"))
        elif mark.get("recording") is not None:
            self._shown_recording = mark["recording"]  # its layers are here already
            self.state.set_recording(mark["recording"])
        self._turn()
        self._on_frame()

    def _turn(self) -> None:
        """Turn what is drawn with a film that asks for it; several cameras stay upright."""
        film = None if self.state.cameras.views else self.layers.get("video")
        for layer in self.layers.values():
            turn_as_film(layer, film)

    def _leave_all(self) -> None:
        """Hide what an earlier video brought; poses that came before any video stay."""
        if "video" not in self.layers:
            return
        self._drawing = None
        self._tiles.leave_all()
        for layer in self.layers.values():
            layer.visible = False
        self.layers.clear()
        self.state.set_film(None, None, None)

    def _adopt_camera(self, layer: Layer, camera: str) -> None:
        """Take the film of a further camera, whose frames are not those of the viewer."""
        layer.events.visible.connect(self._on_visible)
        layer.events.set_data.connect(self._on_sliced)
        self._films.follow(layer)
        self._tiles.adopt(layer, camera)
        self._on_frame()

    def _adopt_video(self, layer: Layer) -> None:
        layers = self.state.viewer.layers
        layer.events.set_data.connect(self._on_sliced)
        self._films.follow(layer)
        if len(layers) > 1 and layers[0] is not layer and self.layers.get("keypoints"):
            layers.move(layers.index(layer), 0)  # below the poses that were there first
        views = mark_of(layer.metadata).get("views", ())
        if views:
            self._drawing = None
            self._tiles.adopt(layer, views[0].id)
            self.state.cameras.set_views(views)
            self._draw_with(views[0].poses)
        self.state.set_film(layer.data, self.state.poses, self.state.poses_path)
        if self.state.poses is not None:
            self._pair(self.state.poses, self.state.poses_path)

    def _on_counted(self, layer: Layer) -> None:
        """The film has its final length: poses and docks are fitted to it."""
        video = self.layers.get("video")
        if video is not None and video is layer:
            video.metadata["max_frame_idx"] = len(video.data) - 1
            self.state.set_film(video.data, self.state.poses, self.state.poses_path)
            if self.state.poses is not None:
                self._pair(self.state.poses, self.state.poses_path)

    def _pair(self, poses, path: str | None) -> None:
        """Give the poses as many rows as the video has frames."""
        video = self.state.video
        if video is not None:
            known = set(poses.attrs.get("problems", ()))
            try:
                poses = fit_to_video(poses, len(video))
            except ValueError as error:
                show_error(str(error))
                return
            for problem in poses.attrs.get("problems", ()):
                if problem not in known:
                    show_warning(problem)
        self._draw_with(poses)
        self.state.set_film(video, poses, path)

    def _draw_with(self, poses) -> None:
        """Draw these poses of the first camera, and those that the others have."""
        views = self.state.cameras.views
        tiles = [PosedTile(poses)]
        if views:
            count = max((view.poses.sizes["individual"] for view in views if view.poses), default=1)
            tiles = [PosedTile(poses, n_individuals=count)]
            tiles += [
                PosedTile(view.poses, view.origin_yx, n_individuals=count) for view in views[1:]
            ]
        self._drawing = FrameDrawing(tiles, self.layers)
        self._drawing.min_confidence = preferences.look().min_confidence

    def _on_visible(self, event: Event) -> None:
        if event.source.visible:
            self._on_frame()

    def _on_sliced(self) -> None:
        """Draw for a picture that came late; within a step, what is drawn follows at its end."""
        if self._waiting and not self.state.is_stepping:
            self._on_frame()

    def _place_words(self) -> None:
        if self._drawing is not None:
            self._words.place(self._drawing)

    def _on_frame(self) -> None:
        """Draw what belongs to the picture shown, which may be that of an earlier frame."""
        frame = self._films.frame_shown(self.layers.get("video"))
        self._waiting = frame != self.state.frame
        if frame is None:
            return  # sliced in the background: the picture of this frame is still to come
        frames, late = self._tiles.frames(frame)
        self._waiting = self._waiting or late
        self._words.speak(frames)
        if self._drawing is not None:
            self._drawing.draw(frames)
            self._words.place(self._drawing)

    def _on_recording(self) -> None:
        state = self.state
        recording = state.seen
        if recording is not None and recording is not self._shown_recording:
            self._shown_recording = recording
            n_cameras = max(1, len(state.cameras.views))
            said, bouts = words_layers(
                recording, state.poses, n_frames=state.n_frames, n_cameras=n_cameras
            )
            layers = state.viewer.layers
            active = layers.selection.active
            shown = self.layers.get("said")
            if shown and mark_of(shown.metadata)["individuals"] != recording.individuals:
                layers.remove(shown)
            if "said" not in self.layers:
                state.viewer.add_layer(Layer.create(*said))
            if "bouts" not in self.layers:
                state.viewer.add_layer(Layer.create(*bouts))
            else:
                _replace(self.layers["bouts"], *bouts[:2])
            layers.selection.active = active
        self._on_frame()


def _replace(layer: Layer, data, options) -> None:
    """Give a points layer other rows; assigned whole, so that everyone who looks at it knows."""
    layer.data = data
    layer.features = options["features"]
    layer.face_color = options["face_color"]
