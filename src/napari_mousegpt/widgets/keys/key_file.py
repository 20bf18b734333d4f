"""The keys a person chose, as a JSON file in napari's settings folder. Knows no action."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from napari.settings import get_settings

FILE = "napari-mousegpt-keys.json"


def key_file() -> Path | None:
    """Where the file is; None where napari keeps no settings."""
    path = get_settings().config_path
    return Path(path).parent / FILE if path else None


def load_keys(path: Path | None) -> dict[str, tuple[str, ...]]:
    """Read chosen keys by the name of their action; nothing where the file is missing or broken."""
    if path is None:
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        keys = found["keys"]
        return {str(name): tuple(str(key) for key in chosen) for name, chosen in keys.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def save_keys(path: Path | None, keys: Mapping[str, tuple[str, ...]]) -> None:
    """Write chosen keys.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".part")
        text = json.dumps({"format_version": 1, "keys": {n: [*k] for n, k in keys.items()}})
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
