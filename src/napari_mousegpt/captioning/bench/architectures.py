"""Networks at the published shapes of Qwen3-VL, with random weights. Knows no clips."""

from __future__ import annotations

from typing import Any

from napari_mousegpt.captioning.mousegpt_tiny import FOLDER

_SMALL_VISION = {
    "depth": 24,
    "hidden_size": 1024,
    "intermediate_size": 4096,
    "num_heads": 16,
    "num_position_embeddings": 2304,
    "deepstack_visual_indexes": [5, 11, 17],
}
_LARGE_VISION = _SMALL_VISION | {
    "depth": 27,
    "hidden_size": 1152,
    "intermediate_size": 4304,
    "deepstack_visual_indexes": [8, 16, 24],
}
_TEXT = {
    "vocab_size": 151936,
    "head_dim": 128,
    "num_key_value_heads": 8,
    "max_position_embeddings": 262144,
    "rope_parameters": {
        "rope_type": "default",
        "rope_theta": 5_000_000,
        "mrope_section": [24, 20, 20],
        "mrope_interleaved": True,
    },
}
_SHAPES: dict[str, tuple[dict[str, Any], dict[str, Any], bool]] = {
    "2b": (
        {
            "hidden_size": 2048,
            "intermediate_size": 6144,
            "num_hidden_layers": 28,
            "num_attention_heads": 16,
        },
        _SMALL_VISION,
        True,
    ),
    "4b": (
        {
            "hidden_size": 2560,
            "intermediate_size": 9728,
            "num_hidden_layers": 36,
            "num_attention_heads": 32,
        },
        _SMALL_VISION,
        True,
    ),
    "8b": (
        {
            "hidden_size": 4096,
            "intermediate_size": 12288,
            "num_hidden_layers": 36,
            "num_attention_heads": 32,
        },
        _LARGE_VISION,
        False,
    ),
}
"""Text, vision, and whether input and output embeddings are one; see the hub's config.json."""

MODELS = ("tiny", *_SHAPES)


def architecture(model: str) -> Any:
    """Return the configuration of ``tiny``, ``2b``, ``4b`` or ``8b``.

    Markers such as the video token keep the numbers of the built-in tokenizer, which writes the
    prompts here.
    """
    from transformers import AutoConfig

    config = AutoConfig.from_pretrained(FOLDER)
    if model != "tiny":
        text, vision, tied = _SHAPES[model]
        for name, value in (_TEXT | text | {"tie_word_embeddings": tied}).items():
            setattr(config.text_config, name, value)
        for name, value in (vision | {"out_hidden_size": text["hidden_size"]}).items():
            setattr(config.vision_config, name, value)
        config.tie_word_embeddings = tied
    return config


def random_network(model: str, *, device: str, dtype: Any) -> Any:
    """Build it on the device; nothing ends its answers, so that each has the length asked for."""
    import torch
    from transformers import AutoModelForImageTextToText

    torch.manual_seed(0)
    with torch.device(device):
        network = AutoModelForImageTextToText.from_config(architecture(model), dtype=dtype)
    network = network.to(device).eval()
    network.generation_config.eos_token_id = None
    network.generation_config.pad_token_id = 0
    return network
