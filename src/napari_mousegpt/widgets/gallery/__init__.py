"""Windows as clips that play side by side."""

from napari_mousegpt.widgets.gallery.dock import GalleryDock

__all__ = ["GalleryDock"]
