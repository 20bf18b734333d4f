"""What napari calls to open a path. Layers made here follow the viewer's frame from the start.

A reader is given a path and no viewer, so it asks napari for the current one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from napari import current_viewer

from napari_mousegpt.layers.readers import reader_for
from napari_mousegpt.widgets import preferences

if TYPE_CHECKING:
    from napari_mousegpt.layers.layer_data import LayerData

Paths = str | Sequence[str]


def get_reader(path: Paths) -> Callable[[Paths], list[LayerData]] | None:
    """Return what reads a path (or several, opened as a stack); None if one is not ours."""
    paths = [Path(one) for one in ([path] if isinstance(path, str) else path)]
    if not paths or any(reader_for(one) is None for one in paths):
        return None
    return lambda _path: read_paths(paths)


def read_paths(paths: Sequence[Path]) -> list[LayerData]:
    """Return the layers of files of ours.

    Raises
    ------
    ValueError, OSError
        If a file is not what it looks like; the message says what was found.
    """
    look = preferences.look()
    reads = [read for path in paths if (read := reader_for(path)) is not None]
    layers = [layer for read in reads for layer in read(look)]
    expect_layers()
    return layers


def expect_layers() -> None:
    """Let the current viewer follow the layers about to come into it, and show the timeline."""
    viewer = current_viewer()
    if viewer is None:
        return  # read without a window
    from napari_mousegpt.widgets.docks import show_timeline_soon
    from napari_mousegpt.widgets.viewer_state import state_of

    state_of(viewer)
    if preferences.opens_timeline():
        show_timeline_soon(viewer)
