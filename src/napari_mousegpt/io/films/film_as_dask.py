"""A film as a dask array in blocks of many frames, for programs that want one."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_mousegpt.io.films.film import Film, Frame

if TYPE_CHECKING:
    import dask.array as da

BLOCK_BYTES = 64 << 20
"""A block holds as many frames as fit in this: a task per frame costs more than the frame."""


def to_dask(film: Film, *, block_bytes: int = BLOCK_BYTES) -> da.Array:
    """View a film as a dask array ``(t, y, x, 3)`` uint8, cut along time only.

    Blocks are read by any number of threads, which take turns at the film's decoder, and each is
    read forwards. The film must stay open meanwhile; it does not travel to other processes.
    """
    array: Any = import_module("dask.array")  # its functions have no types
    delayed: Any = import_module("dask").delayed
    frame_bytes = int(np.prod(film.shape[1:]))
    length = max(1, min(len(film), block_bytes // frame_bytes))
    blocks: list[Any] = [
        array.from_delayed(delayed(_block, pure=False)(film, start, stop), shape, dtype=np.uint8)
        for start in range(0, len(film), length)
        for stop in [min(start + length, len(film))]
        for shape in [(stop - start, *film.shape[1:])]
    ]
    return array.concatenate(blocks)


def _block(film: Film, start: int, stop: int) -> Frame:
    return film[start:stop]
