"""A network of the Qwen3-VL family with random weights, and its processor."""

from __future__ import annotations

from typing import Any

import pytest

from napari_mousegpt.captioning.mousegpt_tiny import FOLDER


@pytest.fixture(scope="session")
def processor() -> Any:
    from transformers import AutoProcessor

    return AutoProcessor.from_pretrained(FOLDER, padding_side="left")


@pytest.fixture
def network() -> Any:
    """Three layers; weights so large that different prompts bring different words."""
    import torch
    from transformers import AutoConfig, AutoModelForImageTextToText

    torch.set_num_threads(1)
    torch.manual_seed(0)
    config = AutoConfig.from_pretrained(FOLDER)
    text, vision = config.text_config, config.vision_config
    text.num_hidden_layers = vision.depth = 3
    vision.deepstack_visual_indexes = [1, 2]
    text.initializer_range = vision.initializer_range = 0.2
    return AutoModelForImageTextToText.from_config(config).to(torch.float32).eval()
