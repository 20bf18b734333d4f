"""SLEAP analysis files (.analysis.h5), old and new, in any axis order. Knows no SLEAP project."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.io.doors import h5_values
from napari_mousegpt.io.doors.safe_h5 import open_h5
from napari_mousegpt.io.pose_formats.individuals import individual_names

suffixes = frozenset({".h5", ".hdf5"})

_KNOWN_ORDERS = (
    ("track", "xy", "node", "frame"),  # SLEAP itself, and sleap-io's "matlab"
    ("frame", "track", "node", "xy"),  # sleap-io's "standard"
    ("frame", "node", "xy", "track"),  # SLEAP without transposing
)


def matches(path: Path) -> bool:
    """Look at the header only. Return False for anything unexpected."""
    try:
        with open_h5(path) as file:
            tracks = h5_values.numbers(file, "tracks")
            return len(tracks.shape) == 4 and "node_names" in file and "track_names" in file
    except (OSError, ValueError):
        return False


def read(path: Path, *, fps: float | None = None) -> xr.Dataset:
    """Read poses; a missing point is NaN, and so is a confidence the file does not give.

    Raises
    ------
    ValueError
        If the file is no SLEAP analysis file, or its arrays do not fit together.
    OSError
        If it cannot be read.
    """
    path = Path(path)
    with open_h5(path) as file:
        nodes = h5_values.strings(file, "node_names")
        names = h5_values.strings(file, "track_names")
        tracks = h5_values.numbers(file, "tracks")
        order = _axis_order(file, tracks, len(nodes), len(names))
        position = _arranged(tracks, order, ("frame", "xy", "node", "track"))
        confidence = None
        if "point_scores" in file:
            score_order = [axis for axis in order if axis != "xy"]
            scores = h5_values.numbers(file, "point_scores")
            confidence = _arranged(scores, score_order, ("frame", "node", "track"))
            if confidence.shape != (len(position), *position.shape[2:]):
                raise ValueError(f"expected a score for each point, found shape {scores.shape}")
    return make_poses(
        position,
        confidence,
        keypoints=nodes,
        individuals=individual_names(names, position.shape[3]),
        fps=fps,
        source_software="SLEAP",
        source_file=str(path),
    )


def _axis_order(file: h5py.File, tracks: h5py.Dataset, n_nodes: int, n_names: int) -> Sequence[str]:
    """Find out which axis is which: from what the file says, else from sizes known otherwise."""
    stated = _stated_order(tracks)
    occupancy = h5_values.numbers(file, "track_occupancy") if "track_occupancy" in file else None
    for order in [stated] if stated else _KNOWN_ORDERS:
        sizes = dict(zip(order, tracks.shape, strict=True))
        fits = sizes["xy"] == 2 and sizes["node"] == n_nodes and tracks.size > 0
        if not stated and occupancy is not None:
            fits = fits and sorted(occupancy.shape) == sorted((sizes["frame"], sizes["track"]))
        if not stated and n_names:
            fits = fits and sizes["track"] == n_names
        if fits:
            return order
    raise ValueError(
        f"expected tracks of {n_nodes} named nodes with x and y, found shape {tracks.shape}"
    )


def _stated_order(tracks: h5py.Dataset) -> list[str] | None:
    try:
        order = json.loads(h5_values.text_attribute(tracks, "dims"))
    except (ValueError, RecursionError):
        return None
    is_order = isinstance(order, list) and all(isinstance(axis, str) for axis in order)
    return order if is_order and sorted(order) == sorted(_KNOWN_ORDERS[0]) else None


def _arranged(
    data: h5py.Dataset, order: Sequence[str], wanted: Sequence[str]
) -> NDArray[np.float32]:
    if len(data.shape) != len(order) or data.dtype.kind not in "iuf":
        raise ValueError(f"{data.name}: expected numbers along {', '.join(order)}")
    axes = [list(order).index(axis) for axis in wanted]
    return np.ascontiguousarray(data.astype(np.float32)[()].transpose(axes))
