"""Poses in NWB files (ndx-pose). Knows no behaviour and no other NWB data."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.io.doors import h5_values
from napari_mousegpt.io.doors.safe_h5 import open_h5
from napari_mousegpt.io.pose_formats.individuals import individual_names
from napari_mousegpt.io.pose_formats.keypoint_names import WORLD_PROBLEM
from napari_mousegpt.io.pose_formats.nwb_series import NwbSeries, all_series, containers, view
from napari_mousegpt.io.pose_formats.pose_arrays import empty_poses, single

suffixes = frozenset({".nwb"})


def matches(path: Path) -> bool:
    """Look at the header only. Return False for anything unexpected."""
    try:
        with open_h5(path) as file:
            return bool(containers(file))
    except (OSError, ValueError):
        return False


def read(path: Path, *, fps: float | None = None) -> xr.Dataset:
    """Read poses; a missing point is NaN, and so is a confidence the file does not give.

    Several estimates of the same view are several animals; of several views (cameras, videos)
    the first is read. The frame rate comes from the time stamps, unless given.

    Raises
    ------
    ValueError
        If the file holds no pose estimates, or they do not fit together.
    OSError
        If it cannot be read.
    """
    path = Path(path)
    with open_h5(path) as file:
        chosen, problems = _first_view(containers(file))
        series = _owned_series(chosen)
        if not series:
            raise ValueError("expected series of keypoints, found none")
        times_s, rate = _times(series)
        n_space, more = _dimensions(series)
        keypoints = list(dict.fromkeys(item.keypoint for item in series))
        owners = list(dict.fromkeys(item.individual for item in series))
        sizes = (len(times_s), n_space, len(keypoints), len(owners))
        position, confidence = empty_poses(*sizes)
        for item in series:
            k, i = keypoints.index(item.keypoint), owners.index(item.individual)
            rows = np.searchsorted(times_s, _own_times(item.group)[0])
            data = h5_values.values(item.group, "data")
            position[rows, :, k, i] = single(data[:, :n_space])
            if "confidence" in item.group:
                confidence[rows, k, i] = single(h5_values.values(item.group, "confidence"))
        software = (
            h5_values.strings(chosen[0], "source_software")
            if "source_software" in chosen[0]
            else []
        )
    frames, fps_of_times, gaps = _frames(times_s)
    return make_poses(
        position,
        confidence,
        keypoints=keypoints,
        individuals=individual_names(owners),
        frames=frames,
        fps=fps or rate or fps_of_times,
        source_software=software[0] if software else "NWB",
        source_file=str(path),
        problems=[*problems, *more, *gaps, *([WORLD_PROBLEM] if n_space == 3 else [])],
    )


def _first_view(found: list[h5py.Group]) -> tuple[list[h5py.Group], list[str]]:
    if not found:
        raise ValueError("expected a PoseEstimation in a processing module, found none")
    views = [view(container) for container in found]
    chosen = [item for item, its_view in zip(found, views, strict=True) if its_view == views[0]]
    if len(chosen) == len(found):
        return chosen, []
    others = ", ".join(item.name for item in found if item not in chosen)
    return chosen, [f"poses of {chosen[0].name} are read, those of other views are not: {others}"]


def _owned_series(chosen: list[h5py.Group]) -> list[NwbSeries]:
    """Series of all containers, with the animal that each is of.

    Several containers name the animals, unless their series do and all differ.
    """
    of_each = [all_series(container) for container in chosen]
    named = [item.individual for series in of_each for item in series]
    apart = sum(len({item.individual for item in series}) for series in of_each)
    if len(chosen) == 1 or ("" not in named and apart == len(set(named))):
        return [item for series in of_each for item in series]
    return [
        NwbSeries(item.group, item.keypoint, f"{owner} {item.individual}".strip())
        for container, series in zip(chosen, of_each, strict=True)
        for owner in [str(container.name).rsplit("/", 1)[-1]]
        for item in series
    ]


def _own_times(group: h5py.Group) -> tuple[NDArray[np.float64], float | None]:
    n_rows = h5_values.numbers(group, "data").shape[0]
    if "timestamps" in group:
        times_s = h5_values.values(group, "timestamps").astype(np.float64)
        if times_s.shape != (n_rows,) or not (np.diff(times_s) > 0).all():
            raise ValueError(f"{group.name}: expected {n_rows} increasing time stamps")
        return times_s, None
    if "starting_time" in group:
        rate = h5_values.number_attribute(h5_values.numbers(group, "starting_time"), "rate", 0)
        return np.arange(n_rows, dtype=np.float64), rate or None
    return np.arange(n_rows, dtype=np.float64), None


def _times(series: list[NwbSeries]) -> tuple[NDArray[np.float64], float | None]:
    """Time stamps of all series together, and the rate if the file states one."""
    times_s, rate = _own_times(series[0].group)
    for item in series[1:]:
        own_s, _ = _own_times(item.group)
        if not np.array_equal(own_s, times_s):
            times_s = np.union1d(times_s, own_s)
    return times_s, rate


def _dimensions(series: list[NwbSeries]) -> tuple[int, list[str]]:
    shapes = [h5_values.numbers(item.group, "data").shape for item in series]
    if any(len(shape) != 2 or shape[1] not in (2, 3) for shape in shapes):
        raise ValueError(f"expected points with x, y (and z), found shapes {set(shapes)}")
    widths = {shape[1] for shape in shapes}
    if len(widths) == 1:
        return widths.pop(), []
    return 2, ["some keypoints have no z: only x and y are read"]


def _frames(
    times_s: NDArray[np.float64],
) -> tuple[NDArray[np.int64] | None, float | None, list[str]]:
    """Frame numbers (None: row k is frame k) and rate that the time stamps tell."""
    if len(times_s) < 2 or np.array_equal(times_s, np.arange(len(times_s))):
        return None, None, []  # numbers of frames in place of times
    fps = float(1 / np.median(np.diff(times_s)))
    frames = np.round((times_s - times_s[0]) * fps)
    has_gaps = (np.diff(frames) > 1).any() and (np.diff(frames) > 0).all()
    if not has_gaps:
        return None, fps, []
    return (
        frames.astype(np.int64),
        fps,
        [f"the time stamps have gaps: frames are counted from the first at {fps:.3f} fps"],
    )
