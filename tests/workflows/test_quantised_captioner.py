"""Smaller weights are asked for by name, and only of captioners that have weights to choose."""

from __future__ import annotations

import pytest

from napari_mousegpt.captioning.mousegpt_tiny import FOLDER
from napari_mousegpt.workflows.captioner_choice import CaptionSettings, make_captioner


@pytest.mark.parametrize("captioner", ["mousegpt-tiny", "kinematic-rules"])
def test_some_captioners_cannot_be_quantised(captioner: str) -> None:
    with pytest.raises(ValueError, match="for the captioner transformers"):
        make_captioner(CaptionSettings(captioner=captioner, quantise="4bit"))


def test_smaller_weights_are_another_run_and_need_a_gpu() -> None:
    settings = CaptionSettings(captioner="transformers", model=str(FOLDER), device="cpu")
    smaller = make_captioner(
        CaptionSettings(captioner="transformers", model=str(FOLDER), device="cpu", quantise="8bit")
    )
    assert make_captioner(settings).parameters != smaller.parameters
    with pytest.raises(ValueError, match="NVIDIA GPU"):
        smaller.load()  # type: ignore[attr-defined]
