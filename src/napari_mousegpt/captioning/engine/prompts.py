"""Prompts into slots: pictures seen, shared beginnings reused, the rest read in one call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from napari_mousegpt.captioning.engine.rows import Row
from napari_mousegpt.captioning.engine.slots import PromptCache, SharedBeginning, SlotCache
from napari_mousegpt.captioning.engine.stages import StageClock

if TYPE_CHECKING:
    import torch

WORTH_SHARING = 16
"""Fewer tokens than this are read anew each time."""

OnSeen = Callable[[Sequence[int], "torch.Tensor"], None]
"""Takes the indices of rows and their visual tokens, (tokens of all rows, width), in that order."""


class PromptReader:
    """Read rows into slots; remembers the beginnings they share."""

    def __init__(
        self,
        network: Any,
        clock: StageClock,
        *,
        share: bool = True,
        on_seen: OnSeen | None = None,
    ) -> None:
        self.network = network
        self.on_seen = on_seen
        self.clock = clock
        self.share = share
        self._beginnings: list[SharedBeginning] = []

    def forget(self) -> None:
        """Let go of shared beginnings."""
        self._beginnings = []

    def read(self, rows: Sequence[Row], slots: Sequence[int], cache: SlotCache) -> torch.Tensor:
        """Fill slots with rows.

        Returns
        -------
        torch.Tensor
            Logits of each row's first new token, shape (rows, vocabulary).
        """
        import torch

        device = self.network.device
        with self.clock.stage("vision"):
            visual, deepstack = self._see(rows)
            if self.on_seen is not None:
                self.on_seen([row.index for row in rows], visual)
        with self.clock.stage("prefill"):
            shared = self._beginning_of(rows) if self.share else None
            skip = shared.length if shared else 0
            ids, positions = _padded(rows, skip)
            ids = ids.to(device)
            is_visual = ids == self.network.config.video_token_id
            embedded = self.network.get_input_embeddings()(ids)
            embedded = embedded.masked_scatter(is_visual[..., None], visual.to(embedded.dtype))
            places = torch.tensor(slots, device=device)
            hidden = self.network.model.language_model(
                inputs_embeds=embedded,
                position_ids=positions.to(device),
                attention_mask=_causal(ids.shape[1], skip, device),
                past_key_values=PromptCache(cache, places, shared),
                visual_pos_masks=is_visual,
                deepstack_visual_embeds=deepstack,
            ).last_hidden_state
            lengths = torch.tensor([row.length for row in rows], device=device)
            follows = torch.tensor([row.next_position for row in rows], device=device)
            cache.written[places] = lengths
            cache.rope_shift[places] = follows - lengths
            last = hidden[torch.arange(len(rows), device=device), lengths - skip - 1]
            logits: torch.Tensor = self.network.lm_head(last)
        return logits

    def _see(self, rows: Sequence[Row]) -> tuple[torch.Tensor, list[torch.Tensor]]:
        import torch

        visual = self.network.model.visual
        patches = torch.cat([row.patches for row in rows])
        seen = visual(
            patches.to(self.network.device, visual.dtype),
            grid_thw=torch.cat([row.grids for row in rows]).to(self.network.device),
        )
        return seen.pooler_output, list(seen.deepstack_features)

    def _beginning_of(self, rows: Sequence[Row]) -> SharedBeginning | None:
        """The longest known beginning of all rows, or a new one if they share enough."""
        for known in self._beginnings:
            if all(_begins_with(row, known.ids) for row in rows):
                return known
        length = min(row.first_visual for row in rows)
        first = rows[0].ids
        while length and not all(_begins_with(row, first[:length]) for row in rows):
            length -= 1
        if length < WORTH_SHARING:
            return None
        found = self._read_beginning(first[:length])
        self._beginnings = sorted([*self._beginnings, found], key=lambda one: -one.length)
        return found

    def _read_beginning(self, ids: torch.Tensor) -> SharedBeginning:
        import torch

        device = self.network.device
        read = PromptCache(None, None, None)
        self.network.model.language_model(
            inputs_embeds=self.network.get_input_embeddings()(ids.to(device)[None]),
            position_ids=torch.arange(len(ids), device=device).expand(3, 1, -1),
            attention_mask=_causal(len(ids), 0, device),
            past_key_values=read,
        )
        return SharedBeginning(ids, read.keys, read.values)


def _begins_with(row: Row, ids: torch.Tensor) -> bool:
    return row.first_visual >= len(ids) and bool((row.ids[: len(ids)] == ids).all())


def _causal(width: int, before: int, device: Any) -> torch.Tensor:
    """A mask that lets each of ``width`` tokens see itself and everything before it."""
    import torch

    return torch.ones(width, before + width, dtype=torch.bool, device=device).tril(before)[
        None, None
    ]


def _padded(rows: Sequence[Row], skip: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids (rows, width) and rotary positions (3, rows, width) from token ``skip`` on.

    Padding stands at the end, where no token of a row looks; 0 is never a video token.
    """
    import torch

    width = max(row.length for row in rows) - skip
    ids = torch.zeros(len(rows), width, dtype=torch.long)
    positions = torch.zeros(3, len(rows), width, dtype=torch.long)
    for place, row in enumerate(rows):
        ids[place, : row.length - skip] = row.ids[skip:]
        positions[:, place, : row.length - skip] = row.positions[:, skip:]
    return ids, positions
