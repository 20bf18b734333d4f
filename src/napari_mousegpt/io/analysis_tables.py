"""``embeddings.parquet`` and ``clusters.parquet``: tables with the rows of several runs.

Also what was fitted to make them, as safetensors: arrays and plain values, nothing executable.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.datamodel.tables import INTERVAL, conform
from napari_mousegpt.io.durable import replace_file

EMBEDDINGS: dict[str, str] = INTERVAL | {"space": "str", "kind": "str", "vector": "object"}
"""``kind`` says what the vector holds: ``combined``, a block such as ``text``, or a level."""

CLUSTERS: dict[str, str] = INTERVAL | {
    "cluster": "int64",
    "confidence": "float64",
    "x": "float64",
    "y": "float64",
}
"""``cluster`` -1 is noise; ``x, y`` is the place on the map, for the eye only."""

EMBEDDINGS_FILE, CLUSTERS_FILE, FITTED = "embeddings.parquet", "clusters.parquet", "fitted"
_COLUMNS = {EMBEDDINGS_FILE: EMBEDDINGS, CLUSTERS_FILE: CLUSTERS}
_NAME = re.compile(r"[a-z]+-[0-9a-f]{6,64}")


def read_table(folder: Path, name: str) -> pd.DataFrame:
    """Read one of the tables of a recording, empty if it is not there.

    Raises
    ------
    ValueError
        If the file is not whole.
    """
    path = folder / name
    if not path.exists():
        return conform(pd.DataFrame(), _COLUMNS[name])
    try:
        return conform(pd.read_parquet(path), _COLUMNS[name])
    except (OSError, ValueError) as error:
        verb = "embed" if name == EMBEDDINGS_FILE else "cluster"
        raise ValueError(
            f"{folder.name}/{name} cannot be read ({error}). It can be made again: delete it and "
            f"run mousegpt {verb} {folder}"
        ) from error


def replace_run_rows(folder: Path, name: str, run_id: str, rows: pd.DataFrame) -> None:
    """Make these the rows of a run, in place of those it had; rows of other runs stay."""
    rows = conform(rows.assign(run_id=run_id), _COLUMNS[name])
    kept = read_table(folder, name)
    kept = kept[kept["run_id"] != run_id]
    table = rows if kept.empty else pd.concat([kept, rows], ignore_index=True)
    replace_file(
        folder / name, lambda beside: table.to_parquet(beside, compression="zstd", index=False)
    )


def stack_vectors(table: pd.DataFrame) -> NDArray[np.float32]:
    """The column ``vector`` as an array of shape (rows, dimensions)."""
    if table.empty:
        return np.zeros((0, 0), np.float32)
    return np.stack([np.asarray(vector, np.float32) for vector in table["vector"]])


def save_fitted(
    folder: Path, name: str, arrays: Mapping[str, NDArray], values: Mapping[str, Any]
) -> None:
    """Keep what an estimator learnt, such as ``space-0123abcd``, in a recording."""
    from safetensors.numpy import save

    (folder / FITTED).mkdir(exist_ok=True)
    metadata = {"values": json.dumps(values, allow_nan=False)}
    whole = {key: np.ascontiguousarray(array) for key, array in arrays.items()}
    content = save(whole, metadata=metadata)  # save_file makes files that only the user reads
    replace_file(_path(folder, name), partial(_write_bytes, content))


def load_fitted(folder: Path, name: str) -> tuple[dict[str, NDArray], dict[str, Any]]:
    """Read what `save_fitted` kept.

    Raises
    ------
    ValueError
        If it is not there, or not whole.
    """
    from safetensors import SafetensorError, safe_open

    path = _path(folder, name)
    if not path.is_file():
        raise ValueError(f"{folder.name} does not hold {FITTED}/{path.name}: make it again")
    try:
        with safe_open(path, "numpy") as file:
            arrays = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
            return arrays, json.loads((file.metadata() or {})["values"])
    except (SafetensorError, KeyError, ValueError) as error:
        raise ValueError(f"{folder.name}/{FITTED}/{path.name} is not whole: {error}") from error


def _write_bytes(content: bytes, path: Path) -> None:
    path.write_bytes(content)


def _path(folder: Path, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise ValueError(f"expected a name such as space-0123abcd, found {name!r}")
    return folder / FITTED / f"{name}.safetensors"
