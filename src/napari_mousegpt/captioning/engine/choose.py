"""The next token from logits: the likeliest, or drawn. Knows no grammar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True)
class Sampling:
    """Draw instead of taking the likeliest token; the same ``seed`` draws the same."""

    seed: int
    temperature: float = 0.7
    top_p: float = 0.9


class Chooser:
    """Choose a token for each row."""

    def __init__(self, sampling: Sampling | None, device: object) -> None:
        import torch

        self._sampling = sampling
        self._random = torch.Generator(device=device)
        if sampling is not None:
            self._random.manual_seed(sampling.seed)

    def __call__(self, logits: torch.Tensor) -> list[int]:
        """Return one token for each row of (rows, vocabulary)."""
        import torch

        if self._sampling is None:
            likeliest: list[int] = logits.argmax(dim=-1).tolist()
            return likeliest
        likely = torch.softmax(logits.float() / self._sampling.temperature, dim=-1)
        ordered, order = likely.sort(dim=-1, descending=True)
        # A token stays while those before it sum to less than top_p: the first always does.
        before = ordered.cumsum(dim=-1) - ordered
        ordered = ordered.masked_fill(before >= self._sampling.top_p, 0.0)
        drawn = torch.multinomial(ordered, 1, generator=self._random)
        tokens: list[int] = order.gather(-1, drawn)[:, 0].tolist()
        return tokens
