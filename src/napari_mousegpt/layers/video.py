"""A video as an image layer, decoded when looked at. Knows no animal."""

from __future__ import annotations

from napari_mousegpt.io.video import Video
from napari_mousegpt.layers.layer_data import LayerData, metadata


def video_layer(video: Video) -> LayerData:
    """Show a video; time is counted in frames, so that every other layer agrees."""
    options = {
        "name": video.path.name,
        "rgb": True,
        "axis_labels": ("time", "y", "x"),
        "metadata": metadata("video", len(video), path=str(video.path)),
    }
    return video, options, "image"
