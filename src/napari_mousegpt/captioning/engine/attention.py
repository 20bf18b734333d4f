"""Two ways to attend that transformers lacks. Knows tensors, no model and no cache.

Frames of equal size attend in one call where transformers loops over them, and query heads that
share a key head are laid side by side where it would copy the keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

# transformers packs frames only for implementations with "flash" in their name.
VISION = "mousegpt_flash_frames"
TEXT = "mousegpt_folded_heads"


def use_own_attention(network: Any) -> None:
    """Make a network of the Qwen3-VL family attend by the functions of this file."""
    from transformers import AttentionInterface
    from transformers.masking_utils import AttentionMaskInterface, sdpa_mask

    AttentionInterface.register(VISION, attend_within_frames)
    AttentionInterface.register(TEXT, attend_by_folded_heads)
    AttentionMaskInterface.register(TEXT, sdpa_mask)
    network.set_attn_implementation({"vision_config": VISION, "text_config": TEXT})


def attend_within_frames(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None = None,
    scaling: float | None = None,
    cu_seq_lens_q: torch.Tensor | None = None,
    max_length_q: int | None = None,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """Attend within each frame of a packed row; shapes (1, heads, frames * patches, dim).

    Frames of different sizes are attended one by one.
    """
    import torch
    from torch.nn.functional import scaled_dot_product_attention

    _, heads, total, dim = query.shape
    frames = 1 if cu_seq_lens_q is None else len(cu_seq_lens_q) - 1
    # As many times the longest as there are patches: only then are all equally long.
    if max_length_q is None or cu_seq_lens_q is None or frames * int(max_length_q) == total:

        def by_frame(packed: torch.Tensor) -> torch.Tensor:
            return packed.reshape(heads, frames, total // frames, dim).transpose(0, 1)

        seen = scaled_dot_product_attention(
            by_frame(query), by_frame(key), by_frame(value), scale=scaling
        )
        return seen.transpose(1, 2).reshape(1, total, heads, dim), None
    lengths = (cu_seq_lens_q[1:] - cu_seq_lens_q[:-1]).tolist()
    parts = (torch.split(packed, lengths, dim=2) for packed in (query, key, value))
    seen = torch.cat(
        [
            scaled_dot_product_attention(of_query, of_key, of_value, scale=scaling)
            for of_query, of_key, of_value in zip(*parts, strict=True)
        ],
        dim=2,
    )
    return seen.transpose(1, 2).contiguous(), None


def attend_by_folded_heads(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """Attend with groups of query heads per key head, without repeating keys and values.

    Shapes (rows, heads, width, dim) and (rows, key_heads, length, dim); the mask is True where a
    query may look, (rows or 1, 1, width, length), or None for a plain causal one.
    """
    from torch.nn.functional import scaled_dot_product_attention

    rows, heads, width, dim = query.shape
    key_heads, length = key.shape[1:3]
    group = heads // key_heads
    if attention_mask is None and width > 1:
        attended = scaled_dot_product_attention(
            query, key, value, scale=scaling, is_causal=True, enable_gqa=group > 1
        )
        return attended.transpose(1, 2).contiguous(), None
    if attention_mask is not None:
        masks = attention_mask.shape[0]
        attention_mask = attention_mask.expand(masks, group, width, length)
        attention_mask = attention_mask.reshape(masks, 1, group * width, length)
    attended = scaled_dot_product_attention(
        query.reshape(rows, key_heads, group * width, dim),
        key,
        value,
        attn_mask=attention_mask,
        scale=scaling,
    )
    return attended.reshape(rows, heads, width, dim).transpose(1, 2).contiguous(), None
