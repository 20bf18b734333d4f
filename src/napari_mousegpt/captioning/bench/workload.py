"""Prompts about noise, of a given size, as the built-in processor makes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from napari_mousegpt.captioning.mousegpt_tiny import FOLDER
from napari_mousegpt.captioning.vlm_input import encoded


@dataclass(frozen=True, slots=True)
class Workload:
    """What one caption is made from: ``shared_tokens`` of ``text_tokens`` begin every prompt."""

    frames: int = 8
    side_px: int = 224
    text_tokens: int = 160
    shared_tokens: int = 120
    new_tokens: int = 64


class Prompts:
    """Makes the processor's inputs for a workload."""

    def __init__(self, workload: Workload) -> None:
        from transformers import AutoProcessor

        self.workload = workload
        self.processor = AutoProcessor.from_pretrained(FOLDER, padding_side="left")
        # As in the hub's configuration: pixels over all frames, so that none is made smaller.
        self.processor.video_processor.size = {"shortest_edge": 4096, "longest_edge": 25165824}
        word = self.processor.tokenizer(" mouse", add_special_tokens=False).input_ids
        self._words = " mouse" * -(-workload.shared_tokens // len(word))
        self._question = " mouse" * -(
            -max(workload.text_tokens - workload.shared_tokens, 0) // len(word)
        )

    def inputs(self, places: Sequence[int], dtype: Any) -> Any:
        """Inputs on the CPU, the same for the same places."""
        made = self.workload
        shape = (made.frames, made.side_px, made.side_px, 3)
        messages, metadata = [], []
        for place in places:
            pixels = np.random.default_rng(place).integers(0, 255, shape, np.uint8)
            content = [
                {"type": "video", "video": pixels},
                {"type": "text", "text": self._question},
            ]
            system = {"role": "system", "content": [{"type": "text", "text": self._words}]}
            messages.append([system, {"role": "user", "content": content}])
            metadata.append(
                {
                    "fps": made.frames / 2,
                    "total_num_frames": made.frames,
                    "frames_indices": list(range(made.frames)),
                    "width": made.side_px,
                    "height": made.side_px,
                }
            )
        return encoded(self.processor, messages, metadata).to("cpu", dtype)
