"""One clip's prompt as the engine takes it. Knows the processor's tensors, not how they came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

TEXT, VIDEO = 0, 2


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A prompt without padding, on the CPU.

    Attributes
    ----------
    index
        Its place among the clips asked about.
    ids
        Tokens, shape (tokens,).
    positions
        Time, height and width of each token for the rotary embedding, shape (3, tokens).
    next_position
        Rotary position of the first token of the answer.
    patches, grids
        Its videos as flattened patches, shape (patches, values), and their sizes (videos, 3).
    first_visual
        How many tokens stand before the first picture.
    """

    index: int
    ids: torch.Tensor
    positions: torch.Tensor
    next_position: int
    patches: torch.Tensor
    grids: torch.Tensor
    first_visual: int

    @property
    def length(self) -> int:
        """Tokens of the prompt."""
        return int(self.ids.shape[0])


def takes(inputs: Any) -> bool:
    """Whether the processor's inputs hold what rows are made of: text and videos, no images."""
    return "pixel_values_videos" in inputs and "pixel_values" not in inputs


def rows_from(network: Any, inputs: Any, indices: Sequence[int]) -> list[Row]:
    """Split a batch of the processor's inputs (padded anyhow, on the CPU) into rows."""
    model = network.model
    kept = inputs["attention_mask"].bool()
    positions, _ = model.get_rope_index(
        inputs["input_ids"],
        mm_token_type_ids=inputs["mm_token_type_ids"],
        video_grid_thw=inputs["video_grid_thw"],
        attention_mask=inputs["attention_mask"],
    )
    grids = inputs["video_grid_thw"]
    merged = model.visual.spatial_merge_size**2
    rows, grid, patch = [], 0, 0
    for place, index in enumerate(indices):
        kinds = inputs["mm_token_type_ids"][place][kept[place]]
        until_grid, until_patch = grid, patch
        while (until_patch - patch) // merged < int((kinds == VIDEO).sum()):
            until_patch += int(grids[until_grid].prod())
            until_grid += 1
        own_positions = positions[:, place, kept[place]]
        rows.append(
            Row(
                index=index,
                ids=inputs["input_ids"][place][kept[place]],
                positions=own_positions,
                next_position=int(own_positions.max()) + 1,
                patches=inputs["pixel_values_videos"][patch:until_patch],
                grids=grids[grid:until_grid],
                first_visual=int((kinds != TEXT).long().argmax()),
            )
        )
        grid, patch = until_grid, until_patch
    return rows
