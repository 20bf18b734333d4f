"""A video as an image layer, decoded when looked at. Knows no animal."""

from __future__ import annotations

from typing import Any

from napari_mousegpt.io.video import Video
from napari_mousegpt.layers.film import ShownFilm
from napari_mousegpt.layers.layer_data import LayerData, metadata


def video_layer(video: Any) -> LayerData:
    """Show a film; time is counted in frames, so that every other layer agrees.

    Parameters
    ----------
    video
        A `Video`, or what has the same ``len``, ``shape``, ``fps``, ``times_s``, ``path`` and
        items.
    """
    options = {
        "name": video.path.name,
        "rgb": True,
        "axis_labels": ("time", "y", "x"),
        "metadata": metadata("video", len(video), path=str(video.path)),
    }
    # A decoder of its own, so that reading on does not disturb who reads the layer.
    again = Video(video.path, index=video.index) if isinstance(video, Video) else None
    return ShownFilm(video, again), options, "image"
