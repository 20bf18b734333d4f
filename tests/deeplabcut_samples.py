"""Small DeepLabCut files, h5 written by h5py the way pandas and PyTables do. Knows no reader."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np

LEVELS = ("scorer", "bodyparts", "coords")
MANY_LEVELS = ("scorer", "individuals", "bodyparts", "coords")
TWO_POINTS = [
    ("net", part, coord) for part in ("nose", "tail") for coord in ("x", "y", "likelihood")
]
THREE_FRAMES = np.arange(18.0).reshape(3, 6)


def pickled(value: Any) -> np.bytes_:
    """Spell a value the way PyTables does."""
    return np.bytes_(pickle.dumps(value, 0))


def write_csv(
    path: Path,
    columns: Sequence[tuple] = TWO_POINTS,
    rows: Any = THREE_FRAMES,
    index: Sequence[object] | None = None,
    levels: Sequence[str] = LEVELS,
) -> Path:
    labels = range(len(rows)) if index is None else index
    lines = [[name, *(str(column[k]) for column in columns)] for k, name in enumerate(levels)] + [
        [str(label), *map(str, row)] for label, row in zip(labels, rows, strict=True)
    ]
    path.write_text("\n".join(",".join(line) for line in lines) + "\n", encoding="utf-8")
    return path


def write_table(
    path: Path,
    columns: Sequence[tuple] = TWO_POINTS,
    blocks: Sequence[tuple[Sequence[int], np.ndarray]] | None = None,
    index: np.ndarray | None = None,
    levels: Sequence[str] = LEVELS,
) -> Path:
    """Write the table layout; each block is (column numbers, values)."""
    blocks = [(range(len(columns)), THREE_FRAMES)] if blocks is None else blocks
    n_rows = len(blocks[0][1])
    index = np.arange(n_rows) if index is None else np.asarray(index)
    names = [f"values_block_{k}" for k in range(len(blocks))]
    row = np.dtype(
        [("index", index.dtype)]
        + [
            (name, values.dtype, values.shape[1:])
            for name, (_, values) in zip(names, blocks, strict=True)
        ]
    )
    data = np.empty(n_rows, row)
    data["index"] = index
    with h5py.File(path, "w") as file:
        group = file.create_group("df_with_missing")
        for name, value in {
            "CLASS": np.bytes_("GROUP"),
            "pandas_type": np.bytes_("frame_table"),
            "table_type": np.bytes_("appendable_frame"),
            "data_columns": pickled([]),
            "index_cols": pickled([(0, "index")]),
            "values_cols": pickled(names),
            "non_index_axes": pickled([(1, list(columns))]),
            "info": pickled({1: {"names": list(levels), "type": "MultiIndex"}, "index": {}}),
            "levels": 1,
        }.items():
            group.attrs[name] = value
        for name, (_, values) in zip(names, blocks, strict=True):
            data[name] = values
        table = group.create_dataset("table", data=data)
        kind = "string" if index.dtype.kind == "S" else "integer"
        table.attrs["index_kind"] = np.bytes_(kind)
        for name, (numbers, _) in zip(names, blocks, strict=True):
            table.attrs[f"{name}_kind"] = pickled([columns[k] for k in numbers])
            table.attrs[f"{name}_meta"] = pickled(None)
    return path


def write_fixed(
    path: Path,
    columns: Sequence[tuple] = TWO_POINTS,
    blocks: Sequence[tuple[Sequence[int], np.ndarray]] | None = None,
    index: Sequence[Any] | None = None,
    levels: Sequence[str] = LEVELS,
    key: str = "df_with_missing",
) -> Path:
    """Write the fixed layout; an index of tuples becomes a MultiIndex."""
    blocks = [(range(len(columns)), THREE_FRAMES)] if blocks is None else blocks
    index = list(range(len(blocks[0][1]))) if index is None else list(index)
    with h5py.File(path, "w") as file:
        group = file.create_group(key)
        group.attrs["pandas_type"] = np.bytes_("frame")
        group.attrs["axis1_variety"] = np.bytes_("regular")
        write_levels(group, "axis0", columns, levels)
        for k, (numbers, values) in enumerate(blocks):
            write_levels(group, f"block{k}_items", [columns[n] for n in numbers], levels)
            data = group.create_dataset(f"block{k}_values", data=values)
            data.attrs["transposed"] = np.uint8(1)
        if isinstance(index[0], tuple):
            group.attrs["axis1_variety"] = np.bytes_("multi")
            write_levels(group, "axis1", index, ["N."] * len(index[0]))
        else:
            is_text = isinstance(index[0], str)
            stored = [label.encode() for label in index] if is_text else index
            axis = group.create_dataset("axis1", data=np.array(stored))
            axis.attrs["kind"] = np.bytes_("string" if is_text else "integer")
    return path


def write_levels(
    group: h5py.Group, axis: str, columns: Sequence[tuple], levels: Sequence[str]
) -> None:
    """Write a MultiIndex: the distinct names of each level, and a code for each column."""
    for k, name in enumerate(levels):
        cells = [str(column[k]).encode() for column in columns]
        distinct = list(dict.fromkeys(cells))
        level = group.create_dataset(f"{axis}_level{k}", data=np.array(distinct))
        level.attrs["name"] = np.bytes_(name)
        codes = np.array([distinct.index(cell) for cell in cells], np.int8)
        group.create_dataset(f"{axis}_label{k}", data=codes)
