"""The map of behaviours: each window a dot, to hover, click, and encircle."""

from napari_mousegpt.widgets.behaviour_map.map_plot import BehaviourMap

__all__ = ["BehaviourMap"]
