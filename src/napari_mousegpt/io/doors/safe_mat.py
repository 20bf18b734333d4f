"""Structures of MATLAB files older than 7.3, through scipy, with limits. Knows no variables.

Newer files are HDF5 and go through `safe_h5`.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FILE_LIMIT_BYTES = 64 << 20
UNPACKED_LIMIT_BYTES = 512 << 20
"""Of all variables of a file together."""
HEAD_BYTES = 512
_COMPRESSED = 15
_HEADER_BYTES = 128


def is_old_mat(path: Path) -> bool:
    """Whether a file begins like a MATLAB file older than 7.3."""
    with path.open("rb") as file:
        return file.read(19) == b"MATLAB 5.0 MAT-file"


def variable_heads(path: Path) -> list[bytes]:
    """Beginning of each variable, unpacked; its name stands there.

    Raises
    ------
    ValueError
        If the file is damaged or too large.
    OSError
        If it cannot be read.
    """
    return [part for _, part in _variables(_content(path), HEAD_BYTES)]


def load_structure(path: Path, names: tuple[str, ...]) -> dict[str, Any]:
    """Load the first variable of these names as dicts of arrays.

    Raises
    ------
    ValueError
        If there is none, or the file is damaged or unpacks to more than
        `UNPACKED_LIMIT_BYTES`.
    OSError
        If it cannot be read.
    """
    from scipy.io import loadmat

    content = _content(path)
    unpacked = sum(len(part) for _, part in _variables(content, UNPACKED_LIMIT_BYTES))
    if unpacked > UNPACKED_LIMIT_BYTES:
        raise ValueError(f"{path.name}: it unpacks to more than {UNPACKED_LIMIT_BYTES} bytes")
    try:
        found = loadmat(io.BytesIO(content), variable_names=list(names), simplify_cells=True)
    except Exception as error:  # scipy's parser lets many kinds escape for damaged files
        raise ValueError(f"{path.name}: damaged MATLAB file ({error})") from None
    for name in names:
        if isinstance(found.get(name), dict):
            return {str(key): value for key, value in found[name].items()}
    raise ValueError(f"{path.name}: expected a structure {' or '.join(names)}, found none")


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(FILE_LIMIT_BYTES + 1)
    if len(content) > FILE_LIMIT_BYTES:
        raise ValueError(f"{path.name}: expected at most {FILE_LIMIT_BYTES} bytes, found more")
    return content


def _variables(content: bytes, limit_bytes: int) -> Iterator[tuple[int, bytes]]:
    """Kind and unpacked bytes of each variable, as many as ``limit_bytes`` and one more."""
    order = ">" if content[126:128] == b"MI" else "<"
    position = _HEADER_BYTES
    while position + 8 <= len(content):
        kind, n_bytes = struct.unpack_from(f"{order}II", content, position)
        packed = content[position + 8 : position + 8 + n_bytes]
        position += 8 + n_bytes
        if kind != _COMPRESSED:
            yield kind, packed[: limit_bytes + 1]
            continue
        try:
            part = zlib.decompressobj().decompress(packed, limit_bytes + 1)
        except zlib.error as error:
            raise ValueError(f"damaged MATLAB file ({error})") from None
        yield kind, part
