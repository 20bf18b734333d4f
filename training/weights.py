"""The trained model as the folder that the package loads: half precision, safetensors, its card."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pandas as pd

from napari_mousegpt.captioning.seen_facts.fact_reader import FILE as READER
from napari_mousegpt.captioning.seen_facts.fact_reader import save_reader
from napari_mousegpt.datamodel.facts import VOCABULARY
from training.evaluation import Evaluation
from training.settings import Settings
from training.trainee import FACTS, Trainee


def save_model(folder: Path, trainee: Trainee, processor: Any, settings: Settings) -> None:
    """Write weights, processor, the layers that read facts, and settings."""
    folder.mkdir(parents=True, exist_ok=True)
    network = copy.deepcopy(trainee.network)
    network.set_attn_implementation("sdpa")
    network.half().cpu().save_pretrained(folder)
    processor.save_pretrained(folder)
    save_reader(folder, trainee.fact_weights(), {name: VOCABULARY[name] for name in FACTS})
    (folder / "training.json").write_text(json.dumps(settings.as_dict(), indent=1) + "\n")


def load_trainee(folder: Path) -> tuple[Trainee, Any]:
    """A model's folder to train on, and its processor.

    Raises
    ------
    ValueError
        If the layers that read facts and keypoints do not lie beside its weights.
    """
    import torch
    from safetensors.torch import load_file
    from transformers import AutoModelForImageTextToText, AutoProcessor

    if not (folder / READER).is_file():
        raise ValueError(f"{folder}: expected {READER} beside the weights, found none")
    processor = AutoProcessor.from_pretrained(folder)
    network = AutoModelForImageTextToText.from_pretrained(folder, dtype=torch.float32)
    trainee = Trainee(network, processor)
    layers = {name: value.float() for name, value in load_file(folder / READER).items()}
    needed = {name for name in trainee.fact_weights() if not name.startswith("motion.")}
    if missing := sorted(needed - set(layers)):
        raise ValueError(f"{folder / READER}: expected {', '.join(missing)}, found none")
    trainee.load_state_dict(layers, strict=False)
    return trainee, processor


def write_card(
    folder: Path,
    evaluation: Evaluation,
    settings: Settings,
    *,
    size: str,
    trainee: Trainee,
    backgrounds: Path | None,
    minutes: float,
    start: Path | None = None,
    real: pd.DataFrame | None = None,
) -> None:
    """Write ``README.md``: what the model is, what it was trained on, what it got right."""
    millions = sum(p.numel() for p in trainee.network.parameters()) / 1e6
    floors = "made floors" if backgrounds is None else "made floors and squares of films"
    lines = [
        "# mousegpt-tiny: model card",
        "",
        f"A vision-language model of {millions:.2f} M parameters (Qwen3-VL class), trained",
        f"{'from scratch' if start is None else 'on from another'} on rendered mice by "
        f"`python -m training.tiny --size {size}` with seed {settings.seed}:",
        f"{settings.vision_steps} steps on keypoints and facts, then {settings.language_steps}",
        f"on words, {settings.batch} clips each, in {minutes:.0f} minutes",
        f"({trainee.prompts.device.type}). Its pictures are rendered mice on {floors}.",
        "",
        "It takes eight grey frames of 128 x 128 pixels over 0.25-2 s, cropped round one mouse.",
        "",
        "Share right, per cent, by what its eye concludes, on rendered clips that training never",
        f"showed ({settings.held_out} a row, a third of them in the rows with tampered frames):",
        "",
        table_of(evaluation.rows * 100),
        "",
        f"No animal: seen in {evaluation.empty_seen:.0%} of the empty clips. Two behaviours in a",
        f"window: both named in {evaluation.change_seen:.0%}.",
        "",
        "Concluded (columns) against true (rows):",
        "",
        table_of(evaluation.confusion, digits=0),
    ]
    if real is not None:
        lines += ["", "Real clips, per cent, no video of which was trained on:", "", table_of(real)]
    lines += ["", "Licence: BSD-3-Clause, as the package.", ""]
    (folder / "README.md").write_text("\n".join(lines))


def table_of(table: pd.DataFrame, *, digits: int = 1) -> str:
    """A table in Markdown."""
    head = [str(table.index.name or ""), *map(str, table.columns)]
    rows = [
        [str(name), *("" if pd.isna(value) else f"{value:.{digits}f}" for value in row)]
        for name, row in zip(table.index, table.to_numpy(), strict=True)
    ]
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines)
