"""Puts a recording's layers and docks into a viewer. Knows the docks' names, not their insides."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from napari_mousegpt.layers.layer_data import mark_of
from napari_mousegpt.layers.of_recording import recording_layers
from napari_mousegpt.layers.readers import reader_for
from napari_mousegpt.widgets import preferences
from napari_mousegpt.widgets.viewer_state import state_of

if TYPE_CHECKING:
    from napari import Viewer
    from qtpy.QtWidgets import QWidget

    from napari_mousegpt.datamodel.recording import Recording
    from napari_mousegpt.widgets.viewer_state import ViewerState

PICTURE_SIZE = (1560, 1120)
SETTLING_MS = 2500
FITTING_MS = 200
DOCKS = {
    "Timeline": ("napari_mousegpt.widgets.timeline", "TimelineDock", "bottom"),
    "Caption": ("napari_mousegpt.widgets.caption_dock", "CaptionDock", "right"),
}
"""Display name in the manifest to module, class and area."""


def show(
    viewer: Viewer, recording: Recording, *, docks: Sequence[str] = tuple(DOCKS)
) -> ViewerState:
    """Put every layer of a recording into a viewer, and open docks.

    Parameters
    ----------
    docks
        Names out of `DOCKS`.

    Raises
    ------
    FileNotFoundError
        If the recording's video has gone.
    """
    from napari.layers import Layer

    state = state_of(viewer)
    for layer in recording_layers(recording, look=preferences.look()):
        viewer.add_layer(Layer.create(*layer))
    for name in docks:
        open_dock(viewer, name)
    _settle(viewer)
    return state


def open_files(viewer: Viewer, paths: Sequence[Path]) -> None:
    """Open recordings, videos and pose files as napari's own File > Open does, with our reader.

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

    viewer = napari.Viewer(title=f"napari-mousegpt: {recording.name}", show=True)
    viewer.window.resize(*PICTURE_SIZE)
    state = show(viewer, recording)
    state.go_to(recording.video().frames // 2 if frame is None else frame)
    QTest.qWait(SETTLING_MS)
    viewer.screenshot(str(path), canvas_only=False, flash=False)
    viewer.close()


def open_dock(viewer: Viewer, name: str) -> QWidget:
    """Open one of our docks, or raise it where it is open already."""
    full_name = dock_title(name)
    module, class_name, area = DOCKS[name]
    widget = viewer.window.dock_widgets.get(full_name)
    if widget is None:
        widget = getattr(import_module(module), class_name)(viewer)
        viewer.window.add_dock_widget(
            widget, name=full_name, area=area, add_vertical_stretch=False, tabify=area == "right"
        )
    else:
        dock = widget.parent()
        dock.show()
        dock.raise_()
    return widget


def dock_title(name: str) -> str:
    """The title that napari's own menu gives the dock, so that both open the same one."""
    return f"{name} ({preferences.PLUGIN})"


def prefer_area(name: str) -> None:
    """Let napari's menu open a dock where it belongs, unless a person has moved it."""
    from napari.settings import get_settings

    # The area that the manifest asks for is not looked at by napari 0.9.
    get_settings().application.plugin_widget_positions.setdefault(dock_title(name), DOCKS[name][2])


def show_timeline_soon(viewer: Viewer) -> None:
    """Open the timeline once the layers now being read are in the viewer."""
    from qtpy.QtCore import QTimer

    waiting = weakref.ref(getattr(viewer, "__wrapped__", viewer))

    def show_timeline() -> None:
        viewer = waiting()
        if viewer is not None and len(viewer.layers):
            open_dock(viewer, "Timeline")

    QTimer.singleShot(0, show_timeline)


def _settle(viewer: Viewer) -> None:
    """Fit the video to the canvas once the docks have taken their room; choose its layer."""
    from qtpy.QtCore import QTimer

    waiting = weakref.ref(getattr(viewer, "__wrapped__", viewer))

    def fit() -> None:
        viewer = waiting()
        if viewer is not None and len(viewer.layers):
            viewer.reset_view()

    videos = [layer for layer in viewer.layers if mark_of(layer.metadata).get("kind") == "video"]
    viewer.layers.selection.active = videos[-1] if videos else None
    QTimer.singleShot(FITTING_MS, fit)
