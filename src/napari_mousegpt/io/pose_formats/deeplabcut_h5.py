"""The two ways in which pandas stores a DeepLabCut table in HDF5. Knows no PyTables.

``pandas.read_hdf`` unpickles what such a file holds, and so runs whatever somebody planted there.
Here only numbers, text and column names are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.io.doors import h5_values, pickled_header

_BLOCK_ROWS = 16_384
_LAYOUTS = ("frame_table", "frame")
_NUMBER_KINDS = "iuf"


@dataclass(frozen=True, slots=True)
class StoredTable:
    """A DeepLabCut table whose header was read, and its numbers not yet."""

    level_names: list[str]
    columns: list[tuple[str, ...]]
    rows: list[str] | NDArray
    """Image names or frame numbers, one for each row."""
    sources: list[tuple[h5py.Dataset, str]]
    """Data sets that hold the numbers, and the field to take from each ("" for all of it)."""
    order: NDArray[np.intp]
    """Place of each of ``columns`` among the numbers of all sources, side by side."""

    def blocks(self) -> Iterator[NDArray]:
        """Yield the numbers, shape (rows, columns), some rows at a time."""
        in_order = np.array_equal(self.order, np.arange(len(self.order)))
        for start in range(0, len(self.rows), _BLOCK_ROWS):
            rows = slice(start, start + _BLOCK_ROWS)
            parts = [data[rows][field] if field else data[rows] for data, field in self.sources]
            numbers = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
            yield numbers if in_order else numbers[:, self.order]


def find_tables(file: h5py.File) -> list[h5py.Group]:
    """Return the groups that pandas wrote and that name ``bodyparts``, without unpickling."""
    groups = [node for name in file if isinstance(node := file.get(name), h5py.Group)]
    return [group for group in groups if _names_bodyparts(group)]


def _names_bodyparts(group: h5py.Group) -> bool:
    match h5_values.text_attribute(group, "pandas_type"):
        case "frame_table":
            return b"bodyparts" in h5_values.bytes_attribute(group, "info")
        case "frame":
            return "bodyparts" in _level_names(group, "axis0")
    return False


def stored_table(group: h5py.Group) -> StoredTable:
    """Read the header of a table.

    Parameters
    ----------
    group
        One of `find_tables`.

    Raises
    ------
    ValueError
        If the layout is not one of the two known, the header cannot be read safely, or the table
        holds something other than numbers.
    """
    if h5_values.text_attribute(group, "pandas_type") == "frame_table":
        table = _appendable_table(group)
    else:
        table = _fixed_table(group)
    for data, field in table.sources:
        numbers = data.dtype[field].base if field else data.dtype
        if numbers.kind not in _NUMBER_KINDS:
            raise ValueError(f"{data.name} {field}: expected numbers, found {numbers}")
        if data.shape[0] != len(table.rows):
            raise ValueError(f"{data.name}: expected {len(table.rows)} rows, found {data.shape[0]}")
    return table


def _appendable_table(group: h5py.Group) -> StoredTable:
    kind = h5_values.text_attribute(group, "table_type")
    if kind != "appendable_frame":
        raise ValueError(
            f"expected a table of type appendable_frame, found {kind!r}. Export the poses as csv"
        )
    data = h5_values.numbers(group, "table")
    fields = data.dtype.names or ()
    blocks = [name for name in fields if name.startswith("values_block_")]
    if "index" not in fields or not blocks:
        raise ValueError(f"{data.name}: expected the fields index and values_block_0")
    axes = _unpickled(group, "non_index_axes")
    info = _unpickled(group, "info")
    try:
        ((axis, columns),) = axes
        names = [str(name) for name in info[axis]["names"]]
    except (TypeError, ValueError, KeyError):
        raise ValueError("expected one axis of named columns, found another header") from None
    stored = [_column_tuples(_unpickled(data, f"{block}_kind")) for block in blocks]
    widths = [data.dtype[block].shape[0] if data.dtype[block].shape else 1 for block in blocks]
    return StoredTable(
        level_names=names,
        columns=(wanted := _column_tuples(columns)),
        rows=_row_labels(data["index"], h5_values.text_attribute(data, "index_kind")),
        sources=[(data, block) for block in blocks],
        order=_order(wanted, stored, widths),
    )


def _fixed_table(group: h5py.Group) -> StoredTable:
    names = _level_names(group, "axis0")
    n_blocks = sum(name.startswith("block") and name.endswith("_values") for name in group)
    if not n_blocks:
        raise ValueError(f"{group.name}: expected block0_values, found no numbers")
    stored, sources, widths = [], [], []
    for k in range(n_blocks):
        data = h5_values.numbers(group, f"block{k}_values")
        if len(data.shape) != 2 or data.attrs.get("transposed", 0) != 1:
            raise ValueError(f"{data.name}: expected rows x columns, found shape {data.shape}")
        stored.append(_level_columns(group, f"block{k}_items"))
        sources.append((data, ""))
        widths.append(data.shape[1])
    if h5_values.text_attribute(group, "axis1_variety") == "multi":
        rows: list[str] | NDArray = ["/".join(row) for row in _level_columns(group, "axis1")]
    else:
        axis = h5_values.numbers(group, "axis1")
        rows = _row_labels(axis[()], h5_values.text_attribute(axis, "kind"))
    columns = _level_columns(group, "axis0")
    return StoredTable(names, columns, rows, sources, _order(columns, stored, widths))


def _level_names(group: h5py.Group, axis: str) -> list[str]:
    levels = [node for k in range(8) if (node := group.get(f"{axis}_level{k}")) is not None]
    return [h5_values.text_attribute(level, "name") for level in levels]


def _level_columns(group: h5py.Group, axis: str) -> list[tuple[str, ...]]:
    """Spell out a pandas MultiIndex, kept as distinct names and a code for each column."""
    spelled = []
    for k, name in enumerate(_level_names(group, axis)):
        codes = h5_values.values(group, f"{axis}_label{k}")
        if name == "scorer":  # not needed, and sometimes kept as a Python object
            spelled.append([""] * len(codes))
            continue
        data = h5_values.numbers(group, f"{axis}_level{k}")
        texts = [_text(item) for item in data[()]] if data.shape else []
        if codes.ndim != 1 or codes.dtype.kind not in "iu" or codes.max(initial=0) >= len(texts):
            raise ValueError(f"{group.name}: the column names do not fit together")
        spelled.append([texts[code] if code >= 0 else "" for code in codes.tolist()])
    if not spelled:
        raise ValueError(f"{group.name}: expected the names of {axis}, found none")
    return list(zip(*spelled, strict=True))


def _order(
    columns: list[tuple[str, ...]], stored: list[list[tuple[str, ...]]], widths: list[int]
) -> NDArray[np.intp]:
    if [len(names) for names in stored] != widths:
        raise ValueError(
            f"expected names for {widths} columns, found {[len(names) for names in stored]}"
        )
    places = {column: k for k, column in enumerate(column for names in stored for column in names)}
    if len(places) < len(columns) or not all(column in places for column in columns):
        raise ValueError("expected each column once, found repeated or missing columns")
    return np.array([places[column] for column in columns], np.intp)


def _row_labels(index: NDArray, kind: str) -> list[str] | NDArray:
    if index.dtype.kind == "S":
        return [_text(item) for item in index]
    if kind in ("integer", "float") and index.dtype.kind in _NUMBER_KINDS:
        return index
    return np.full(len(index), np.nan)  # times of day and the like are no frame numbers


def _unpickled(node: h5py.Group | h5py.Dataset, attribute: str) -> Any:
    data = h5_values.bytes_attribute(node, attribute)
    try:
        return pickled_header.loads(data)
    except ValueError as error:
        raise ValueError(
            f"attribute {attribute} of {node.name}: {error}. Export the poses as csv instead"
        ) from None


def _column_tuples(columns: Any) -> list[tuple[str, ...]]:
    if not isinstance(columns, list) or not all(
        isinstance(column, tuple) and all(isinstance(cell, (str, int)) for cell in column)
        for column in columns
    ):
        raise ValueError("expected a list of column names, found another header")
    return [tuple(str(cell) for cell in column) for column in columns]


def _text(item: Any) -> str:
    return item.decode("utf-8", "replace") if isinstance(item, bytes) else str(item)
