"""A zarr array on disk as a film; OME-Zarr in full size. Knows no animal and no window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.io.films.stack_axes import guess_axes, stack_axes
from napari_mousegpt.io.films.stack_film import StackFilm

KEPT_BYTES = 64 << 20
"""Of a chunk of many frames, at most this much is kept, as the next frame lies there too."""


def open_zarr(path: Path, fps: float | None = None) -> StackFilm:
    """Open a zarr array ``(t, y, x)`` or ``(t, y, x, 3)``, or the first one of a group.

    Raises
    ------
    ValueError
        If zarr is not installed, or there is no such array.
    """
    try:
        import zarr
    except ImportError:
        raise ValueError(
            f"{path.name}: to read zarr arrays, install zarr: pip install zarr"
        ) from None
    array, named = _find_array(zarr.open(path, mode="r"), path)
    axes = stack_axes(array.shape, named or guess_axes(array.shape), path.name)
    block = 1 if axes.time is None else int(array.chunks[axes.time])
    frame_bytes = array.nbytes // max(1, axes.n_frames)
    block = max(1, min(block, KEPT_BYTES // max(1, frame_bytes)))
    kept: dict[int, NDArray[Any]] = {}

    def read(item: int) -> NDArray[Any]:
        number = item // block
        if number not in kept:
            kept.clear()
            kept[number] = np.asarray(
                array[axes.where(slice(number * block, (number + 1) * block))]
            )
        if axes.time is None:
            return axes.picture(kept[number])
        before = [place for place in axes.where(0)[: axes.time] if not isinstance(place, int)]
        return axes.picture(np.take(kept[number], item % block, axis=len(before)))

    return StackFilm(
        path,
        read,
        axes.n_frames,
        fps=fps,
        container="zarr",
        codec=str(array.dtype),
        problems=axes.problems,
        release=kept.clear,
    )


def _find_array(found: Any, path: Path) -> tuple[Any, str | None]:
    """The array itself, that of full size of OME-Zarr, or the only one; and its axes' names."""
    if hasattr(found, "chunks"):
        return found, None
    attributes = dict(found.attrs)
    scales = attributes.get("ome", attributes).get("multiscales")
    if scales:
        axes = scales[0].get("axes") or ()
        names = [axis["name"] if isinstance(axis, dict) else axis for axis in axes]
        return found[scales[0]["datasets"][0]["path"]], "".join(names).upper() or None
    arrays = [array for _, array in found.arrays()]
    if len(arrays) != 1:
        raise ValueError(
            f"{path.name}: expected one zarr array, found a group of {len(arrays)}. "
            "Give the folder of the array itself."
        )
    return arrays[0], None
