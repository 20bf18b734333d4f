"""Where a model's files are and which they are. Refuses what could run code. Knows no torch."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

PRESETS = {
    "qwen3-vl-2b": "Qwen/Qwen3-VL-2B-Instruct",
    "qwen3-vl-4b": "Qwen/Qwen3-VL-4B-Instruct",
    "qwen3-vl-8b": "Qwen/Qwen3-VL-8B-Instruct",
}
"""Short names for models of the Hugging Face hub."""

READ_BYTES = 1 << 20
LABEL_HEAD = "label_head.safetensors"
"""What labels taught the built-in model; see `seen_facts.label_head`."""


def resolve_model(model: str) -> str:
    """Turn a preset, hub id or folder into what transformers loads from.

    Raises
    ------
    FileNotFoundError
        If it looks like a folder and is none.
    ValueError
        If the folder lacks a config or safetensors weights, or asks to run code of its own.
    """
    folder = Path(model).expanduser()
    if folder.is_dir():
        check_folder(folder)
        return str(folder)
    if model in PRESETS:
        return PRESETS[model]
    if folder.is_absolute() or model.startswith((".", "~")) or model.count("/") != 1:
        known = ", ".join(PRESETS)
        raise FileNotFoundError(
            f"{model}: expected a folder with a model, an id of the Hugging Face hub such as "
            f"Qwen/Qwen3-VL-2B-Instruct, or one of {known}; found none of these"
        )
    return model


def check_folder(folder: Path) -> None:
    """Check that a folder holds a model that loads without running foreign code.

    Raises
    ------
    ValueError
        If it does not; the message says what is missing.
    """
    if not (folder / "config.json").is_file():
        raise ValueError(f"{folder}: expected a model with a config.json, found none")
    if not any(folder.glob("*.safetensors")):
        others = sorted(path.name for path in folder.glob("*.bin"))
        found = f"found {', '.join(others)}, which can run code when opened" if others else "none"
        raise ValueError(
            f"{folder}: expected weights as .safetensors, {found}. "
            "Save the model with safetensors, or choose another folder."
        )
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{folder}/config.json is not JSON: {error}") from error
    if config.get("auto_map"):
        raise ValueError(
            f"{folder}: this model needs code of its own (auto_map in config.json), which is "
            "never run. Choose a model whose class is part of transformers."
        )


def check_adapter(folder: str | Path) -> None:
    """Check that a folder holds a LoRA adapter that loads without running foreign code.

    Raises
    ------
    FileNotFoundError, ValueError
        If it does not; the message says what is missing.
    """
    path = Path(folder)
    if not path.is_dir():
        raise FileNotFoundError(
            f"{path}: no such adapter; expected a folder that mousegpt train wrote"
        )
    if (path / LABEL_HEAD).is_file():
        raise ValueError(
            f"{path}: expected a LoRA adapter, found what was taught to mousegpt-tiny; it goes "
            "with --captioner mousegpt-tiny alone"
        )
    for name in ("adapter_config.json", "adapter_model.safetensors"):
        if not (path / name).is_file():
            raise ValueError(
                f"{path}: expected an adapter with {name}, found "
                f"{', '.join(sorted(one.name for one in path.iterdir())[:5]) or 'nothing'}. "
                "A folder of whole weights goes with --model."
            )


def is_at_hand(model: str) -> bool:
    """Whether a model's files are on this computer; if not, whether they can be fetched.

    Raises
    ------
    ValueError
        If they are not here and the hub cannot be reached, or has no such model: asked once and
        briefly, where the download itself would try for minutes.
    """
    if Path(model).is_dir():
        return True
    from huggingface_hub import HfApi, snapshot_download

    try:
        snapshot_download(model, local_files_only=True)
        return True
    except (OSError, ValueError):
        pass
    try:
        HfApi().model_info(model, timeout=10)
    except Exception as error:  # network libraries raise kinds of their own
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise ValueError(
            f"the model is not on this computer, and the hub did not give it: {reason[0]}"
        ) from error
    return False


def revision_of(model: str) -> str | None:
    """Identify the files of a model folder by content, or a hub model by the commit in the cache.

    None for a hub model that is not in the cache yet.
    """
    folder = Path(model)
    if not folder.is_dir():
        from huggingface_hub import try_to_load_from_cache

        cached = try_to_load_from_cache(model, "config.json")
        return Path(cached).parent.name if isinstance(cached, str) else None
    digest = hashlib.sha256()
    for path in sorted([*folder.glob("*.json"), *folder.glob("*.safetensors")]):
        size = path.stat().st_size
        digest.update(f"{path.name} {size}".encode())
        with path.open("rb") as file:
            digest.update(file.read(READ_BYTES))
            file.seek(max(0, size - READ_BYTES))
            digest.update(file.read(READ_BYTES))
    return digest.hexdigest()[:16]
