"""What napari calls to open a path. Layers made here follow the viewer's frame from the start.

A reader is given a path and no viewer, so it asks napari for the current one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from napari_mousegpt.layers.readers import reader_for

if TYPE_CHECKING:
    from napari_mousegpt.layers.layer_data import LayerData

Paths = str | Sequence[str]


def get_reader(path: Paths) -> Callable[[Paths], list[LayerData]] | None:
    """Return what reads a path (or several, opened as a stack); None if one is not ours."""
    paths = [path] if isinstance(path, str) else list(path)
    reads = [reader_for(Path(one)) for one in paths]
    if not reads or any(read is None for read in reads):
        return None
    return partial(_read, reads)


def _read(reads: Sequence[Callable], _path: Paths) -> list[LayerData]:
    from napari import current_viewer

    from napari_mousegpt.widgets import preferences

    look = preferences.look()
    layers = [layer for read in reads for layer in read(look)]
    viewer = current_viewer()
    if viewer is not None:
        from napari_mousegpt.widgets.open_in_viewer import show_timeline_soon
        from napari_mousegpt.widgets.viewer_state import state_of

        state_of(viewer)  # from now on it adopts what comes into the viewer
        if preferences.opens_timeline():
            show_timeline_soon(viewer)
    return layers
