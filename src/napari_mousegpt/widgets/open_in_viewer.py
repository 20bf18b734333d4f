"""Puts recordings and files into a viewer, with docks; for the command line and the demo."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from napari.layers import Layer

from napari_mousegpt.io.films.open_film import is_film
from napari_mousegpt.layers.layer_data import mark_of
from napari_mousegpt.layers.of_recording import recording_layers
from napari_mousegpt.layers.readers import reader_for
from napari_mousegpt.widgets import preferences
from napari_mousegpt.widgets.docks import DOCKS, LAYOUT_MS, ON_DEMAND, open_dock, unwrapped
from napari_mousegpt.widgets.readers import read_paths
from napari_mousegpt.widgets.viewer_state import state_of

if TYPE_CHECKING:
    from napari import Viewer

    from napari_mousegpt.datamodel.recording import Recording
    from napari_mousegpt.widgets.viewer_state import ViewerState

PICTURE_SIZE = (1560, 1120)
SETTLING_MS = 2500


def show(
    viewer: Viewer, recording: Recording, *, docks: Sequence[str] | None = None
) -> ViewerState:
    """Put every layer of a recording into a viewer, and open docks.

    Parameters
    ----------
    docks
        Names out of `docks.DOCKS`; all but those that are opened on demand if None.

    Raises
    ------
    FileNotFoundError
        If the recording's video has gone.
    """
    state = state_of(viewer)
    for layer in recording_layers(recording, look=preferences.look()):
        viewer.add_layer(Layer.create(*layer))
    usual = [one for one in DOCKS if one not in ON_DEMAND]
    for name in usual if docks is None else docks:
        open_dock(viewer, name)
    if docks is None:
        open_dock(viewer, "Caption")  # in front: what is said is what people look for first
    marks = [(layer, mark_of(layer.metadata)) for layer in viewer.layers]
    videos = [one for one, mark in marks if mark.get("kind") == "video" and "camera" not in mark]
    viewer.layers.selection.active = videos[-1]
    _fit_soon(viewer)
    return state


def open_files(viewer: Viewer, paths: Sequence[Path]) -> None:
    """Open recordings, films and pose files as napari's own File > Open does, with our reader.

    Raises
    ------
    ValueError
        If one of them is none of these.
    """
    for path in paths:
        if reader_for(path) is None:
            raise ValueError(
                f"{path.name}: expected a video, a pose file or a recording, found none of these. "
                "See what it is with: mousegpt info"
            )
    for path in paths:
        if is_film(path):
            # The manifest claims neither TIFF nor folders, which are napari's own to open.
            for layer in read_paths([path]):
                viewer.add_layer(Layer.create(*layer))
        else:
            viewer.open(path, plugin=preferences.PLUGIN)


def picture(recording: Recording, path: str | Path, *, frame: int | None = None) -> None:
    """Save a picture of a napari window that shows a recording with its docks, and close it.

    Parameters
    ----------
    frame
        What to show; the middle of the video if None.
    """
    import napari
    from qtpy.QtTest import QTest

    viewer = napari.Viewer(title=f"napari-mousegpt: {recording.name}")
    viewer.window.resize(*PICTURE_SIZE)
    state = show(viewer, recording)
    state.go_to(recording.video().frames // 2 if frame is None else frame)
    QTest.qWait(SETTLING_MS)
    state.settle()
    viewer.screenshot(str(path), canvas_only=False, flash=False)
    viewer.close()


def _fit_soon(viewer: Viewer) -> None:
    """Fit the video to the canvas once the docks have taken their room."""
    from qtpy.QtCore import QTimer

    waiting = weakref.ref(unwrapped(viewer))

    def fit() -> None:
        viewer = waiting()
        if viewer is not None and len(viewer.layers):
            viewer.reset_view()

    QTimer.singleShot(2 * LAYOUT_MS, fit)
