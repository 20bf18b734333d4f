"""napari-mousegpt: describe, label and analyse mouse behaviour in video."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import Any

__version__ = version("napari-mousegpt")

# Loaded on first use, so that importing the package costs next to nothing.
_HOMES = {
    "read_video": "napari_mousegpt.io.films.video",
    "read_poses": "napari_mousegpt.io.pose_files",
    "read_bouts": "napari_mousegpt.io.label_files",
    "open_recording": "napari_mousegpt.io.recording_folder",
}
__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
