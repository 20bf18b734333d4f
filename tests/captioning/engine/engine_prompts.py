"""Prompts of different lengths about noise."""

from __future__ import annotations

from typing import Any

import numpy as np

from napari_mousegpt.captioning.vlm_input import encoded

SYSTEM = "You score the behaviour of laboratory mice from video. Left is the animal's own."


def inputs_for(processor: Any, places: list[int], *, system: str = SYSTEM) -> Any:
    """Prompts of different lengths about noise, padded on the left."""
    messages, metadata = [], []
    for place in places:
        pixels = np.random.default_rng(place).integers(0, 255, (4, 64, 64, 3), np.uint8)
        words = "Describe the mouse." + " It walks." * (3 * place % 7)
        content = [{"type": "video", "video": pixels}, {"type": "text", "text": words}]
        own = [{"role": "user", "content": content}]
        if system:
            own.insert(0, {"role": "system", "content": [{"type": "text", "text": system}]})
        messages.append(own)
        metadata.append(
            {
                "fps": 4.0,
                "total_num_frames": 4,
                "frames_indices": [0, 1, 2, 3],
                "width": 64,
                "height": 64,
            }
        )
    return encoded(processor, messages, metadata)
