"""Numbers and text out of an open HDF5 file. Knows no pose format and never reads an object.

Data sets of Python objects (which other libraries unpickle) and of references are refused.
"""

from __future__ import annotations

import math

import h5py
import numpy as np
from numpy.typing import NDArray

READ_LIMIT_BYTES = 16 << 30
"""Decoded size of one data set that is read."""
STRINGS_LIMIT = 1_000_000
"""Strings in one data set that is read."""
STRINGS_LIMIT_BYTES = 256 << 20
"""Text in one data set that is read."""
CELLS_LIMIT = 10_000
"""Cells of a cell array of text, and characters in one."""


def subgroup(parent: h5py.Group, name: str) -> h5py.Group:
    """Return a group, or raise ValueError if it is missing or a data set."""
    node = parent.get(name) if name in parent else None
    if not isinstance(node, h5py.Group):
        raise ValueError(f"expected a group {name!r} in {parent.name}, found {_kind(node)}")
    return node


def numbers(parent: h5py.Group, name: str) -> h5py.Dataset:
    """Return a data set that may be sliced: numbers, or records of numbers and fixed text.

    Raises
    ------
    ValueError
        If it is missing, holds objects or references, or is larger than `READ_LIMIT_BYTES`.
    """
    dataset = _dataset(parent, name)
    if dataset.dtype.hasobject:
        raise ValueError(
            f"{dataset.name} holds Python objects or references instead of numbers. They are "
            "not read, since objects can run code; export the poses as csv instead"
        )
    if dataset.size and dataset.nbytes > READ_LIMIT_BYTES:
        raise ValueError(
            f"{dataset.name} holds {dataset.nbytes} bytes, more than the {READ_LIMIT_BYTES} "
            "that are read at once"
        )
    return dataset


def values(parent: h5py.Group, name: str) -> NDArray:
    """Read all of what `numbers` returns; a data set without a value is an empty array."""
    dataset = numbers(parent, name)
    return np.asarray(dataset[()]) if dataset.shape is not None else np.empty(0)


def strings(parent: h5py.Group, name: str) -> list[str]:
    """Read text, one string or a list of them, as UTF-8.

    An empty data set of any type gives an empty list: several tools write one when they
    have no names.

    Raises
    ------
    ValueError
        If it is missing, holds something else, or more than `STRINGS_LIMIT` strings or
        `STRINGS_LIMIT_BYTES` bytes.
    """
    dataset = _dataset(parent, name)
    if not dataset.size:
        return []
    text = h5py.check_string_dtype(dataset.dtype)
    if text is None or len(dataset.shape) > 1:
        raise ValueError(f"{dataset.name}: expected text, found {_kind(dataset)}")
    if dataset.size > STRINGS_LIMIT or dataset.nbytes > STRINGS_LIMIT_BYTES:
        raise ValueError(f"{dataset.name}: expected names, found {dataset.size} strings")
    if not dataset.shape:
        return [_decoded(dataset[()])]
    if text.length is not None:
        return [_decoded(item) for item in dataset[()]]
    found: list[str] = []
    n_bytes = 0
    for position in range(dataset.size):  # one by one: many may share one long text
        found.append(_decoded(dataset[position]))
        n_bytes += len(found[-1])
        if n_bytes > STRINGS_LIMIT_BYTES:
            raise ValueError(f"{dataset.name}: more than {STRINGS_LIMIT_BYTES} bytes of text")
    return found


def cell_texts(parent: h5py.Group, name: str) -> list[str]:
    """Read a cell array of text as MATLAB 7.3 keeps it: references to arrays of UTF-16 codes.

    References lead nowhere but into the file itself.

    Raises
    ------
    ValueError
        If it is no such array, or has more than `CELLS_LIMIT` cells.
    """
    cells = _dataset(parent, name)
    if h5py.check_ref_dtype(cells.dtype) is not h5py.Reference or cells.size > CELLS_LIMIT:
        raise ValueError(f"{cells.name}: expected a cell array of text, found {_kind(cells)}")
    found = []
    for reference in np.ravel(cells[()]):
        node = parent.file[reference] if reference else None
        if not isinstance(node, h5py.Dataset) or node.dtype != np.uint16 or node.size > CELLS_LIMIT:
            raise ValueError(f"{cells.name}: expected text in every cell, found {_kind(node)}")
        # Column-major, and turned over by HDF5: the order of the characters is that of the rows.
        found.append(np.ravel(node[()]).astype("<u2").tobytes().decode("utf-16-le", "replace"))
    return found


def text_attribute(node: h5py.Group | h5py.Dataset, name: str) -> str:
    """Return an attribute as text; "" if there is none or it is not text."""
    return _decoded(bytes_attribute(node, name))


def bytes_attribute(node: h5py.Group | h5py.Dataset, name: str) -> bytes:
    """Return a text attribute as it is stored; b"" if there is none or it is not text."""
    if name not in node.attrs:
        return b""
    attribute = node.attrs.get_id(name)
    if attribute.shape != () or h5py.check_string_dtype(attribute.dtype) is None:
        return b""
    value = node.attrs[name]
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogateescape")


def numbers_attribute(node: h5py.Group | h5py.Dataset, name: str) -> list[float]:
    """Return an attribute of a few numbers; none if it is absent or something else."""
    if name not in node.attrs:
        return []
    attribute = node.attrs.get_id(name)
    n_values = 0 if attribute.shape is None else math.prod(attribute.shape)
    if attribute.dtype.kind not in "iufb" or not 1 <= n_values <= 16:
        return []
    return [float(value) for value in np.ravel(node.attrs[name])]


def number_attribute(node: h5py.Group | h5py.Dataset, name: str, default: float) -> float:
    """Return an attribute as a number (the first of several), or ``default``."""
    return next(iter(numbers_attribute(node, name)), default)


def _dataset(parent: h5py.Group, name: str) -> h5py.Dataset:
    node = parent.get(name) if name in parent else None
    if not isinstance(node, h5py.Dataset):
        raise ValueError(f"expected a data set {name!r} in {parent.name}, found {_kind(node)}")
    return node


def _kind(node: object) -> str:
    if isinstance(node, h5py.Dataset):
        return f"a data set of {node.dtype}, shape {node.shape}"
    return "a group" if isinstance(node, h5py.Group) else "none"


def _decoded(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
