"""How sure a model is of the label it writes: from its own probabilities, not what it says of it.

The first keyword is written token by token. At each of them the model's probabilities are shared
out among the tokens that go on towards a label, and the share of those that write the same is
kept; the product over the label is the probability with which a model that may write labels only
writes this one (the chain rule; teacher forcing gives the same numbers). It costs no second pass.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch


class LabelShares:
    """The tokens that go on towards a label, for one tokenizer.

    Parameters
    ----------
    token_bytes
        What each token writes.
    labels
        What the label can be. Another label that is written nevertheless counts as one more.
    """

    def __init__(self, token_bytes: Sequence[bytes], labels: Sequence[str]) -> None:
        self._bytes = token_bytes
        self._labels = tuple(dict.fromkeys(one.encode() for one in labels))
        self._by_first: dict[bytes, list[int]] = defaultdict(list)
        for token, written in enumerate(token_bytes):
            self._by_first[written[:1]].append(token)
        self.towards = cache(self._towards)

    def share(self, logits: torch.Tensor, begun: bytes, token: int) -> float:
        """Probability of what ``token`` writes, among all that may follow in a label.

        Parameters
        ----------
        logits
            Of the model for this token, shape (vocab,), before anything was forbidden.
        begun
            What of the label was written before.
        """
        tokens, written = self.towards(begun)
        chosen = self._bytes[token].partition(b'"')[0]
        same = np.array([one == chosen for one in written], bool)
        if not same.any():  # it leaves the labels: one more among them
            tokens, same = np.append(tokens, token), np.append(same, True)
        if same.all():
            return 1.0
        values = logits[tokens].double().cpu().numpy()
        weights = np.exp(values - values.max())
        return float(weights[same].sum() / weights.sum())

    def _towards(self, begun: bytes) -> tuple[NDArray[np.int64], tuple[bytes, ...]]:
        """Tokens that may follow, and what each writes of the label: nothing where it ends it."""
        rests = [one[len(begun) :] for one in self._labels if one.startswith(begun)]
        found: list[tuple[int, bytes]] = []
        for first in {rest[:1] or b'"' for rest in rests}:
            for token in self._by_first[first]:
                part, ends, _ = self._bytes[token].partition(b'"')
                if any(rest == part if ends else part and rest.startswith(part) for rest in rests):
                    found.append((token, part))
        tokens = np.array([token for token, _ in found], np.int64)
        return tokens, tuple(part for _, part in found)
