"""The behaviour is decided before the verb."""

from __future__ import annotations

import pytest
import torch

from napari_mousegpt.captioning.meaning_first import keep_likeliest_, verb_groups
from napari_mousegpt.captioning.mousegpt_tiny import FOLDER


@pytest.mark.parametrize(
    ("shares", "kept", "share"),
    [
        # Token 3 is the likeliest, but 0, 1 and 2 say the same and are likelier together.
        ([0.2, 0.2, 0.2, 0.4, 0.0], [0, 1, 2], 0.6),
        ([0.1, 0.1, 0.1, 0.6, 0.1], [3], 0.6),
        # A token that no behaviour begins with stands for itself.
        ([0.1, 0.1, 0.1, 0.2, 0.5], [4], 0.5),
    ],
)
def test_ways_to_say_the_same_count_together(
    shares: list[float], kept: list[int], share: float
) -> None:
    logits = torch.tensor(shares).log()
    assert keep_likeliest_(logits, [[0, 1, 2], [3]]) == pytest.approx(share)
    assert torch.isfinite(logits).nonzero()[:, 0].tolist() == kept


def test_behaviours_that_share_a_verb_are_one_group() -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(FOLDER)
    groups = [
        {tokenizer.decode([token]).strip() for token in one} for one in verb_groups(tokenizer)
    ]
    assert {"stays", "remains", "is"} in groups
    assert {"grooms", "washes", "licks"} in groups
    assert {"walks", "ambles", "moves", "turns", "pivots"} in groups
    assert len(groups) == 9
