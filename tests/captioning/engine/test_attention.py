"""Attention that is batched or folded is attention."""

from __future__ import annotations

from itertools import pairwise

import pytest

from napari_mousegpt.captioning.engine.attention import (
    attend_by_folded_heads,
    attend_within_frames,
)


@pytest.mark.parametrize("lengths", [(6, 6, 6), (4, 8, 6), (5,)])
def test_frames_see_only_themselves(lengths: tuple[int, ...]) -> None:
    """Also (4, 8, 6), whose total is a multiple of no frame."""
    import torch
    from torch.nn.functional import scaled_dot_product_attention

    torch.manual_seed(0)
    query, key, value = (torch.randn(1, 2, sum(lengths), 8) for _ in range(3))
    ends = torch.tensor([0, *lengths]).cumsum(0)
    expected = torch.cat(
        [
            scaled_dot_product_attention(*(one[:, :, a:b] for one in (query, key, value)))
            for a, b in pairwise(ends)
        ],
        dim=2,
    )
    found, _ = attend_within_frames(
        None, query, key, value, cu_seq_lens_q=ends, max_length_q=max(lengths)
    )
    torch.testing.assert_close(found, expected.transpose(1, 2))


def test_two_short_frames_and_a_long_one_are_not_taken_for_equal() -> None:
    """Their total is twice the longest, with three frames."""
    import torch

    query = torch.randn(1, 1, 8, 4)
    ends = torch.tensor([0, 2, 4, 8])
    found, _ = attend_within_frames(None, query, query, query, cu_seq_lens_q=ends, max_length_q=4)
    alone, _ = attend_within_frames(None, *(query[:, :, 4:],) * 3)
    torch.testing.assert_close(found[:, 4:], alone)


@pytest.mark.parametrize(("heads", "width", "masked"), [(4, 1, True), (4, 3, True), (2, 5, False)])
def test_folded_heads_are_repeated_keys(heads: int, width: int, masked: bool) -> None:
    import torch
    from torch.nn.functional import scaled_dot_product_attention

    torch.manual_seed(0)
    length = 9 if masked else width
    query = torch.randn(2, heads, width, 8)
    key, value = (torch.randn(2, 2, length, 8) for _ in range(2))
    mask = torch.rand(2, 1, width, length) < 0.7 if masked else None
    if mask is not None:
        mask[..., 0] = True
    expected = scaled_dot_product_attention(
        query,
        key.repeat_interleave(heads // 2, dim=1),
        value.repeat_interleave(heads // 2, dim=1),
        attn_mask=mask,
        is_causal=not masked,
    )
    found, _ = attend_by_folded_heads(None, query, key, value, mask)
    torch.testing.assert_close(found, expected.transpose(1, 2))
