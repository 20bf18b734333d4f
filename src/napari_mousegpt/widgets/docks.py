"""Opens our docks where they belong. Knows their names, not their insides."""

from __future__ import annotations

import weakref
from importlib import import_module
from typing import TYPE_CHECKING

from napari_mousegpt.widgets import preferences

if TYPE_CHECKING:
    from napari import Viewer
    from qtpy.QtWidgets import QDockWidget, QWidget

DOCKS = {
    "Timeline": ("napari_mousegpt.widgets.timeline", "TimelineDock", "bottom"),
    "Caption": ("napari_mousegpt.widgets.caption_dock", "CaptionDock", "right"),
    "Import": ("napari_mousegpt.widgets.import_dialog", "ImportDock", "right"),
    "Label": ("napari_mousegpt.widgets.label_dock", "LabelDock", "right"),
    "Clusters": ("napari_mousegpt.widgets.clusters_dock", "ClustersDock", "right"),
    "Gallery": ("napari_mousegpt.widgets.gallery", "GalleryDock", "left"),
    "Search": ("napari_mousegpt.widgets.search_dock", "SearchDock", "right"),
    "Profile": ("napari_mousegpt.widgets.profile_dock", "ProfileDock", "right"),
    "Train": ("napari_mousegpt.widgets.train_dock", "TrainDock", "right"),
}
"""Display name in the manifest to module, class and area."""

ON_DEMAND = frozenset({"Import", "Clusters", "Gallery", "Search", "Profile", "Train"})
"""Docks that are not opened with a recording."""

LAYOUT_MS = 100


def open_dock(viewer: Viewer, name: str) -> QWidget:
    """Open one of our docks, or raise it where it is open already."""
    full_name = dock_title(name)
    module, class_name, area = DOCKS[name]
    widget = viewer.window.dock_widgets.get(full_name)
    if widget is None:
        widget = getattr(import_module(module), class_name)(viewer)
        dock = viewer.window.add_dock_widget(
            widget, name=full_name, area=area, add_vertical_stretch=False, tabify=area == "right"
        )
        if area == "bottom":
            _give_room(dock, widget)
    else:
        dock = widget.parent()
        dock.show()
        dock.raise_()
    return widget


def show_timeline_soon(viewer: Viewer) -> None:
    """Open the timeline once the layers now being read are in the viewer."""
    from qtpy.QtCore import QTimer

    waiting = weakref.ref(unwrapped(viewer))

    def show_timeline() -> None:
        viewer = waiting()
        if viewer is not None and len(viewer.layers):
            open_dock(viewer, "Timeline")

    QTimer.singleShot(0, show_timeline)


def dock_title(name: str) -> str:
    """The title that napari's own menu gives the dock, so that both open the same one."""
    return f"{name} ({preferences.PLUGIN})"


def prefer_area(name: str) -> None:
    """Let napari's menu open a dock where it belongs, unless a person has moved it."""
    from napari.settings import get_settings

    # The area that the manifest asks for is not looked at by napari 0.9.
    get_settings().application.plugin_widget_positions.setdefault(dock_title(name), DOCKS[name][2])


def unwrapped(viewer: Viewer) -> Viewer:
    """The viewer behind the proxy that plugins are handed."""
    return getattr(viewer, "__wrapped__", viewer)


def _give_room(dock: QDockWidget, widget: QWidget) -> None:
    """Let a dock have the height it asks for, once it has its place."""
    from qtpy.QtCore import Qt, QTimer
    from qtpy.QtWidgets import QMainWindow

    dock = unwrapped(dock)

    def resize() -> None:
        window = dock.window()
        if isinstance(window, QMainWindow):
            window.resizeDocks([dock], [widget.sizeHint().height()], Qt.Orientation.Vertical)

    QTimer.singleShot(LAYOUT_MS, dock, resize)
