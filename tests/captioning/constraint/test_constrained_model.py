"""A network that knows nothing gives descriptions nevertheless, by the engine and by generate."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from napari_mousegpt.captioning.captioner import Clip
from napari_mousegpt.captioning.mousegpt_tiny import FOLDER
from napari_mousegpt.captioning.prompt import Prompt
from napari_mousegpt.captioning.transformers_vlm import TransformersVLM
from napari_mousegpt.datamodel.description import parse_description
from napari_mousegpt.datamodel.timerange import TimeRange

LABELS = ("rearing", "face grooming", "face washing")


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built-in model's architecture and processor, with random weights."""
    import torch
    from transformers import AutoConfig, AutoModelForImageTextToText, AutoProcessor

    torch.set_num_threads(1)
    torch.manual_seed(1)
    folder = tmp_path_factory.mktemp("model") / "stand-in"
    config = AutoConfig.from_pretrained(FOLDER)
    config.text_config.num_hidden_layers = 2
    config.text_config.initializer_range = config.vision_config.initializer_range = 0.2
    config.vision_config.depth = 2
    config.vision_config.deepstack_visual_indexes = [0, 1]
    AutoModelForImageTextToText.from_config(config).to(torch.float32).save_pretrained(folder)
    AutoProcessor.from_pretrained(FOLDER).save_pretrained(folder)
    return folder


def noise(seed: int) -> Clip:
    return Clip(
        video="cam0",
        individual="individual_0",
        window=TimeRange(0, 60),
        frames=tuple(range(4)),
        times_s=(0.0, 0.5, 1.0, 1.5),
        pixels=np.random.default_rng(seed).integers(0, 255, (4, 64, 64, 3), np.uint8),
    )


@pytest.mark.parametrize("attempt", [0, 1], ids=["greedy", "sampled"])
@pytest.mark.parametrize("plain", [False, True], ids=["engine", "generate"])
def test_every_answer_is_a_description(
    stand_in: Path, plain: bool, attempt: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompt = Prompt(system="", question="Describe the mouse.", labels=LABELS)
    model = TransformersVLM(
        str(stand_in), device="cpu", batch_size=4, prompt=prompt, max_new_tokens=96
    )
    if plain:
        monkeypatch.setattr(model, "_engine_or_none", lambda: None)
    answers = model.describe([noise(seed) for seed in range(8)], attempt=attempt)
    for answer in answers:
        said = parse_description(answer.text or "")
        assert said.overall
        assert said.keywords[:1] == () or said.keywords[0] in LABELS
        assert (answer.confidence is None) == (said.keywords == ())
        assert answer.confidence is None or 0 <= answer.confidence <= 1
    assert model.parameters["form"] == 1
