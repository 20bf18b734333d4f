"""The network with helper heads for keypoints and facts, driven on batches of one clip shape.

All computing is done by the stock modules; only attention between the frames of a batch is
handed over in one piece, which is much faster than frame by frame and gives the same numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from napari_mousegpt.captioning.mousegpt_tiny import FRAMES, KNOWN_SPANS_S
from napari_mousegpt.captioning.vlm_input import encoded
from napari_mousegpt.datamodel.facts import VOCABULARY
from training.network import SIDE_PX, question
from training.rendering.body import KEYPOINTS
from training.rendering.looks import VIEWS

FACTS = ("behaviour", "speed", "turn", "posture", "head", "paws")
CLASSES = tuple(len(VOCABULARY[name]) for name in FACTS)
PAIRS = FRAMES // 2
"""The network looks at two frames at a time."""


def even_attention(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None = None,
    *,
    scaling: float | None = None,
    max_length_q: int | None = None,
    **_: Any,
) -> tuple[Tensor, None]:
    """Attention within packed frames of one length: (1, heads, frames * length, width)."""
    _, heads, packed, width = query.shape
    length = int(max_length_q or packed)

    def apart(values: Tensor) -> Tensor:
        return values.view(heads, packed // length, length, width).transpose(0, 1)

    seen = functional.scaled_dot_product_attention(
        apart(query), apart(key), apart(value), scale=scaling
    )
    return seen.transpose(1, 2).reshape(1, packed, heads, width), None


class Trainee(nn.Module):
    """Network and heads, which ship beside it."""

    def __init__(self, network: Any, processor: Any) -> None:
        from transformers import AttentionInterface

        super().__init__()
        # "flash" in its name has the lengths of the frames handed over.
        AttentionInterface.register("even_flash", even_attention)
        network.set_attn_implementation({"vision_config": "even_flash", "text_config": "sdpa"})
        self.network = network
        config = network.config
        self.patch = config.vision_config.patch_size
        self.grid = SIDE_PX // self.patch
        tokens, width = (self.grid // 2) ** 2, 512 if config.text_config.hidden_size > 64 else 64
        self.trunk = nn.Sequential(
            nn.Linear(tokens * config.text_config.hidden_size, width), nn.GELU()
        )
        self.keypoints = nn.Linear(width, 2 * len(KEYPOINTS) * 2)
        self.mix = nn.Sequential(
            nn.Linear(PAIRS * width + 1 + len(VIEWS), width),
            nn.GELU(),
            nn.Linear(width, width),
            nn.GELU(),
        )
        self.facts = nn.Linear(width, sum(CLASSES))
        self.motion = nn.Sequential(
            nn.Linear(PAIRS * width + 1 + len(VIEWS), width),
            nn.GELU(),
            nn.Linear(width, width),
            nn.GELU(),
            nn.Linear(width, 2),
        )
        prompts, kinds = _prompts(processor)
        self.register_buffer("prompts", prompts, persistent=False)
        self.register_buffer("kinds", kinds, persistent=False)
        self.video_token = config.video_token_id

    def patches(self, pixels: Tensor) -> Tensor:
        """Frames as the stock processor cuts them: (clips * patches, 3 * 2 * patch * patch)."""
        clips, frames = pixels.shape[:2]
        half = self.grid // 2
        values = (pixels.float() / 255 - 0.5) / 0.5
        values = values.view(
            clips, frames // 2, 2, 1, half, 2, self.patch, half, 2, self.patch
        ).expand(-1, -1, -1, 3, -1, -1, -1, -1, -1, -1)
        ordered = values.permute(0, 1, 4, 7, 5, 8, 3, 2, 6, 9)
        return ordered.reshape(clips * (frames // 2) * self.grid**2, -1)

    def look(self, pixels: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Visual tokens (clips, tokens, width), and those for the first text layers."""
        sizes = torch.tensor([[PAIRS, self.grid, self.grid]], device=pixels.device)
        seen = self.network.model.visual(self.patches(pixels), sizes.expand(len(pixels), -1))
        apart = (len(pixels), -1, seen.pooler_output.shape[-1])
        return seen.pooler_output.view(apart), [d.view(apart) for d in seen.deepstack_features]

    def read_heads(
        self, seen: Tensor, span: Tensor, view: Tensor
    ) -> tuple[Tensor, tuple[Tensor, ...]]:
        """Keypoints (clips, 8, 11, 2) and the logits of each fact."""
        clips = len(seen)
        whole = self.mixed_input(seen, span, view)
        pairs = whole[:, : -1 - len(VIEWS)].view(clips, PAIRS, -1)
        places = self.keypoints(pairs).view(clips, FRAMES, len(KEYPOINTS), 2)
        return places.float(), self.facts(self.mix(whole)).float().split(CLASSES, -1)

    def mixed_input(self, seen: Tensor, span: Tensor, view: Tensor) -> Tensor:
        """What is known of a clip when facts are concluded: pairs of frames, its span and view."""
        clips = len(seen)
        pairs = self.trunk(seen.reshape(clips, PAIRS, -1))
        told = torch.cat(
            [
                (span[:, None].float() / len(KNOWN_SPANS_S) - 0.5) * 3,
                functional.one_hot(view, len(VIEWS)).float(),
            ],
            1,
        )
        return torch.cat([pairs.reshape(clips, -1), told.to(pairs.dtype)], 1)

    def speak(
        self, seen: Tensor, deep: list[Tensor], span: Tensor, view: Tensor, answer: Tensor
    ) -> Tensor:
        """Logits of each token of the answers, given those before it."""
        prompt = self.prompts[span, view]
        tokens = torch.cat([prompt, answer], 1)
        kinds = torch.cat([self.kinds.expand(len(prompt), -1), torch.zeros_like(answer)], 1)
        core = self.network.model
        sizes = torch.tensor([[PAIRS, self.grid, self.grid]], device=answer.device)
        positions, _ = core.get_rope_index(
            tokens[:1], mm_token_type_ids=kinds[:1].int(), video_grid_thw=sizes
        )
        where = tokens == self.video_token
        words = core.language_model.embed_tokens(tokens)
        words = words.masked_scatter(where[..., None], seen.to(words.dtype))
        read = core.language_model(
            inputs_embeds=words,
            position_ids=positions.expand(-1, len(tokens), -1),
            visual_pos_masks=where,
            deepstack_visual_embeds=[level.flatten(0, 1) for level in deep],
            use_cache=False,
        ).last_hidden_state
        return self.network.lm_head(read[:, prompt.shape[1] - 1 : -1])

    def fact_weights(self) -> dict[str, Tensor]:
        """All layers behind the eye, by the names that `FactReader` knows; it reads no keypoints,
        which are there to be trained on.
        """
        return {
            f"{name}.{part}": value
            for name in ("trunk", "mix", "facts", "keypoints", "motion")
            for part, value in getattr(self, name).state_dict().items()
        }

    @torch.inference_mode()
    def answer(self, pixels: Tensor, span: Tensor, view: Tensor, most_tokens: int) -> Tensor:
        """Tokens of greedy answers by the stock ``generate``."""
        prompt = self.prompts[span, view]
        sizes = torch.tensor([[PAIRS, self.grid, self.grid]], device=pixels.device)
        self.network.model.rope_deltas = None
        tokens = self.network.generate(
            input_ids=prompt,
            attention_mask=torch.ones_like(prompt),
            mm_token_type_ids=self.kinds.expand(len(prompt), -1).int(),
            pixel_values_videos=self.patches(pixels),
            video_grid_thw=sizes.expand(len(pixels), -1),
            max_new_tokens=most_tokens,
            do_sample=False,
        )
        self.network.model.rope_deltas = None
        return tokens[:, prompt.shape[1] :]


def _prompts(processor: Any) -> tuple[Tensor, Tensor]:
    """Tokens of the prompt for each span and view, (spans, views, n), and which are pictures."""
    blank = np.zeros((FRAMES, SIDE_PX, SIDE_PX, 3), np.uint8)
    rows = []
    for span_s in KNOWN_SPANS_S:
        messages = [
            [{"role": "user", "content": [{"type": "video", "video": blank},
                                          {"type": "text", "text": question(span_s, view)}]}]
            for view in VIEWS
        ]  # fmt: skip
        made = encoded(processor, messages, [_metadata(float(span_s))] * len(VIEWS))
        if not made["attention_mask"].all():
            raise ValueError("expected prompts of one length for all views and spans")
        rows.append(made["input_ids"])
    return torch.stack(rows), made["mm_token_type_ids"][:1].long()


def _metadata(span_s: float) -> dict[str, Any]:
    return {
        "fps": (FRAMES - 1) / span_s,
        "total_num_frames": FRAMES,
        "frames_indices": list(range(FRAMES)),
        "width": SIDE_PX,
        "height": SIDE_PX,
    }
