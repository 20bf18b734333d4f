"""Patches embedded by one matrix product. Knows no attention.

The convolution of the Qwen3-VL family never overlaps, so it is a product; as a product it is
faster, on a GPU in bfloat16 by far.
"""

from __future__ import annotations

from types import MethodType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


def embed_by_product(network: Any) -> None:
    """Let a network of the Qwen3-VL family embed patches so; its weights stay where they are."""
    embedding = network.model.visual.patch_embed
    embedding.forward = MethodType(_product, embedding)


def _product(embedding: Any, patches: torch.Tensor) -> torch.Tensor:
    """Embed flattened patches, shape (patches, values)."""
    from torch.nn.functional import linear

    weight = embedding.proj.weight
    return linear(patches.to(weight.dtype), weight.flatten(1), embedding.proj.bias)
