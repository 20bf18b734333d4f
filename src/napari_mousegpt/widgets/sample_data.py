"""The rendered mouse in File > Open Sample. Knows no renderer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from napari_mousegpt.layers.layer_data import LayerData


def rendered_mouse() -> list[LayerData]:
    """Render the sample, once per session, and return its video and pose layers."""
