"""Turns layers as the film asks viewers to. Poses, labels and arrays stay as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.layers.layer_data import mark_of

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Layer


def turning(degrees: float, shape_yx: tuple[int, int]) -> NDArray[np.float64]:
    """Affine matrix, shape (3, 3), for y and x: counterclockwise as seen, top left corner kept.

    Parameters
    ----------
    degrees
        As in the display matrix of a file.
    shape_yx
        Height and width of the picture before it is turned.
    """
    angle = np.deg2rad(degrees)
    matrix = np.eye(3)
    # y points down, so this looks like the transpose of the textbook's.
    matrix[:2, :2] = np.round([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], 12)
    bottom, right = shape_yx[0] - 1, shape_yx[1] - 1
    corners = np.array([[0, 0], [0, right], [bottom, 0], [bottom, right]])
    matrix[:2, 2] = -(corners @ matrix[:2, :2].T).min(axis=0)
    return matrix


def turn_as_film(layer: Layer, film: Layer | None) -> None:
    """Lay a layer over a film that may be turned; without one, as it is."""
    degrees = getattr(film.data, "rotation_degrees", 0) if film is not None else 0
    matrix = np.eye(layer.ndim + 1)
    if film is not None and degrees:
        matrix[-3:, -3:] = turning(degrees, film.data.shape[1:3])
    if not np.array_equal(np.asarray(layer.affine), matrix):
        layer.affine = matrix


def turn_as_shown(layer: Layer, viewer: ViewerModel) -> None:
    """The same over the film that the viewer shows."""
    films = [one for one in viewer.layers if mark_of(one.metadata).get("kind") == "video"]
    seen = [one for one in films if one.visible and "camera" not in mark_of(one.metadata)]
    turn_as_film(layer, seen[-1] if seen else None)
