"""BehaviorDEPOT's ``hBehavior`` files: 0 and 1 per frame for each behaviour. Knows no video.

Its tables of human annotations, the files that ``hBehavior`` is made of, are MATLAB objects, which
nothing but MATLAB reads: they are recognised, and refused with advice.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.io.doors.h5_values import text_attribute, values
from napari_mousegpt.io.doors.safe_h5 import open_h5
from napari_mousegpt.io.doors.safe_mat import is_old_mat, load_structure, variable_heads
from napari_mousegpt.io.label_formats.assessed_spans import whole
from napari_mousegpt.io.label_formats.bout_rows import bouts_in_frames
from napari_mousegpt.io.label_formats.frame_columns import bouts_of_columns

suffixes = frozenset({".mat"})

NAMES = ("hBehavior", "Behavior")
"""Human labels, and those of its own classifiers."""
FRAMES_LIMIT = 1 << 30


def matches(path: Path) -> bool:
    """Whether there is one of BehaviorDEPOT's structures, or a MATLAB table."""
    try:
        if is_old_mat(path):
            return any(
                name.encode() + b"\0" in head for head in variable_heads(path) for name in NAMES
            )
        with open_h5(path) as file:
            return bool(_structure(file)) or _is_table(file)
    except (OSError, ValueError):
        return False


def read(
    path: Path,
    *,
    fps: float | None = None,
    times_s: NDArray[np.floating] | None = None,
) -> pd.DataFrame:
    """Read bouts; row k of a vector is frame k. ``fps`` and ``times_s`` change nothing.

    Raises
    ------
    ValueError
        If the file holds a MATLAB table or nothing of BehaviorDEPOT's.
    OSError
        If it cannot be read.
    """
    if is_old_mat(path):
        structure = load_structure(path, NAMES)
        vectors = {name: _old_vector(value) for name, value in structure.items()}
        video, rate = structure.get("VideoName"), structure.get("FrameRate")
    else:
        with open_h5(path) as file:
            if _is_table(file) and not _structure(file):
                raise ValueError(
                    "it holds a MATLAB table, which only MATLAB can read. Convert it with "
                    "BehaviorDEPOT (convertHumanAnnotations_BD) and read the hB_ file, or save the "
                    "table with writetable as csv"
                )
            vectors = {name: values(group, "Vector") for name, group in _structure(file).items()}
            video = rate = None
    found = {name: _labels(name, vector) for name, vector in vectors.items() if vector is not None}
    if not found:
        raise ValueError(f"{path.name}: expected a structure {' or '.join(NAMES)}, found none")
    n_frames = max(len(labels) for labels in found.values())
    columns = np.zeros((n_frames, len(found)), bool)
    for position, labels in enumerate(found.values()):
        columns[: len(labels), position] = labels
    rows, starts, stops = bouts_of_columns(list(found), columns, np.arange(n_frames))
    about = {"video": video if isinstance(video, str) else "", "source": "import"}
    return bouts_in_frames(
        [row | about for row in rows],
        starts,
        stops,
        ethogram=[{"name": name, "kind": "state"} for name in found],
        assessed=whole(n_frames, video=about["video"]),
        fps=float(rate) if isinstance(rate, int | float) else None,
    )


def _structure(file: h5py.File) -> dict[str, h5py.Group]:
    """Groups that hold the vector of a behaviour."""
    for name in NAMES:
        structure = file.get(name)
        if isinstance(structure, h5py.Group):
            return {
                behaviour: structure[behaviour]
                for behaviour in structure
                if isinstance(structure.get(f"{behaviour}/Vector"), h5py.Dataset)
            }
    return {}


def _is_table(file: h5py.File) -> bool:
    return any(
        isinstance(file.get(name), h5py.Dataset)
        and text_attribute(file[name], "MATLAB_class") == "table"
        for name in file
    )


def _old_vector(value: Any) -> NDArray | None:
    vector = value.get("Vector") if isinstance(value, Mapping) else None
    return np.asarray(vector) if vector is not None else None


def _labels(name: str, vector: NDArray) -> NDArray[np.bool_]:
    flat = vector.reshape(-1) if vector.dtype.kind in "biuf" else np.full(1, 2)
    if max(vector.shape, default=0) != flat.size or not np.isin(flat, (0, 1)).all():
        raise ValueError(
            f"{name}: expected a vector of 0 and 1, found {vector.dtype} of shape {vector.shape}"
        )
    return flat == 1
