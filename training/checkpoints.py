"""Where a run stands, as safetensors and JSON: weights, optimiser, how much was rendered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from training.stages import Stage
from training.trainee import Trainee

NAME = "checkpoint.safetensors"


def save_checkpoint(
    folder: Path,
    trainee: Trainee,
    optimiser: torch.optim.Optimizer,
    *,
    stage: Stage,
    step: int,
    settings: dict[str, Any],
    losses: dict[str, list[float]],
    rendered: int,
) -> None:
    """Replace the checkpoint of a folder; a crash meanwhile leaves the old one."""
    tensors = {f"weights.{name}": value for name, value in trainee.state_dict().items()}
    for number, state in optimiser.state_dict()["state"].items():
        for name, value in state.items():
            tensors[f"optimiser.{number}.{name}"] = torch.as_tensor(value)
    told = {
        "stage": stage,
        "step": step,
        "settings": settings,
        "losses": losses,
        "rendered": rendered,
    }
    whole = {name: value.detach().cpu().contiguous().clone() for name, value in tensors.items()}
    unfinished = folder / f"{NAME}.part"
    save_file(whole, unfinished, metadata={"run": json.dumps(told)})
    unfinished.replace(folder / NAME)


def read_checkpoint(folder: Path, settings: dict[str, Any]) -> dict[str, Any] | None:
    """Where the run of a folder stands; None if it has not begun.

    Raises
    ------
    ValueError
        If it was begun with other settings.
    """
    path = folder / NAME
    if not path.exists():
        return None
    with safe_open(path, framework="pt") as file:
        told = json.loads(file.metadata()["run"])
    changed = [name for name, value in settings.items() if told["settings"].get(name) != value]
    if changed:
        raise ValueError(
            f"{path}: was begun with other settings ({', '.join(changed)}). "
            "Give the same, or another folder."
        )
    return told


def restore_weights(folder: Path, trainee: Trainee) -> None:
    """Put the weights of a checkpoint back."""
    trainee.load_state_dict(_part(folder, "weights."), strict=True)


def restore_optimiser(folder: Path, optimiser: torch.optim.Optimizer) -> None:
    """Put the state of an optimiser for the same stage back."""
    states: dict[int, dict[str, Tensor]] = {}
    for key, value in _part(folder, "optimiser.").items():
        number, name = key.split(".", 1)
        states.setdefault(int(number), {})[name] = value
    optimiser.load_state_dict(
        {"state": states, "param_groups": optimiser.state_dict()["param_groups"]}
    )


def _part(folder: Path, prefix: str) -> dict[str, Tensor]:
    return {
        key.removeprefix(prefix): value
        for key, value in load_file(folder / NAME).items()
        if key.startswith(prefix)
    }
