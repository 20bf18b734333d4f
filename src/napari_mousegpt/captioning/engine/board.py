"""Slots with their memory and their steps, for one number of slots and one length of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from napari_mousegpt.captioning.engine.rows import Row
from napari_mousegpt.captioning.engine.slots import SlotCache
from napari_mousegpt.captioning.engine.step import Capture, Step

if TYPE_CHECKING:
    import torch

WIDE = 8
"""Tokens that a wide step feeds to each slot, where the grammar left no choice."""
WORTH_WIDENING = 4.0
"""A wide step is taken where it feeds so many times what a narrow one would."""
LENGTH_STEP = 64
"""Lengths are rounded up to this, so that prompts that differ by a word share memory and graph."""
SEEN_STEP, SEEN_STEP_CAPTURED = 16, 128
"""A step looks at so much as is written, rounded up to this: each length is captured by itself."""


@dataclass(slots=True)
class Lane:
    """A row under way: its length in the slot, what was answered, and what is not fed yet."""

    row: Row
    written: int
    answer: list[int] = field(default_factory=list)
    unfed: list[int] = field(default_factory=list)


class Board:
    """Slots, some with a row under way, and the steps that move them on."""

    def __init__(self, network: Any, *, slots: int, length: int, capture: Capture | None) -> None:
        self.network = network
        self.capture = capture
        self.cache = SlotCache(
            network.config.text_config,
            slots=slots,
            length=length,
            dtype=network.dtype,
            device=network.device,
        )
        self.lanes: list[Lane | None] = [None] * slots
        self._steps: dict[tuple[int, int], Step] = {}

    @property
    def busy(self) -> list[tuple[int, Lane]]:
        """Slots with a row under way."""
        return [(slot, lane) for slot, lane in enumerate(self.lanes) if lane is not None]

    @property
    def free(self) -> list[int]:
        """Slots without a row."""
        return [slot for slot, lane in enumerate(self.lanes) if lane is None]

    def suits(self, count: int, *, exactly: bool) -> bool:
        """Whether there are slots for so many rows; resting ones cost less than a capture."""
        return len(self.lanes) == count or (not exactly and len(self.lanes) > count)

    def holds(self, row: Row, new_tokens: int) -> bool:
        """Whether a slot is long enough for a row and its answer."""
        return row.length + new_tokens + WIDE <= self.cache.length

    def feed(self) -> torch.Tensor | None:
        """Feed what is unfed, as much as one step takes; return logits, None if all was fed."""
        waiting = [min(len(lane.unfed), WIDE) for _, lane in self.busy if lane.unfed]
        if not waiting:
            return None
        width = WIDE if sum(waiting) >= WORTH_WIDENING * len(waiting) else 1
        fed: list[Sequence[int]] = [[] for _ in self.lanes]
        for slot, lane in self.busy:
            fed[slot], lane.unfed = lane.unfed[:width], lane.unfed[width:]
        step = self._step(width)
        for slot, lane in self.busy:
            lane.written += len(fed[slot])
        return step(fed)

    def _step(self, width: int) -> Step:
        """The step of a width, for the longest row that is under way."""
        longest = max(lane.written for _, lane in self.busy) + width
        by = SEEN_STEP if self.capture is None else SEEN_STEP_CAPTURED
        seen = min(self.cache.length, -(-longest // by) * by)
        if (width, seen) not in self._steps:
            self._steps[width, seen] = Step(
                self.network, self.cache, width=width, seen=seen, capture=self.capture
            )
        return self._steps[width, seen]


def length_for(rows: Sequence[Row], new_tokens: int) -> int:
    """The length of slots that hold the rows and their answers."""
    needed = max(row.length for row in rows) + new_tokens + WIDE
    return -(-needed // LENGTH_STEP) * LENGTH_STEP
