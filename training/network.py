"""Tokenizer, processor and untrained weights of the model: stock transformers, nothing else."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import torch

from napari_mousegpt.captioning.mousegpt_tiny import FRAMES, KNOWN_SPANS_S
from training.answers import answer_for
from training.rendering.chance import Chance
from training.rendering.course import draw_course
from training.rendering.looks import VIEWS
from training.settings import Settings

SIDE_PX = 128
HEAD_WIDTH = 32
SPECIAL = (
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|vision_start|>",
    "<|vision_end|>",
    "<|vision_pad|>",
    "<|image_pad|>",
    "<|video_pad|>",
)
TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n"
    "{% if m.content is string %}{{ m.content }}{% else %}{% for c in m.content %}"
    "{% if c.type == 'video' %}<|vision_start|><|video_pad|><|vision_end|>"
    "{% elif c.type == 'image' %}<|vision_start|><|image_pad|><|vision_end|>"
    "{% elif c.type == 'text' %}{{ c.text }}{% endif %}{% endfor %}{% endif %}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def question(span_s: float, view: str) -> str:
    """What the model is asked; the words of `captioning.prompt.TINY`."""
    return f"Window of {span_s:.2f} s, {view} view. Describe the mouse."


def make_processor(settings: Settings) -> Any:
    """Train a tokenizer on drawn answers and wrap it with the stock picture processing."""
    from transformers import PreTrainedTokenizerFast, Qwen3VLProcessor
    from transformers.models.qwen2_vl.image_processing_qwen2_vl import Qwen2VLImageProcessor
    from transformers.models.qwen3_vl.video_processing_qwen3_vl import Qwen3VLVideoProcessor

    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=_trained_tokenizer(settings),
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        additional_special_tokens=list(SPECIAL),
        padding_side="left",
        model_max_length=4096,
    )
    patches = {"patch_size": settings.patch_px, "temporal_patch_size": 2, "merge_size": 2}
    area = SIDE_PX * SIDE_PX
    return Qwen3VLProcessor(
        image_processor=Qwen2VLImageProcessor(
            **patches, size={"shortest_edge": 4096, "longest_edge": area}
        ),
        tokenizer=tokenizer,
        video_processor=Qwen3VLVideoProcessor(
            **patches,
            do_sample_frames=False,
            cap_pixels_per_frame=False,
            size={"shortest_edge": 4096, "longest_edge": area * FRAMES},
        ),
        chat_template=TEMPLATE,
    )


def _trained_tokenizer(settings: Settings) -> Any:
    """Byte-level pairs learned from answers; single digits keep prompts of one length."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), byte_level]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=2048,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_corpus(settings), trainer)
    return tokenizer


def _corpus(settings: Settings) -> Iterator[str]:
    chance = Chance(1200, torch.Generator().manual_seed(settings.seed))
    course = draw_course(torch.ones(1200), chance, mixed=0.3, absent=settings.absent)
    rng = random.Random(settings.seed)
    for _ in range(3):
        for facts, change in zip(course.facts, course.changes, strict=True):
            yield answer_for(facts, change, rng)
    for span_s in KNOWN_SPANS_S:
        for view in VIEWS:
            yield f"user\nassistant\n<{rng.uniform(0, 2):.1f} seconds>{question(span_s, view)}"


def make_network(settings: Settings, processor: Any) -> Any:
    """Untrained weights, the same for the same seed."""
    from transformers import Qwen3VLConfig, Qwen3VLForConditionalGeneration

    tokens = {name: processor.tokenizer.convert_tokens_to_ids(name) for name in SPECIAL}
    text, vision = settings.text_width, settings.vision_width
    config = Qwen3VLConfig(
        tie_word_embeddings=True,
        image_token_id=tokens["<|image_pad|>"],
        video_token_id=tokens["<|video_pad|>"],
        vision_start_token_id=tokens["<|vision_start|>"],
        vision_end_token_id=tokens["<|vision_end|>"],
        text_config={
            "vocab_size": -(-len(processor.tokenizer) // 64) * 64,
            "hidden_size": text,
            "intermediate_size": 3 * text,
            "num_hidden_layers": settings.text_layers,
            "num_attention_heads": text // HEAD_WIDTH,
            "num_key_value_heads": text // HEAD_WIDTH // 2,
            "head_dim": HEAD_WIDTH,
            "max_position_embeddings": 4096,
            "tie_word_embeddings": True,
            "pad_token_id": tokens["<|endoftext|>"],
            "eos_token_id": tokens["<|im_end|>"],
            "bos_token_id": None,
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 10_000.0,
                "mrope_section": [6, 5, 5],
                "mrope_interleaved": True,
            },
        },
        vision_config={
            "depth": settings.vision_layers,
            "hidden_size": vision,
            "intermediate_size": 4 * vision,
            "num_heads": vision // HEAD_WIDTH,
            "patch_size": settings.patch_px,
            "temporal_patch_size": 2,
            "spatial_merge_size": 2,
            "out_hidden_size": text,
            "num_position_embeddings": (SIDE_PX // settings.patch_px) ** 2,
            "deepstack_visual_indexes": [
                settings.vision_layers // 3,
                2 * settings.vision_layers // 3,
            ],
        },
    )
    torch.manual_seed(settings.seed)
    network = Qwen3VLForConditionalGeneration(config)
    network.generation_config.eos_token_id = tokens["<|im_end|>"]
    network.generation_config.pad_token_id = tokens["<|endoftext|>"]
    return network
