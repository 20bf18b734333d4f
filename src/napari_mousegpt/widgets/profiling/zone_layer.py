"""Zones as shapes that people draw on the film. Knows the layer, not what is measured in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from napari_mousegpt.analysis.profile.zones import Zone, zones_from_shapes
from napari_mousegpt.widgets.film.turned import turn_as_shown

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Shapes

LAYER, NAME = "zones", "name"


def draw_zones(viewer: ViewerModel) -> Shapes:
    """Add the layer for zones, or find it, and let the mouse draw rectangles in it.

    Each shape is named in the features; the name of the next one is the current property.
    """
    layer = zone_layer(viewer)
    if layer is None:
        layer = viewer.add_shapes(
            ndim=2,
            name=LAYER,
            features=pd.DataFrame({NAME: pd.Series(dtype=object)}),
            feature_defaults={NAME: ""},
            text={"string": "{name}", "color": "white", "anchor": "upper_left"},
            edge_color="white",
            face_color="#ffffff22",
            edge_width=2,
        )
        turn_as_shown(layer, viewer)
    viewer.layers.selection.active = layer
    layer.mode = "add_rectangle"
    return layer


def zone_layer(viewer: ViewerModel) -> Shapes | None:
    """The layer for zones, None without one."""
    found = [
        layer for layer in viewer.layers if layer.name == LAYER and hasattr(layer, "shape_type")
    ]
    return found[-1] if found else None


def drawn_zones(viewer: ViewerModel) -> list[Zone]:
    """The zones that were drawn; one without a name is called by its number.

    Raises
    ------
    ValueError
        If a shape encloses nothing, or two have one name.
    """
    layer = zone_layer(viewer)
    if layer is None or not layer.data:
        return []
    given = layer.features[NAME] if NAME in layer.features else [""] * len(layer.data)
    names = [
        str(name).strip() if isinstance(name, str) and name.strip() else f"zone {place + 1}"
        for place, name in enumerate(given)
    ]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"expected zones of different names, found {', '.join(twice)} twice")
    corners = [np.asarray(shape)[:, -2:] for shape in layer.data]
    return zones_from_shapes(names, corners, list(layer.shape_type))


def name_chosen_zone(viewer: ViewerModel, name: str) -> bool:
    """Name the shapes that are selected, else the last one; tell whether there was one."""
    layer = zone_layer(viewer)
    if layer is None or not layer.data:
        return False
    table = layer.features.copy()
    table[NAME] = table[NAME].astype(object) if NAME in table else ""
    rows = sorted(layer.selected_data) or [len(layer.data) - 1]
    table.loc[rows, NAME] = name
    layer.features = table
    layer.refresh_text()
    return True
