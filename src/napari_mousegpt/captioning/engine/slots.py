"""Keys and values of the prompts and answers under way, one slot each, in memory that stays put."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


class SlotCache:
    """A cache for transformers whose rows grow each at its own pace.

    Every row begins at place 0 of its slot, without padding; what lies behind its end is written
    over before it is looked at. ``written`` is the length of each row and ``rope_shift`` what to
    add to a place for its rotary position, both of shape (slots,).
    """

    def __init__(self, text_config: Any, *, slots: int, length: int, dtype: Any, device: Any):
        import torch

        head_dim = getattr(text_config, "head_dim", None) or (
            text_config.hidden_size // text_config.num_attention_heads
        )
        shape = (slots, text_config.num_key_value_heads, length, head_dim)
        layers = range(text_config.num_hidden_layers)
        self.slots, self.length = slots, length
        self.keys = [torch.zeros(shape, dtype=dtype, device=device) for _ in layers]
        self.values = [torch.zeros(shape, dtype=dtype, device=device) for _ in layers]
        self.written = torch.zeros(slots, dtype=torch.long, device=device)
        self.rope_shift = torch.zeros(slots, dtype=torch.long, device=device)
        self._every_slot = torch.arange(slots, device=device)[:, None]
        self._every_place = torch.arange(length, device=device)
        self._places: torch.Tensor
        self._seen = length

    def begin_step(self, width: int, seen: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Say where the next ``width`` tokens of each row go, all before place ``seen``.

        Returns
        -------
        tuple
            Rotary positions, shape (3, slots, width), and the mask, (slots, 1, width, seen).
        """
        places = self.written[:, None] + self._every_place[:width]
        # Only slots without a row can run over; they may write what they like at the last place.
        self._places = places.clamp(max=self.length - 1)
        self._seen = seen
        mask = self._every_place[:seen] <= self._places[..., None]
        rotary = self._places + self.rope_shift[:, None]
        return rotary.expand(3, -1, -1), mask[:, None]

    def update(
        self, key: torch.Tensor, value: torch.Tensor, layer: int, *_: Any, **__: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Write a step's keys and values, shape (slots, heads, width, dim); return those seen."""
        keys, values = self.keys[layer], self.values[layer]
        keys[self._every_slot, :, self._places] = key.transpose(1, 2)
        values[self._every_slot, :, self._places] = value.transpose(1, 2)
        return keys[:, :, : self._seen], values[:, :, : self._seen]

    def get_seq_length(self, *_: Any) -> int:
        """How much is written does not matter to transformers: masks and positions are given."""
        return 0


class PromptCache:
    """What one call over prompts reads, a shared beginning, and writes: the rest, into slots."""

    def __init__(self, slots: SlotCache | None, rows: Any, shared: SharedBeginning | None):
        self.slots, self.rows, self.shared = slots, rows, shared
        self.keys: list[torch.Tensor] = []
        self.values: list[torch.Tensor] = []

    def update(
        self, key: torch.Tensor, value: torch.Tensor, layer: int, *_: Any, **__: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Put the shared beginning in front, and keep both."""
        import torch

        if self.shared is not None:
            many = key.shape[0]
            key = torch.cat([self.shared.keys[layer].expand(many, -1, -1, -1), key], dim=2)
            value = torch.cat([self.shared.values[layer].expand(many, -1, -1, -1), value], dim=2)
        if self.slots is None:
            self.keys.append(key)
            self.values.append(value)
        else:
            self.slots.keys[layer][self.rows, :, : key.shape[2]] = key
            self.slots.values[layer][self.rows, :, : value.shape[2]] = value
        return key, value

    def get_seq_length(self, *_: Any) -> int:
        """How much is written does not matter to transformers: masks and positions are given."""
        return 0


class SharedBeginning:
    """Keys and values, (1, heads, tokens, dim) per layer, of a beginning that prompts share."""

    def __init__(self, ids: torch.Tensor, keys: list[torch.Tensor], values: list[torch.Tensor]):
        self.ids, self.keys, self.values = ids, keys, values

    @property
    def length(self) -> int:
        """Tokens shared."""
        return int(self.ids.shape[0])
