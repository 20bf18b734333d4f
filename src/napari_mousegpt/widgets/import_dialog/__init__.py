"""The Import dock: files become a recording, with every guess shown and a preview over the film."""

from napari_mousegpt.widgets.import_dialog.dock import ImportDock

__all__ = ["ImportDock"]
