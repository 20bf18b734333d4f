"""Docks and what they share. The only rooms that know Qt and napari."""
