"""A film as napari's image layer asks for it: exact for everybody, never waited for by a step."""

from napari_mousegpt.layers.film.shown_film import ShownFilm

__all__ = ["ShownFilm"]
