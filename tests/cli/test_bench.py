"""``mousegpt bench captions`` and what it measures with."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from napari_mousegpt.captioning.bench.architectures import architecture
from napari_mousegpt.captioning.bench.ceiling import Machine, captions_per_s_at_most
from napari_mousegpt.captioning.bench.workload import Prompts, Workload
from napari_mousegpt.cli import app
from napari_mousegpt.cli.outcome import run


@pytest.mark.parametrize(("model", "billions"), [("2b", 2.13), ("4b", 4.44), ("8b", 8.77)])
def test_architectures_have_the_published_size(model: str, billions: float) -> None:
    import torch
    from transformers import AutoModelForImageTextToText

    with torch.device("meta"):
        network = AutoModelForImageTextToText.from_config(architecture(model))
    network.tie_weights()
    assert sum(one.numel() for one in network.parameters()) / 1e9 == pytest.approx(
        billions, abs=0.005
    )


def test_prompts_share_what_they_should() -> None:
    workload = Workload(frames=4, side_px=64, text_tokens=60, shared_tokens=40)
    inputs = Prompts(workload).inputs([0, 1], None)
    first, second = inputs["input_ids"]
    assert first.tolist() == second.tolist()
    assert (first == 7).sum() == 2 * 2 * 2  # two pairs of frames of 64 px, 32 px a token
    visual = first.tolist().index(7)
    words = len(first) - 8
    assert 40 <= visual <= 40 + 30
    assert 60 <= words <= 60 + 50  # markers and times come to it
    assert (inputs["pixel_values_videos"][:8] != inputs["pixel_values_videos"][-8:]).any()


@pytest.mark.parametrize(
    ("machine", "bound"), [(Machine(1.0, 1e9), "products"), (Machine(1e9, 1.0), "memory")]
)
def test_the_ceiling_is_what_products_or_memory_allow(machine: Machine, bound: str) -> None:
    """Twice as fast where the one that binds is; four times the rows at once only help memory."""
    import torch
    from transformers import AutoModelForImageTextToText

    with torch.device("meta"):
        network = AutoModelForImageTextToText.from_config(architecture("tiny"), dtype=torch.float32)

    def at_most(machine: Machine, batch_size: int = 4) -> float:
        return captions_per_s_at_most(
            network, Workload(), batch_size=batch_size, prompt_tokens=400, machine=machine
        )

    faster = Machine(2 * machine.tflop_per_s, 2 * machine.copy_gb_per_s)
    assert at_most(faster) == pytest.approx(2 * at_most(machine))
    gain = at_most(machine, 16) / at_most(machine)
    assert gain == pytest.approx(1.0) if bound == "products" else gain > 1.3


def test_the_tiny_model_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    words = "--captions 3 --batch-size 2 --new-tokens 3 --side-px 64 --generate --json --device cpu"
    assert run(app, ["bench", "captions", *words.split()]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert found["captions"] == 3
    assert found["captions_per_s"] > 0
    assert found["generate_captions_per_s"] > 0
    assert set(found["seconds"]) == {"inputs", "vision", "prefill", "decode", "all"}
    stages = found["seconds"]
    assert sum(stages.values()) - stages["all"] <= stages["all"]
    assert found["ceiling_captions_per_s"] > 0
    assert found["memory_gib"] > 0.1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("--model 2b --device cpu", 1, "--model tiny"),
        ("--model 3b", 2, "3b"),
        ("--side-px 50", 2, "multiple of 32"),
    ],
)
def test_what_cannot_be_measured(
    words: str, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(app, ["bench", "captions", *words.split()]) == code
    assert said in capsys.readouterr().err


def test_lines_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    from napari_mousegpt.cli.bench import _lines

    found = SimpleNamespace(
        model="2b",
        parameters=2_130_000_000,
        device="a GPU",
        workload=Workload(),
        prompt_tokens=388,
        batch_size=128,
        captions=512,
        captions_per_s=100.0,
        seconds={"decode": 2.0},
        memory_gib=20.0,
        tflop_per_s=700.0,
        copy_gb_per_s=3000.0,
        ceiling_captions_per_s=200.0,
        share_of_ceiling=0.5,
        generate_captions_per_s=25.0,
    )
    said = "\n".join(_lines(found))  # type: ignore[arg-type]
    assert "2,130 M" in said
    assert "reached 50 %" in said
    assert "4.0 times as fast" in said
