"""A video as an image layer, decoded when looked at. Knows no animal."""

from __future__ import annotations

from typing import Any

from napari_mousegpt.layers.film import ShownFilm
from napari_mousegpt.layers.layer_data import LayerData, metadata


def video_layer(video: Any, **more: Any) -> LayerData:
    """Show a film; time is counted in frames, so that every other layer agrees.

    Parameters
    ----------
    video
        A `Film`, or what has its ``len``, ``shape``, ``fps``, ``times_s``, ``path`` and items.
    **more
        Goes into the layer's mark.
    """
    options = {
        "name": video.path.name if video.path is not None else "film",
        "rgb": True,
        "axis_labels": ("time", "y", "x"),
        "metadata": metadata("video", len(video), path=str(video.path or ""), **more),
    }
    shown = video if isinstance(video, ShownFilm) else ShownFilm(video)
    return shown, options, "image"
