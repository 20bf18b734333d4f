"""Named arrays out of MATLAB files of any version. Knows no pose format.

Files before version 7.3 are parsed by scipy, which builds arrays and runs nothing; newer ones
are HDF5 and go through `safe_h5`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.io.doors import h5_values
from napari_mousegpt.io.doors.safe_h5 import open_h5
from napari_mousegpt.io.doors.safe_mat import is_old_mat
from napari_mousegpt.io.pose_formats.mat_headers import array_shapes

LIMIT_BYTES = 8 << 30
"""Size of one array."""


def shapes(path: Path) -> dict[str, tuple[int, ...]]:
    """Return the names and MATLAB shapes of arrays of numbers, without reading them.

    Raises
    ------
    ValueError
        If the file is no MATLAB file, or a damaged one.
    OSError
        If it cannot be read.
    """
    if h5py.is_hdf5(path):
        with open_h5(path) as file:
            nodes = {name: file.get(name) for name in file}
            return {
                name: tuple(node.shape[::-1])
                for name, node in nodes.items()
                if isinstance(node, h5py.Dataset) and node.shape
            }
    _refuse_other_files(path)
    return array_shapes(path)


def arrays(path: Path, names: Sequence[str]) -> dict[str, NDArray]:
    """Read those of the named variables that are arrays of numbers, in MATLAB's shape.

    Raises
    ------
    ValueError
        If the file is no MATLAB file, a damaged one, or an array is larger than `LIMIT_BYTES`.
    OSError
        If it cannot be read.
    """
    found = {name: shape for name, shape in shapes(path).items() if name in names}
    for name, shape in found.items():
        if 8 * math.prod(shape) > LIMIT_BYTES:
            raise ValueError(f"{path.name}: {name} of shape {shape} is too large to read")
    if h5py.is_hdf5(path):
        with open_h5(path) as file:
            return {name: h5_values.values(file, name).T for name in found}
    loaded = _loaded(path, list(found))
    return {
        name: loaded[name]
        for name in found
        if isinstance(loaded.get(name), np.ndarray) and loaded[name].dtype.kind in "iuf"
    }


def cell_texts(path: Path, structure: str, field: str) -> list[str]:
    """Read a field of a structure of a file of version 7.3 that is a cell array of text.

    Raises
    ------
    ValueError
        If there is none.
    OSError
        If it cannot be read.
    """
    with open_h5(path) as file:
        return h5_values.cell_texts(h5_values.subgroup(file, structure), field)


def _loaded(path: Path, names: list[str]) -> dict[str, Any]:
    from scipy.io import loadmat

    try:
        return dict(loadmat(path, variable_names=names))
    except Exception as error:  # scipy's parser lets many kinds escape for damaged files
        raise ValueError(f"{path.name}: damaged MATLAB file ({error})") from None


def _refuse_other_files(path: Path) -> None:
    if not is_old_mat(path):
        raise ValueError(f"{path.name}: expected a MATLAB file of version 5 to 7.3")
