"""Which layers a path becomes. Looks inside files; knows no viewer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from napari_mousegpt.io.pose_files import read_poses, recognise
from napari_mousegpt.io.recording_folder import is_recording, open_recording
from napari_mousegpt.io.video import Video
from napari_mousegpt.layers.layer_data import LayerData
from napari_mousegpt.layers.of_recording import Look, pose_layers, recording_layers
from napari_mousegpt.layers.video import video_layer

VIDEO_SUFFIXES = frozenset(
    {".mp4", ".avi", ".mov", ".mkv", ".wmv", ".webm", ".m4v", ".mpg", ".mpeg", ".ts", ".mts"}
)

Read = Callable[[Look], list[LayerData]]


def reader_for(path: Path) -> Read | None:
    """Find what reads a path; None at once for what is not ours.

    A video is recognised by its suffix: whether it can be decoded turns out on reading, where
    there is room to say why not. Pose files are recognised by what they hold.
    """
    if path.is_dir():
        return (lambda look: _recording(path, look)) if is_recording(path) else None
    if path.suffix.lower() in VIDEO_SUFFIXES:
        return lambda look: [video_layer(Video(path))]
    if recognise(path):
        return lambda look: _poses(path, look)
    return None


def _recording(path: Path, look: Look) -> list[LayerData]:
    return recording_layers(open_recording(path), look=look)


def _poses(path: Path, look: Look) -> list[LayerData]:
    return pose_layers(read_poses(path), path=str(path), look=look)
