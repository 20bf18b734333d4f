"""An array out of memory becomes a film file, so that all that works on films works on it.

Pixels become 8 bits and then stay exactly as they are: the film is FFV1, which loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.io.films.pixel_scaling import Scaling, scaling_for

SUFFIX = ".mkv"
SAMPLED_FRAMES = 16


def is_film_like(shape: tuple[int, ...], *, rgb: bool) -> bool:
    """Whether an array is a film: ``(t, y, x)``, or with RGB ``(t, y, x, 3 or 4)``."""
    return len(shape) == 4 and shape[-1] in (3, 4) if rgb else len(shape) == 3


def film_of_array(
    array: Any, path: Path, *, fps: float, limits: tuple[float, float] | None = None
) -> Iterator[tuple[int, int]]:
    """Write an array as a lossless film; yield ``(frames written, frames in all)``.

    The film appears under its name when it is whole; closing the generator leaves nothing behind.

    Parameters
    ----------
    array
        ``(t, y, x)``, ``(t, y, x, 3)`` or ``(t, y, x, 4)``, of any real number type; numpy, dask,
        zarr or what else gives frame i at ``array[i]``.
    path
        Of the film, ending in ``.mkv``; its folder is made.
    limits
        What becomes 0 and 255, such as the contrast limits of a layer; the fixed rule of
        `io.films.pixel_scaling` if None. Without effect on 8-bit pixels, which stay as they are.

    Raises
    ------
    ValueError
        If the array is no film.
    OSError
        If it cannot be written.
    """
    shape = tuple(array.shape)
    if not (is_film_like(shape, rgb=len(shape) == 4)) or 0 in shape:
        raise ValueError(
            f"expected an array of frames, (t, y, x) or (t, y, x, 3), found one of {shape}"
        )
    scaling = _scaling(array, limits)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.stem}.part{SUFFIX}")
    try:
        yield from _write(array, beside, scaling, fps)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _scaling(array: Any, limits: tuple[float, float] | None) -> Scaling:
    dtype = np.dtype(array.dtype)
    if limits is not None and dtype not in (np.uint8, np.bool_):
        return Scaling(*map(float, limits))
    last = len(array) - 1
    places = sorted({round(last * i / (SAMPLED_FRAMES - 1)) for i in range(SAMPLED_FRAMES)})
    return scaling_for(dtype, (np.asarray(array[place]) for place in places))


def _write(array: Any, path: Path, scaling: Scaling, fps: float) -> Iterator[tuple[int, int]]:
    with av.open(path, "w") as container:
        stream = container.add_stream("ffv1", rate=Fraction(fps).limit_denominator(1001))
        stream.height, stream.width = array.shape[1:3]
        stream.pix_fmt = "bgr0"
        for item in range(len(array)):
            frame = av.VideoFrame.from_ndarray(_rgb(array[item], scaling), format="rgb24")
            container.mux(stream.encode(frame))
            yield item + 1, len(array)
        container.mux(stream.encode(None))


def _rgb(pixels: Any, scaling: Scaling) -> NDArray[np.uint8]:
    frame = scaling(np.asarray(pixels))
    if frame.ndim == 2:
        frame = frame[..., np.newaxis].repeat(3, axis=2)
    return np.ascontiguousarray(frame[..., :3])
