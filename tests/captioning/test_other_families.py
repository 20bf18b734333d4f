"""Models of families that the engine does not run answer by ``generate``: of videos and images."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napari_mousegpt.captioning.captioner import Clip
from napari_mousegpt.captioning.mousegpt_tiny import FOLDER
from napari_mousegpt.captioning.transformers_vlm import TransformersVLM
from napari_mousegpt.datamodel.description import parse_description
from napari_mousegpt.datamodel.timerange import TimeRange

TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{% for c in m['content'] %}"
    "{% if c['type'] == 'text' %}{{ c['text'] }}{% else %}<{{ c['type'] }}>{% endif %}"
    "{% endfor %}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n"
    "{% endif %}"
)
VISION = {
    "model_type": "siglip_vision_model",
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "image_size": 56,
    "patch_size": 14,
    "initializer_range": 0.2,
    "vision_use_head": False,
}
SIDE = {"height": 56, "width": 56}


def text_config(tokenizer: Any) -> dict[str, Any]:
    return {
        "model_type": "qwen2",
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "vocab_size": len(tokenizer),
        "initializer_range": 0.2,
        "eos_token_id": 2,
        "pad_token_id": 0,
    }


def of_videos(tokenizer: Any, image: int, video: int) -> tuple[Any, Any]:
    import transformers as t

    config = t.LlavaOnevisionConfig(
        vision_config=VISION,
        text_config=text_config(tokenizer),
        image_token_id=image,
        video_token_id=video,
        image_grid_pinpoints=[[56, 56]],
        vision_feature_layer=-1,
    )
    processor = t.LlavaOnevisionProcessor(
        t.LlavaOnevisionImageProcessor(size=SIDE, image_grid_pinpoints=[[56, 56]]),
        tokenizer,
        t.LlavaOnevisionVideoProcessor(size=SIDE),
        num_image_tokens=16,
        vision_feature_select_strategy="full",
        chat_template=TEMPLATE,
    )
    return t.LlavaOnevisionForConditionalGeneration(config), processor


def of_images(tokenizer: Any, image: int, video: int) -> tuple[Any, Any]:
    import transformers as t

    config = t.LlavaConfig(
        vision_config=VISION,
        text_config=text_config(tokenizer),
        image_token_id=image,
        vision_feature_layer=-1,
        vision_feature_select_strategy="full",
    )
    processor = t.LlavaProcessor(
        t.SiglipImageProcessor(size=SIDE),
        tokenizer,
        patch_size=14,
        vision_feature_select_strategy="full",
        chat_template=TEMPLATE,
        num_additional_image_tokens=0,
    )
    return t.LlavaForConditionalGeneration(config), processor


@pytest.mark.parametrize("make", [of_videos, of_images])
def test_other_families_answer_too(make: Any, tmp_path: Path) -> None:
    import torch
    from transformers import AutoTokenizer

    torch.set_num_threads(1)
    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(FOLDER)
    tokenizer.add_special_tokens({"additional_special_tokens": ["<image>", "<video>"]})
    network, processor = make(tokenizer, *tokenizer.convert_tokens_to_ids(["<image>", "<video>"]))
    network.save_pretrained(tmp_path)
    processor.save_pretrained(tmp_path)
    clips = [
        Clip(
            video="cam0",
            individual="individual_0",
            window=TimeRange(0, 60),
            frames=(0, 20, 40, 59),
            times_s=(0.0, 0.67, 1.33, 1.97),
            pixels=np.random.default_rng(seed).integers(0, 255, (4, 56, 56, 3), np.uint8),
        )
        for seed in range(3)
    ]
    model = TransformersVLM(str(tmp_path), device="cpu", batch_size=2, max_new_tokens=80)
    texts = [answer.text or "" for answer in model.describe(clips)]
    assert model._engine is None
    assert all(parse_description(text) for text in texts)
    alone = TransformersVLM(str(tmp_path), device="cpu", batch_size=1, max_new_tokens=80)
    assert [answer.text for answer in alone.describe(clips)] == texts
    assert len(set(texts)) > 1  # it looks at the pixels
