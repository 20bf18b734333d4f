"""What all our layers share: a napari tuple, and a mark that says which layer it is.

Knows no napari; the viewer makes layers out of the tuples.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

LayerData = tuple[Any, dict[str, Any], str]
"""Data, keyword arguments and type, as napari readers return them."""

Kind = Literal["video", "keypoints", "skeleton", "trail", "said", "tiles", "bouts"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""Our layers, from the bottom of the viewer to the top, but for ``bouts``, which lies hidden."""

MARK = "mousegpt"


def metadata(kind: Kind, n_frames: int, **more: Any) -> dict[str, Any]:
    """Metadata of a layer of ours; ``max_frame_idx`` is what other plugins look for."""
    return {"max_frame_idx": max(0, n_frames - 1), MARK: {"kind": kind, **more}}


def mark_of(layer_metadata: Mapping[str, Any]) -> dict[str, Any]:
    """What `metadata` stored in a layer; empty for a layer that is not ours."""
    mark = layer_metadata.get(MARK)
    return mark if isinstance(mark, dict) and mark.get("kind") in KINDS else {}
