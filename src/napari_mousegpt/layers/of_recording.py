"""All layers of a recording, of a video with poses, or of either alone. Knows no viewer."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import xarray as xr

from napari_mousegpt.datamodel.poses import fit_to_video
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.skeleton import guess_skeleton
from napari_mousegpt.io.films.open_film import open_film
from napari_mousegpt.io.recording_folder import load_poses
from napari_mousegpt.layers.bouts import bouts_layer
from napari_mousegpt.layers.camera_layers import camera_films, camera_views
from napari_mousegpt.layers.joined import join_pose_layers
from napari_mousegpt.layers.keypoints import ColourBy, keypoint_size_px, keypoints_layer
from napari_mousegpt.layers.layer_data import MARK, LayerData
from napari_mousegpt.layers.said_layer import said_layer
from napari_mousegpt.layers.skeleton import skeleton_layer
from napari_mousegpt.layers.tile_text import tile_text_layer
from napari_mousegpt.layers.trail import trail_layer
from napari_mousegpt.layers.video import video_layer

IN_SPACE = (
    "its keypoints are in space (x, y, z), not in pixels of a video, and cannot be drawn on one "
    "without the cameras' calibration. Import the poses of a camera to see them"
)


@dataclass(frozen=True, slots=True)
class Look:
    """What a person can choose about the layers.

    ``keypoint_size_px`` and ``colour_by`` are chosen to suit the poses if None.
    """

    keypoint_size_px: float | None = None
    colour_by: ColourBy | None = None
    trail_s: float = 2.0
    min_confidence: float = 0.0


def pose_layers(
    poses: xr.Dataset,
    skeleton: Sequence[tuple[str, str]] | None = None,
    *,
    path: str | None = None,
    fps: float | None = None,
    look: Look | None = None,
) -> list[LayerData]:
    """Trail, skeleton and keypoints, drawn in this order.

    Parameters
    ----------
    skeleton
        Pairs of keypoints; guessed from their names if None.
    path
        File the poses came from.
    fps
        Frame rate, for the length of the trail; what the poses say, else 30, if None.

    Raises
    ------
    ValueError
        If the poses are in space.
    """
    if poses.sizes["space"] > 2:
        raise ValueError(f"{Path(path).name if path else 'These poses'}: {IN_SPACE}")
    look = look or Look()
    if skeleton is None:
        skeleton = guess_skeleton([str(name) for name in poses["keypoint"].values])
    size_px = look.keypoint_size_px or keypoint_size_px(poses)
    fps = fps or poses.attrs.get("fps") or 30.0
    layers = []
    if look.trail_s > 0:
        n_frames = max(1, round(look.trail_s * fps))
        layers.append(trail_layer(poses, n_frames=n_frames, size_px=size_px))
    if skeleton:
        layers.append(skeleton_layer(poses, skeleton, size_px=size_px))
    layers.append(keypoints_layer(poses, size_px=size_px, colour_by=look.colour_by, path=path))
    return layers


def recording_layers(recording: Recording, *, look: Look | None = None) -> list[LayerData]:
    """Every layer of a recording, in the order in which they are drawn.

    Of several cameras, the films stand side by side, each with its poses over it.

    Raises
    ------
    FileNotFoundError
        If the video has gone; the message says where it was.
    """
    entry = recording.video()
    if not entry.path.exists():
        raise FileNotFoundError(
            f"{recording.name}: its video {entry.path} is not there. "
            "Put it back, or import it anew."
        )
    if len(recording.videos) > 1:
        return _of_cameras(recording, look)
    video = open_film(entry.path, entry.fps, wait=False)
    poses = load_poses(recording, entry.id)
    if poses is not None and poses.sizes["space"] > 2:
        warnings.warn(f"{recording.name}: {IN_SPACE}", stacklevel=2)
        poses = None
    layers = [video_layer(video)]
    if poses is not None:
        poses = fit_to_video(poses, entry.frames)
        layers += pose_layers(poses, recording.skeleton or None, fps=entry.fps, look=look)
    return [*layers, *words_layers(recording, poses, n_frames=entry.frames)]


def _of_cameras(recording: Recording, look: Look | None) -> list[LayerData]:
    views = camera_views(recording)
    parts = []
    for view in views:
        if view.poses is not None:
            skeleton, fps = recording.skeleton or None, view.entry.fps
            layers = pose_layers(view.poses, skeleton, fps=fps, look=look)
            parts.append((view.id, view.origin_yx, layers))
    posed = join_pose_layers(parts)
    for _, options, _ in posed:
        if options["metadata"][MARK]["kind"] == "keypoints":
            options["metadata"][MARK].update(poses=views[0].poses, views=views)
    first = views[0]
    words = words_layers(recording, first.poses, n_frames=first.entry.frames, n_cameras=len(views))
    return [*camera_films(views), *posed, tile_text_layer(views), *words]


def words_layers(
    recording: Recording, poses: xr.Dataset | None, *, n_frames: int, n_cameras: int = 1
) -> list[LayerData]:
    """The layers that show what is said: words beside the animals, and bouts.

    The last one carries the recording, so that whoever finds it has met all the others.
    """
    data, options, kind = bouts_layer(recording, poses)
    options["metadata"][MARK]["recording"] = recording
    said = said_layer(recording.individuals, n_frames, n_cameras=n_cameras)
    return [said, (data, options, kind)]
