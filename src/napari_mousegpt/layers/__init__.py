"""Tables and poses as napari layer data, without Qt."""
