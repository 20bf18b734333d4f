"""Where a training stands, on disk: tensors in safetensors, all else in JSON. No pickle.

Batches, phrasings and dropout depend on seed and step alone, so weights, the optimiser's two
averages and the number of the step are all that there is to keep.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from napari_mousegpt.io.durable import replace_file, write_json

STATE = "state.json"
KINDS = ("step", "exp_avg", "exp_avg_sq")
Tensors = dict[str, Any]


def save_state(folder: Path, values: dict[str, Any], tensors: Tensors) -> None:
    """Put a state in place of the one before; killed half-way, the one before is still whole."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    name = f"state-{values['step']:06d}.safetensors"
    held = {key: value.detach().contiguous().cpu().clone() for key, value in tensors.items()}
    replace_file(folder / name, lambda beside: save_file(held, str(beside)))
    write_json(folder / STATE, {**values, "tensors": name})
    for old in folder.glob("state-*.safetensors"):
        if old.name != name:
            old.unlink(missing_ok=True)


def load_state(folder: Path) -> tuple[dict[str, Any], Tensors] | None:
    """Read the state of a folder; None if there is none.

    Raises
    ------
    ValueError
        If a file of it is damaged.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    path = folder / STATE
    if not path.is_file():
        return None
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return values, load_file(folder / Path(str(values["tensors"])).name)
    except (ValueError, KeyError, TypeError, OSError, SafetensorError) as error:
        raise ValueError(
            f"{folder}: the state of the training is damaged ({error}). Delete the folder to "
            "begin again."
        ) from error


def optimiser_tensors(optimiser: Any, names: list[str]) -> Tensors:
    """The averages of AdamW by the names of their weights."""
    found: Tensors = {}
    parameters = optimiser.param_groups[0]["params"]
    for name, parameter in zip(names, parameters, strict=True):
        for kind, value in optimiser.state.get(parameter, {}).items():
            found[f"optimiser.{kind}.{name}"] = value
    return found


def restore_optimiser(optimiser: Any, names: list[str], tensors: Tensors) -> None:
    """Put the averages back that `optimiser_tensors` gave."""
    parameters = optimiser.param_groups[0]["params"]
    for name, parameter in zip(names, parameters, strict=True):
        kept = {kind: tensors.get(f"optimiser.{kind}.{name}") for kind in KINDS}
        state = {kind: value for kind, value in kept.items() if value is not None}
        if len(state) == len(KINDS):
            optimiser.state[parameter] = {
                kind: value.clone() if kind == "step" else value.to(parameter.device)
                for kind, value in state.items()
            }
