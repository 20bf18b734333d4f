"""Names and shapes of the arrays in a MATLAB file before version 7.3. Reads no values.

scipy's own listing fails on files that hold MATLAB objects, which LEAP writes.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

VARIABLES_LIMIT = 10_000
"""Variables in one file."""
_FILE_HEADER_BYTES = 128
_HEAD_BYTES = 1024
_MATRIX, _COMPRESSED = 14, 15
_NUMBER_CLASSES = range(6, 16)


def array_shapes(path: Path) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the variables that are plain arrays of numbers.

    An array whose stored size does not fit its shape is left out.

    Raises
    ------
    ValueError
        If the file is damaged, or holds more than `VARIABLES_LIMIT` variables.
    OSError
        If it cannot be read.
    """
    found: dict[str, tuple[int, ...]] = {}
    with path.open("rb") as file:
        order = ">" if file.read(_FILE_HEADER_BYTES)[126:128] == b"MI" else "<"
        for count, head in enumerate(_heads(file, order)):
            if count > VARIABLES_LIMIT:
                raise ValueError(f"{path.name}: more than {VARIABLES_LIMIT} variables")
            if head is None:
                raise ValueError(f"{path.name}: damaged MATLAB file, a variable is not unpackable")
            try:
                array = _array(head, order)
            except (struct.error, UnicodeDecodeError):
                continue  # objects and functions have no shape
            if array is not None:
                found.setdefault(*array)
    return found


def _heads(file: BinaryIO, order: str) -> Iterator[bytes | None]:
    """First bytes of each variable, unpacked, from the array flags on; None if damaged."""
    while len(tag := file.read(8)) == 8:
        kind, n_bytes = struct.unpack(f"{order}II", tag)
        start = file.tell()
        head = file.read(min(n_bytes, _HEAD_BYTES))
        if kind == _COMPRESSED:
            try:
                head = zlib.decompressobj().decompress(head, _HEAD_BYTES)
            except zlib.error:
                yield None
                return
            head = head[8:] if head[:4] == struct.pack(f"{order}I", _MATRIX) else b""
        elif kind != _MATRIX:
            head = b""
        yield head
        file.seek(start + n_bytes)


def _array(head: bytes, order: str) -> tuple[str, tuple[int, ...]] | None:
    flags, rest = _element(head, order)
    if not flags or struct.unpack_from(f"{order}I", flags)[0] & 0xFF not in _NUMBER_CLASSES:
        return None
    dimensions, rest = _element(rest, order)
    name, rest = _element(rest, order)
    shape = struct.unpack(f"{order}{len(dimensions) // 4}i", dimensions)
    n_values = math.prod(shape)
    if not shape or min(shape) < 0 or _element_bytes(rest, order) > 8 * n_values:
        return None
    return name.decode("ascii"), shape


def _element(data: bytes, order: str) -> tuple[bytes, bytes]:
    """Split off one element: eight bytes of kind and size, or four if the size fits in two."""
    kind, n_bytes = struct.unpack_from(f"{order}II", data)
    if kind >> 16:
        return data[4 : 4 + (kind >> 16)], data[8:]
    return data[8 : 8 + n_bytes], data[8 + n_bytes + -n_bytes % 8 :]


def _element_bytes(data: bytes, order: str) -> int:
    kind, n_bytes = struct.unpack_from(f"{order}II", data)
    return kind >> 16 or n_bytes
