"""Puts a recording that was imported into the viewer it was imported from. Knows no form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari.layers import Layer

from napari_mousegpt.datamodel.poses import fit_to_video
from napari_mousegpt.io.recording_folder import load_poses
from napari_mousegpt.layers.layer_data import mark_of
from napari_mousegpt.layers.of_recording import pose_layers, recording_layers
from napari_mousegpt.widgets import preferences

if TYPE_CHECKING:
    from napari_mousegpt.datamodel.recording import Recording
    from napari_mousegpt.widgets.viewer_state import ViewerState

POSE_KINDS = ("trail", "skeleton", "keypoints")


def show_imported(state: ViewerState, recording: Recording, *, with_poses: bool) -> None:
    """Show a recording: the layers of its film stay where it is that which is open.

    Parameters
    ----------
    with_poses
        Whether its poses are others than those in the viewer.
    """
    viewer, entry = state.viewer, recording.video()
    shown = getattr(state.video, "path", None)
    same_film = shown is not None and shown.resolve() == entry.path.resolve()
    cameras = [one.id for one in recording.videos] if len(recording.videos) > 1 else []
    if not same_film or cameras != state.cameras.ids or (cameras and with_poses):
        if same_film:  # other cameras stand beside it now
            for layer in [one for one in viewer.layers if mark_of(one.metadata)]:
                viewer.layers.remove(layer)
        for layer in recording_layers(recording, look=preferences.look()):
            viewer.add_layer(Layer.create(*layer))
        return
    poses = load_poses(recording, entry.id) if with_poses else None
    if poses is not None:
        for layer in [
            one for one in viewer.layers if mark_of(one.metadata).get("kind") in POSE_KINDS
        ]:
            viewer.layers.remove(layer)
        poses = fit_to_video(poses, entry.frames)
        look = preferences.look()
        for layer in pose_layers(poses, recording.skeleton, fps=entry.fps, look=look):
            viewer.add_layer(Layer.create(*layer))
    state.poses_path = None  # they are in the recording now
    state.set_recording(recording)
