"""Indices of films kept in the cache folder, so that a film is counted once. No pickle."""

from __future__ import annotations

import contextlib
import json
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.io.cache_folder import cached_file
from napari_mousegpt.io.durable import replace_file
from napari_mousegpt.io.films.video_index import VideoIndex
from napari_mousegpt.io.fingerprint import fingerprint

INDEX_REVISION = 1
"""To be raised when the same file gets another index."""
WORTH_KEEPING_BYTES = 256 << 10
"""Smaller files are counted about as soon as a kept index is found."""
MOST_FRAMES = 1 << 28
ARRAYS = ("pts", "keys")


def load_index(path: Path) -> VideoIndex | None:
    """The index kept of a file; None if there is none, or none that can be used."""
    try:
        if path.stat().st_size < WORTH_KEEPING_BYTES:
            return None
        with _place(path).open("rb") as file, np.load(file, allow_pickle=False) as kept:
            facts = json.loads(bytes(kept["facts"]))
            facts |= {name: _summed(kept[name]) for name in ARRAYS}
        index = VideoIndex(**{**facts, "problems": tuple(facts["problems"])})
        return index if _is_sound(index) else None
    except (OSError, ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile):
        return None  # none, or a broken one: it is made anew


def keep_index(path: Path, index: VideoIndex) -> None:
    """Keep an index for the next time; a cache that cannot be written to is no trouble."""
    with contextlib.suppress(OSError):
        if path.stat().st_size < WORTH_KEEPING_BYTES:
            return
        facts: dict[str, Any] = asdict(index)
        # Steps between stamps repeat, and so take next to no room.
        arrays = {name: np.diff(facts.pop(name), prepend=0) for name in ARRAYS}
        text = np.frombuffer(json.dumps(facts).encode(), np.uint8)
        place = _place(path)

        def write(beside: Path) -> None:
            with beside.open("wb") as file:
                np.savez_compressed(file, facts=text, **arrays)

        replace_file(place, write, synced=False)  # one that a power cut breaks is made anew


def _place(path: Path) -> Path:
    return cached_file(fingerprint(path), f"index-{INDEX_REVISION}.npz")


def _summed(steps: NDArray[Any]) -> NDArray[np.int64]:
    if steps.dtype != np.int64 or steps.ndim != 1 or not 0 < len(steps) < MOST_FRAMES:
        raise ValueError("not an index")
    return np.cumsum(steps)


def _is_sound(index: VideoIndex) -> bool:
    numbers = (index.time_base_s, index.fps, index.width, index.height, index.rotation_degrees)
    return (
        all(isinstance(number, int | float) and np.isfinite(number) for number in numbers)
        and min(numbers[:4]) > 0
        and isinstance(index.codec, str)
        and isinstance(index.container, str)
        and bool((np.diff(index.pts) >= 0).all())
        and bool((np.diff(index.keys) >= 0).all())
    )
