"""A LoRA adapter put on a model, and its files. Knows no data.

Only linears of the language part are adapted, which a vLLM server takes as well.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

VISION = re.compile(r"(^|\.)(visual|vision_tower|vision_model|vision)(\.|$)")
_LINEAR = re.compile(r"\.(q|k|v|o|gate|up|down)_proj$")


def targets_of(network: Any) -> list[str]:
    """Names of the linears of the language part of a model.

    Raises
    ------
    ValueError
        If the model has none under the usual names.
    """
    names = [
        name
        for name, _ in network.named_modules()
        if _LINEAR.search(f".{name}") and not VISION.search(name)
    ]
    if not names:
        raise ValueError(
            f"{type(network).__name__} has no linears called q_proj ... down_proj in its language "
            "part. Choose another base model, or train all of a small one with --method full."
        )
    return names


def add_adapter(network: Any, *, rank: int, seed: int, dropout: float = 0.0) -> Any:
    """Put a fresh adapter on a model in place, and return peft's view of it.

    The base's weights are frozen; the adapter is in float32 and starts as no change.
    """
    import peft
    import torch

    targets = targets_of(network)
    torch.manual_seed(seed)
    config = peft.LoraConfig(
        r=rank,
        lora_alpha=2 * rank,
        lora_dropout=dropout,
        target_modules=_pattern(targets),
        bias="none",
        task_type="CAUSAL_LM",
    )
    return peft.get_peft_model(network, config)


def _pattern(names: list[str]) -> str:
    """One pattern for all names: their common beginning, any layer, and the kinds of linear."""
    first = names[0].split(".")
    shared = 0
    while shared < len(first) - 1 and all(
        name.split(".")[: shared + 1] == first[: shared + 1] for name in names
    ):
        shared += 1
    kinds = sorted({name.rpartition(".")[2] for name in names})
    beginning = "".join(re.escape(f"{part}.") for part in first[:shared])
    return rf"{beginning}.*\.({'|'.join(kinds)})"


def save_adapter(adapted: Any, folder: Path, *, base: str, revision: str | None) -> None:
    """Write ``adapter_config.json`` and ``adapter_model.safetensors``."""
    adapted.peft_config["default"].base_model_name_or_path = base
    adapted.peft_config["default"].revision = revision
    adapted.save_pretrained(folder, save_embedding_layers=False)
    (folder / "README.md").unlink(missing_ok=True)  # peft's own card, which says nothing
    for path in folder.iterdir():
        if path.is_file():
            path.chmod(0o644)
