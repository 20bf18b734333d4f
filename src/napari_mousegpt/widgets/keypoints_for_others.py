"""Menu entries that hand our keypoints to other plugins. Knows the viewer, no plugin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari import current_viewer
from napari.layers import Layer
from napari.utils.notifications import show_info, show_warning

from napari_mousegpt.layers.pose_points import deeplabcut_layers, movement_layers
from napari_mousegpt.widgets.viewer_state import state_of

if TYPE_CHECKING:
    from napari import Viewer

    from napari_mousegpt.layers.layer_data import LayerData
    from napari_mousegpt.widgets.viewer_state import ViewerState

TRACKS_KEY = "movement_tracks_layer"
"""Where movement looks for the tracks that belong to its points."""


def add_points_for_movement() -> None:
    """Add the keypoints of the selected time, or of all, as points and tracks for movement."""
    viewer = current_viewer()
    state = _with_poses(viewer)
    if state is None or state.poses is None:
        return
    times_s = state.times_s()
    try:
        layers = movement_layers(
            state.poses,
            _name(state),
            frames=state.selection,
            fps=state.fps if times_s is None else None,
            times_s=times_s,
        )
    except ValueError as error:
        show_warning(str(error))
        return
    points, tracks = _add(viewer, layers)
    points.metadata[TRACKS_KEY] = tracks
    viewer.layers.selection.active = points


def add_points_for_deeplabcut() -> None:
    """Add the keypoints of the selected time, or of all, as points for napari-deeplabcut."""
    viewer = current_viewer()
    state = _with_poses(viewer)
    if state is None or state.poses is None:
        return
    try:
        layers = deeplabcut_layers(state.poses, _name(state), frames=state.selection)
    except ValueError as error:
        show_warning(str(error))
        return
    _add(viewer, layers)


def _with_poses(viewer: Viewer | None) -> ViewerState | None:
    state = None if viewer is None else state_of(viewer)
    if state is None or state.poses is None:
        show_info("There are no keypoints to add: open a recording or a pose file first.")
        return None
    return state


def _name(state: ViewerState) -> str:
    if state.recording is not None:
        return state.recording.name
    return str(state.poses_path or "poses").replace("\\", "/").rpartition("/")[2]


def _add(viewer: Viewer, layers: list[LayerData]) -> list[Layer]:
    step = viewer.dims.current_step
    added = [viewer.add_layer(Layer.create(*layer)) for layer in layers]
    viewer.dims.current_step = step
    return added
