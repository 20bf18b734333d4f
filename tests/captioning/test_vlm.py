"""The code around vision-language models, on stand-ins with random weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from napari_mousegpt.captioning.captioner import Clip
from napari_mousegpt.captioning.model_files import check_folder, resolve_model, revision_of
from napari_mousegpt.captioning.mousegpt_tiny import FOLDER, MouseGPTTiny
from napari_mousegpt.captioning.prompt import Prompt
from napari_mousegpt.captioning.transformers_vlm import TransformersVLM
from napari_mousegpt.datamodel.description import BEHAVIOURS, parse_description
from napari_mousegpt.datamodel.timerange import TimeRange


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    import torch

    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built-in model's architecture and processor, with random weights."""
    import torch
    from transformers import AutoConfig, AutoModelForImageTextToText, AutoProcessor

    folder = tmp_path_factory.mktemp("model") / "stand-in"
    torch.manual_seed(0)
    config = AutoConfig.from_pretrained(FOLDER)
    # Large weights, so that different pictures bring different words.
    config.text_config.initializer_range = config.vision_config.initializer_range = 0.2
    AutoModelForImageTextToText.from_config(config).to(torch.float32).save_pretrained(folder)
    AutoProcessor.from_pretrained(FOLDER).save_pretrained(folder)
    return folder


def clip(*, frames: int = 8, side: int = 128, seed: int = 0, view: str = "top") -> Clip:
    pixels = np.random.default_rng(seed).integers(0, 255, (frames, side, side, 3), np.uint8)
    return Clip(
        video="cam0",
        individual="individual_0",
        window=TimeRange(0, 60),
        frames=tuple(range(frames)),
        times_s=tuple(np.linspace(0, 1.9667, frames).tolist()),
        camera_view=view,
        pixels=pixels,
    )


def test_batches_give_the_answers_of_single_clips(stand_in: Path) -> None:
    clips = [clip(seed=seed) for seed in range(5)]
    single = TransformersVLM(
        str(stand_in), device="cpu", batch_size=1, max_new_tokens=12, constrained=False
    )
    batched = TransformersVLM(
        str(stand_in), device="cpu", batch_size=3, max_new_tokens=12, constrained=False
    )
    expected = [answer.text for answer in single.describe(clips)]
    assert [answer.text for answer in batched.describe(clips)] == expected
    assert len(set(expected)) > 1  # it does look at the pixels


def test_later_attempts_may_answer_differently_but_repeat(stand_in: Path) -> None:
    model = TransformersVLM(str(stand_in), device="cpu", max_new_tokens=12, constrained=False)
    first, again = (model.describe([clip()], attempt=1)[0].text for _ in range(2))
    assert first == again
    assert first != model.describe([clip()])[0].text


def test_memory_that_runs_out_halves_the_batch(
    stand_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from napari_mousegpt.captioning.engine.prompts import PromptReader

    model = TransformersVLM(
        str(stand_in), device="cpu", batch_size=8, max_new_tokens=4, constrained=False
    )
    clips = [clip(seed=seed) for seed in range(8)]
    expected = model.describe(clips)
    read, sizes, fitting = PromptReader.read, [], 2

    def read_few(reader: PromptReader, rows: list, *others: object) -> object:
        sizes.append(len(rows))
        if len(rows) > fitting:
            raise RuntimeError("CUDA out of memory. Tried to allocate 2 GiB")
        return read(reader, rows, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(PromptReader, "read", read_few)
    assert [one.text for one in model.describe(clips)] == [one.text for one in expected]
    assert sizes == [8, 4, 2, 2, 2, 2]
    assert model.batch_size == 2
    fitting = 0
    with pytest.raises(MemoryError, match="--device cpu"):
        model.describe([clip()])


def test_the_built_in_model_sees_what_moves() -> None:
    """A dark blob that runs across the crop is no still mouse, and one at rest does not run."""
    model = MouseGPTTiny(device="cpu")
    grid_y, grid_x = np.mgrid[:128, :128]

    def blob(at_x: float) -> np.ndarray:
        inside = ((grid_x - at_x) / 26) ** 2 + ((grid_y - 64) / 12) ** 2 < 1
        return np.repeat(np.where(inside, 40, 200).astype(np.uint8)[..., None], 3, axis=-1)

    moving = np.stack([blob(x) for x in np.linspace(24, 104, 8)])
    resting = np.stack([blob(64.0)] * 8)
    said = [
        parse_description(answer.text or "")
        for answer in model.describe([_with(clip(), pixels) for pixels in (moving, resting)])
    ]
    assert all(description.keywords[0] in BEHAVIOURS for description in said)
    assert said[0].keywords[0] in ("walking", "running")
    assert said[1].keywords[1] == "not moving"


def _with(one: Clip, pixels: np.ndarray) -> Clip:
    from dataclasses import replace

    return replace(one, pixels=pixels)


def test_the_built_in_model_gets_what_it_was_trained_on() -> None:
    model = MouseGPTTiny()
    assert model.model == "mousegpt-tiny"
    assert model.prompt_for(clip()) == "Window of 2.00 s, top view. Describe the mouse."
    with pytest.raises(ValueError, match="--frames-per-clip 8"):
        model.describe([clip(frames=6)])


def test_the_prompt_is_the_text_stored() -> None:
    prompt = Prompt(
        "You see mice.", "{n_frames} frames over {span_s} s, {camera_view}. {kinematics}"
    )
    assert prompt.question_for(clip()) == "8 frames over 1.97 s, top."
    assert prompt.text.startswith("You see mice.\n\n{n_frames}")


def _no_config(folder: Path) -> None:
    (folder / "model.safetensors").touch()


def _no_weights(folder: Path) -> None:
    (folder / "config.json").write_text("{}")


def _pickled_weights(folder: Path) -> None:
    (folder / "config.json").write_text("{}")
    (folder / "pytorch_model.bin").touch()


def _own_code(folder: Path) -> None:
    (folder / "config.json").write_text('{"auto_map": {"AutoModel": "modeling_x.X"}}')
    (folder / "model.safetensors").touch()


@pytest.mark.parametrize(
    ("fill", "words"),
    [
        (_no_config, "config.json, found none"),
        (_no_weights, "safetensors, none"),
        (_pickled_weights, "pytorch_model.bin, which can run code"),
        (_own_code, "code of its own"),
    ],
)
def test_folders_that_are_no_safe_model(tmp_path: Path, fill, words: str) -> None:  # type: ignore[no-untyped-def]
    fill(tmp_path)
    with pytest.raises(ValueError, match=words):
        check_folder(tmp_path)


@pytest.mark.parametrize("model", ["/no/such/folder", "./x", "a/b/c", "just-a-word"])
def test_models_that_are_nowhere(model: str) -> None:
    with pytest.raises(FileNotFoundError, match="expected a folder with a model"):
        resolve_model(model)


def test_a_model_is_known_by_its_content(stand_in: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in stand_in.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    assert revision_of(str(copy)) == revision_of(str(stand_in))
    (copy / "config.json").write_text((copy / "config.json").read_text() + " ")
    assert revision_of(str(copy)) != revision_of(str(stand_in))


def test_a_folder_that_is_no_vision_model_is_one_sentence(stand_in: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "bert"}')
    (folder / "model.safetensors").write_bytes((stand_in / "model.safetensors").read_bytes())
    with pytest.raises(ValueError, match="no vision-language model could be loaded"):
        TransformersVLM(str(folder), device="cpu").load()
