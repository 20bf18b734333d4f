"""JABS behaviour predictions: a class and its probability per frame and mouse. Knows no video."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.io.doors.h5_values import numbers, subgroup
from napari_mousegpt.io.doors.safe_h5 import open_h5
from napari_mousegpt.io.label_formats.bout_rows import Row, bouts_in_frames
from napari_mousegpt.io.label_formats.frame_runs import true_runs

suffixes = frozenset({".h5", ".hdf5"})

UNNAMED = "unnamed behaviour"
_CLASS, _PROBABILITY = "predicted_class", "probabilities"


def matches(path: Path) -> bool:
    """Whether the file has JABS' group of predictions."""
    try:
        with open_h5(path) as file:
            return bool(_groups(file))
    except (OSError, ValueError):
        return False


def read(
    path: Path,
    *,
    fps: float | None = None,
    times_s: NDArray[np.floating] | None = None,
) -> pd.DataFrame:
    """Read bouts; ``confidence`` is the mean probability. Row k is frame k.

    Version 1 names no behaviour: it is that of JABS' folder ``predictions/BEHAVIOUR``, if the
    file lies in one. ``fps`` and ``times_s`` change nothing.

    Raises
    ------
    ValueError
        If the file is not of this format, or its arrays do not fit together.
    OSError
        If it is no whole HDF5 file.
    """
    rows: list[Row] = []
    starts, stops = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    unseen = 0
    with open_h5(path) as file:
        groups = _groups(file)
        if not groups:
            raise ValueError(f"expected the data set predictions/{_CLASS}, found none")
        for name, group in groups.items():
            for individual, classes, probabilities in _of_each_mouse(group):
                begins, ends = true_runs(classes == 1)
                unseen += int((classes == -1).sum())
                sums = np.concatenate(([0.0], np.cumsum(probabilities, dtype=np.float64)))
                means = (sums[ends] - sums[begins]) / (ends - begins)
                rows += [
                    {
                        "individual": individual,
                        "behaviour": name or _folder_behaviour(path),
                        "kind": "state",
                        "source": "model",
                        "confidence": mean,
                    }
                    for mean in means.tolist()
                ]
                starts.append(begins)
                stops.append(ends)
    named = [name or _folder_behaviour(path) for name in groups]
    problems = []
    if UNNAMED in named:
        problems.append("the file does not name its behaviour; rename it after the import")
    if unseen:
        problems.append(f"frames that were not classified, for want of a pose: {unseen}")
    return bouts_in_frames(
        rows,
        np.concatenate(starts),
        np.concatenate(stops),
        problems=problems,
        ethogram=[{"name": name, "kind": "state"} for name in named],
    )


def _groups(file: h5py.File) -> dict[str, h5py.Group]:
    """Groups of one behaviour each; version 1 has one without a name."""
    predictions = file.get("predictions")
    if not isinstance(predictions, h5py.Group):
        return {}
    if isinstance(predictions.get(_CLASS), h5py.Dataset):
        return {"": predictions}
    return {
        name: subgroup(predictions, name)
        for name in predictions
        if isinstance(predictions.get(f"{name}/{_CLASS}"), h5py.Dataset)
    }


def _of_each_mouse(
    group: h5py.Group,
) -> Iterator[tuple[str, NDArray[np.integer], NDArray[np.floating]]]:
    classes, probabilities = numbers(group, _CLASS), numbers(group, _PROBABILITY)
    if classes.ndim != 2 or classes.shape != probabilities.shape:
        raise ValueError(
            f"expected {_CLASS} and {_PROBABILITY} of one shape (mice, frames), found "
            f"{classes.shape} and {probabilities.shape}"
        )
    if classes.dtype.kind not in "iu" or probabilities.dtype.kind != "f":
        raise ValueError(
            f"expected whole numbers and probabilities, found {classes.dtype} and "
            f"{probabilities.dtype}"
        )
    for position in range(classes.shape[0]):
        with np.errstate(invalid="ignore"):  # NaNs of damaged files
            likely = np.nan_to_num(probabilities[position].astype(np.float64), posinf=0, neginf=0)
        yield f"individual_{position}", classes[position], likely


def _folder_behaviour(path: Path) -> str:
    in_jabs_folder = path.parent.parent.name == "predictions"
    return path.parent.name if in_jabs_folder else UNNAMED
