"""Which layers a path becomes. Looks inside files; knows no viewer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from napari_mousegpt.io.films.open_film import is_film, open_film
from napari_mousegpt.io.pose_files import read_poses, recognise
from napari_mousegpt.io.recording_folder import is_recording, open_recording
from napari_mousegpt.layers.layer_data import LayerData
from napari_mousegpt.layers.of_recording import Look, pose_layers, recording_layers
from napari_mousegpt.layers.video import video_layer

VIDEO_SUFFIXES = frozenset(
    {".mp4", ".avi", ".mov", ".mkv", ".wmv", ".webm", ".m4v", ".mpg", ".mpeg", ".ts", ".mts"}
)

Read = Callable[[Look], list[LayerData]]


def reader_for(path: Path) -> Read | None:
    """Find what reads a path; None at once for what is not ours.

    A video, a TIFF stack or a folder of images is recognised by names: whether it can be decoded
    turns out on reading, where there is room to say why not. Pose files are recognised by what
    they hold.
    """
    if path.is_dir():
        if is_recording(path):
            return lambda look: _recording(path, look)
        return (lambda look: _film(path)) if is_film(path) else None
    if path.suffix.lower() in VIDEO_SUFFIXES or is_film(path):
        return lambda look: _film(path)
    if recognise(path):
        return lambda look: _poses(path, look)
    return None


def _film(path: Path) -> list[LayerData]:
    return [video_layer(open_film(path, wait=False))]


def _recording(path: Path, look: Look) -> list[LayerData]:
    return recording_layers(open_recording(path), look=look)


def _poses(path: Path, look: Look) -> list[LayerData]:
    return pose_layers(read_poses(path), path=str(path), look=look)
