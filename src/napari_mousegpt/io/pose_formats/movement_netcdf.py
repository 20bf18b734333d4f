"""Poses saved as netCDF in the layout of movement. Knows no netCDF library.

netCDF 4 is HDF5 and goes through `safe_h5`; netCDF 3 is plain numbers, which scipy parses.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np
import xarray as xr

from napari_mousegpt.datamodel.poses import DIMS, make_poses
from napari_mousegpt.io.doors import h5_values
from napari_mousegpt.io.doors.safe_h5 import open_h5
from napari_mousegpt.io.pose_formats import frame_numbers
from napari_mousegpt.io.pose_formats.individuals import individual_names
from napari_mousegpt.io.pose_formats.pose_arrays import single

suffixes = frozenset({".nc", ".netcdf"})

_OLDER_NAMES = {"keypoints": "keypoint", "individuals": "individual"}


def matches(path: Path) -> bool:
    """Look at the header only. Return False for anything unexpected."""
    try:
        if _is_version_3(path):
            return _has_poses(_version_3(path))
        with open_h5(path) as file:
            return len(h5_values.numbers(file, "position").shape) == 4 and "space" in file
    except (OSError, ValueError):
        return False


def read(path: Path, *, fps: float | None = None) -> xr.Dataset:
    """Read poses; times in seconds become frame numbers through the file's frame rate.

    Raises
    ------
    ValueError
        If there is no position over time, space, keypoint and individual.
    OSError
        If the file cannot be read.
    """
    path = Path(path)
    stored = _version_3(path) if _is_version_3(path) else _version_4(path)
    if not _has_poses(stored):
        raise ValueError(
            f"{path.name}: expected a position over {', '.join(DIMS)}, "
            f"found {', '.join(map(str, stored.sizes)) or 'none'}"
        )
    stated = np.ravel(stored.attrs.get("fps", np.nan))
    rate = float(stated[0]) if stated.size and stated.dtype.kind in "iuf" else np.nan
    times = np.asarray(stored["time"].values, np.float64)
    if "frame" in stored and stored["frame"].dims == ("time",):  # our own, at a varying rate
        times = np.asarray(stored["frame"].values, np.float64)
    elif str(stored.attrs.get("time_unit")) == "seconds" and np.isfinite(rate):
        times = np.round(times * rate)
    frames, problems = frame_numbers.from_numbers(times)
    confidence = None
    if "confidence" in stored:
        confidence = single(stored["confidence"].transpose("time", "keypoint", "individual").values)
    return make_poses(
        single(stored["position"].transpose(*DIMS).values),
        confidence,
        keypoints=list(stored["keypoint"].values),
        individuals=individual_names([str(name) for name in stored["individual"].values]),
        frames=frames,
        fps=fps or (rate if np.isfinite(rate) else None),
        source_software=str(stored.attrs.get("source_software", "movement")),
        source_file=str(path),
        problems=problems,
    )


def _has_poses(stored: xr.Dataset) -> bool:
    return (
        "position" in stored
        and set(stored["position"].dims) == set(DIMS) <= set(stored.coords)
        and [str(name) for name in stored["space"].values] in (["x", "y"], ["x", "y", "z"])
    )


def _is_version_3(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(3) == b"CDF"


def _version_3(path: Path) -> xr.Dataset:
    try:
        with xr.open_dataset(path, engine="scipy", decode_times=False) as stored:
            loaded = stored.load()
    except OSError:
        raise
    except Exception as error:  # scipy's parser lets many kinds escape for damaged files
        raise ValueError(f"{path.name}: damaged netCDF file ({error})") from None
    return loaded.rename({old: new for old, new in _OLDER_NAMES.items() if old in loaded.dims})


def _version_4(path: Path) -> xr.Dataset:
    with open_h5(path) as file:
        names = {_OLDER_NAMES.get(name, name): name for name in file}
        coords = {
            dim: h5_values.strings(file, names[dim])
            if h5py.check_string_dtype(file[names[dim]].dtype)
            else h5_values.values(file, names[dim])
            for dim in DIMS
            if dim in names and isinstance(file[names[dim]], h5py.Dataset)
        }
        arrays = {
            name: (_dims(file, name), h5_values.values(file, name))
            for name in ("position", "confidence")
            if name in file
        }
        attrs = {
            "fps": h5_values.number_attribute(file, "fps", np.nan),
            "time_unit": h5_values.text_attribute(file, "time_unit"),
            "source_software": h5_values.text_attribute(file, "source_software"),
        }
        return xr.Dataset(arrays, coords, attrs)


def _dims(file: h5py.File, name: str) -> Sequence[str]:
    """Names of the axes: as the file numbers them, else in movement's order."""
    data = h5_values.numbers(file, name)
    numbered = {
        h5_values.number_attribute(node, "_Netcdf4Dimid", -1): _OLDER_NAMES.get(other, other)
        for other in file
        if other != name and len((node := file[other]).shape or ()) == 1
    }
    axes = h5_values.numbers_attribute(data, "_Netcdf4Coordinates")
    if len(axes) == len(data.shape) and all(axis in numbered for axis in axes):
        return [numbered[axis] for axis in axes]
    return DIMS if len(data.shape) == len(DIMS) else ("time", "keypoint", "individual")
