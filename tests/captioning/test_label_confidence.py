"""Shares of labels multiply to one over all ways to write one, and follow the chain rule."""

from __future__ import annotations

import itertools
import math

import pytest

from napari_mousegpt.captioning.label_confidence import LabelShares

TOKENS = [b"", b"walking", b"still", b"turning", b" left", b" right", b'"', b'",', b"fly", b"tur"]
LABELS = ("walking", "still", "turning left", "turning right")
WALKING, STILL, TURNING, LEFT, RIGHT, QUOTE, FLY = 1, 2, 3, 4, 5, 6, 8


@pytest.fixture
def shares() -> LabelShares:
    return LabelShares(TOKENS, LABELS)


def likes(**by_token: float):  # type: ignore[no-untyped-def]
    import torch

    logits = torch.full((len(TOKENS),), -30.0)
    for name, weight in by_token.items():
        logits[globals()[name]] = math.log(weight)
    return logits


def test_what_is_no_label_takes_no_share(shares: LabelShares) -> None:
    logits = likes(WALKING=0.3, STILL=0.1, FLY=0.6)
    assert shares.share(logits, b"", WALKING) == pytest.approx(0.75)
    assert shares.share(logits, b"", FLY) == pytest.approx(0.6)  # said nevertheless


def test_a_label_of_two_tokens(shares: LabelShares) -> None:
    first = shares.share(likes(TURNING=0.5, STILL=0.5), b"", TURNING)
    second = shares.share(likes(LEFT=0.2, RIGHT=0.6, QUOTE=0.2), b"turning", LEFT)
    assert first * second == pytest.approx(0.5 * 0.25)


def test_how_a_label_ends_is_no_choice(shares: LabelShares) -> None:
    assert shares.share(likes(QUOTE=0.1), b"walking", QUOTE) == 1.0
    asleep = LabelShares([*TOKENS, b" asleep"], ("still", "still asleep"))
    logits = likes(QUOTE=0.2)
    assert asleep.share(_wider(logits), b"still", QUOTE) == pytest.approx(0.2 / (0.2 + 0.6))


def _wider(logits):  # type: ignore[no-untyped-def]
    import torch

    return torch.cat([logits, torch.tensor([math.log(0.6)])])


def test_the_shares_of_all_labels_sum_to_one(shares: LabelShares) -> None:
    import torch

    torch.manual_seed(0)
    first, second = torch.randn(2, len(TOKENS))
    first[TOKENS.index(b"tur")] = -math.inf  # another way to write the same, left out here
    written = {b"walking": [WALKING], b"still": [STILL]}
    written |= {b"turning" + TOKENS[end]: [TURNING, end] for end in (LEFT, RIGHT)}
    total = 0.0
    for tokens in written.values():
        parts = itertools.accumulate((TOKENS[token] for token in tokens), initial=b"")
        total += math.prod(
            shares.share(logits, begun, token)
            for logits, begun, token in zip((first, second), parts, tokens, strict=False)
        )
    assert total == pytest.approx(1.0)
