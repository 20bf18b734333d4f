"""Random numbers for a batch of clips, reproducible from one seed. Knows no mouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Chance:
    """Draws one value per clip, on the CPU, so that every device shows the same clips."""

    clips: int
    generator: torch.Generator

    def between(self, low: float | Tensor, high: float | Tensor, *columns: int) -> Tensor:
        """Uniform values, shape (clips, *columns)."""
        unit = torch.rand(self.clips, *columns, generator=self.generator)
        return low + (high - low) * unit

    def choice(self, *weights: float) -> Tensor:
        """Index of one of the weights, shape (clips,)."""
        odds = torch.tensor(weights, dtype=torch.float)
        return torch.multinomial(odds, self.clips, replacement=True, generator=self.generator)

    def happens(self, probability: float) -> Tensor:
        """True in so many clips, shape (clips,)."""
        return self.between(0, 1) < probability

    def side(self) -> Tensor:
        """1 (the animal's left) or -1."""
        return (self.choice(1, 1) * 2 - 1).float()

    def of_each(self, index: Tensor, options: Sequence[Tensor]) -> Tensor:
        """For each clip the option that ``index`` names."""
        return torch.stack(list(options))[index, torch.arange(self.clips)]
