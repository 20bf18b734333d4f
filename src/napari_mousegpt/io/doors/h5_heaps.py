"""Whether the text heaps of an HDF5 file come to an end. Knows nothing else of the file.

The HDF5 library loops for ever over a heap that holds an object of no size, such as one that a
crash or a bad disk filled with zeros. Heaps are short and marked, so they are checked before.
"""

from __future__ import annotations

import mmap
import re
from functools import lru_cache
from pathlib import Path

FILE_LIMIT_BYTES = 4 << 30
"""Larger files are not looked through: it would take too long."""
_HEAP = re.compile(rb"GCOL\x01\0\0\0")
_OBJECTS_LIMIT = 1 << 17
_OBJECT_HEAD_BYTES = 8
_ALIGNED_BYTES = 8


def refuse_endless_heaps(path: Path, length_bytes: int) -> None:
    """Raise for a heap that the library would never finish.

    Parameters
    ----------
    path
        An HDF5 file.
    length_bytes
        Bytes of a length in that file, 8 as a rule.

    Raises
    ------
    ValueError
        If there is such a heap.
    OSError
        If the file cannot be read.
    """
    facts = path.stat()
    if 0 < facts.st_size <= FILE_LIMIT_BYTES:
        place = _endless_heap(str(path), length_bytes, facts.st_size, facts.st_mtime_ns)
        if place is not None:
            raise ValueError(
                f"the text heap at byte {place} is damaged. Copy or export the file again"
            )


@lru_cache(maxsize=64)
def _endless_heap(path: str, length_bytes: int, size: int, mtime_ns: int) -> int | None:
    """Place of the first damaged heap; size and time make this answer last for one state only."""
    with Path(path).open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as raw:
        for match in _HEAP.finditer(raw):
            start = match.start()
            stop = start + _number(raw, match.end(), length_bytes)
            if stop <= size and not _ends(raw, match.end() + length_bytes, stop, length_bytes):
                return start
    return None


def _ends(raw: mmap.mmap, position: int, stop: int, length_bytes: int) -> bool:
    """Walk over the objects of a heap as the library does."""
    head_bytes = _OBJECT_HEAD_BYTES + length_bytes
    for _ in range(_OBJECTS_LIMIT):
        if position + head_bytes > stop:
            break
        index = int.from_bytes(raw[position : position + 2], "little")
        n_bytes = _number(raw, position + _OBJECT_HEAD_BYTES, length_bytes)
        if index:  # index 0 is free space, whose size counts its head
            n_bytes = head_bytes + -(-n_bytes // _ALIGNED_BYTES) * _ALIGNED_BYTES
        n_bytes %= 1 << (8 * length_bytes)  # a size near the limit wraps around
        if not n_bytes:
            return False
        position += n_bytes
    return True


def _number(raw: mmap.mmap, position: int, n_bytes: int) -> int:
    return int.from_bytes(raw[position : position + n_bytes], "little")
