"""Whether a JSON file may hold poses, without parsing all of it. Knows no pose format."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from napari_mousegpt.io.doors import safe_json

FILE_LIMIT_BYTES = 500_000_000
"""Size of one file of poses; in memory it is several times larger."""
_GLANCE_BYTES = 1 << 18


def mentions(path: Path, *keys: str, opening: str) -> bool:
    """Tell whether JSON text begins with ``opening`` and has all keys near its start or end.

    False for anything else, and for a file that cannot be read.
    """
    try:
        with path.open("rb") as file:
            start = file.read(_GLANCE_BYTES)
            file.seek(max(len(start), path.stat().st_size - _GLANCE_BYTES))
            text = (start + file.read(_GLANCE_BYTES)).decode("utf-8-sig", "replace")
    except OSError:
        return False
    found = set(re.findall(r'"(\w{1,40})"\s*:', text)) if text.lstrip()[:1] == opening else set()
    return found.issuperset(keys)


def read_json(path: Path) -> Any:
    """Parse a file of at most `FILE_LIMIT_BYTES`.

    Raises
    ------
    ValueError
        If it is larger, nested too deeply, or no JSON.
    OSError
        If it cannot be read.
    """
    return safe_json.read_json(path, limit_bytes=FILE_LIMIT_BYTES)
