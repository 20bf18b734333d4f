"""Tables of behaviour in NWB files: ndx-ethogram's bouts, EventsTable, TimeIntervals.

Finds and takes them apart; makes no bouts. Knows HDF5 through the safe door only, not pynwb.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import h5py
import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.io.doors.h5_values import strings, text_attribute, values
from napari_mousegpt.io.label_formats.media_clocks import file_name

BOUTS, EVENTS, INTERVALS, ETHOGRAM = "EthogramBouts", "EventsTable", "TimeIntervals", "Ethogram"
LABELS = (
    "label",
    "labels",
    "behavior",
    "behaviour",
    "behavior_label",
    "behavior_name",
    "motif",
    "syllable",
    "event",
    "event_type",
    "annotation",
)
"""Columns that name the behaviour, the first that a table has."""
_OF_THE_SESSION = ("trials", "epochs", "invalid_times")


@dataclass(frozen=True, slots=True)
class VideoTime:
    """When the frames of a video are, in seconds of the session."""

    name: str
    fps: float | None
    times_s: NDArray[np.float64] | None
    first_s: float = 0.0


def kind_of(group: h5py.Group) -> str:
    """Name of the NWB type of a group, or ""."""
    return text_attribute(group, "neurodata_type")


def find_tables(file: h5py.File) -> list[h5py.Group]:
    """Tables whose rows are labels of behaviour."""
    return [
        group
        for group in _groups(file)
        if (kind_of(group) == BOUTS and {"start_time", "stop_time", "label"} <= set(group))
        or (kind_of(group) == EVENTS and "timestamp" in group)
        or (kind_of(group) == INTERVALS and _is_of_behaviour(group))
    ]


def find_ethograms(file: h5py.File) -> list[h5py.Group]:
    """Lists of behaviours."""
    return [group for group in _groups(file) if kind_of(group) == ETHOGRAM and "behavior" in group]


def find_videos(file: h5py.File) -> list[tuple[h5py.Group, VideoTime]]:
    """Series of pictures in a video file, and when these are."""
    return [
        (group, _video_time(group))
        for group in _groups(file)
        if kind_of(group) == "ImageSeries" and "external_file" in group
    ]


def label_column(group: h5py.Group) -> str | None:
    """Column that names the behaviour, None if there is none."""
    return next((name for name in LABELS if isinstance(group.get(name), h5py.Dataset)), None)


def texts(group: h5py.Group, name: str) -> list[str]:
    """Read a column as text, numbers too; [] if there is none."""
    dataset = group.get(name)
    if not isinstance(dataset, h5py.Dataset) or len(dataset.shape or ()) != 1:
        return []
    if h5py.check_string_dtype(dataset.dtype) is not None:
        return strings(group, name)
    return [str(value) for value in values(group, name).tolist()]


def reals(group: h5py.Group, name: str) -> NDArray[np.float64]:
    """Read a column as numbers; empty if there is none.

    Raises
    ------
    ValueError
        If it does not hold numbers.
    """
    if not isinstance(group.get(name), h5py.Dataset):
        return np.zeros(0)
    found = values(group, name)
    if found.dtype.kind not in "iuf" or found.ndim != 1:
        raise ValueError(f"{group.name}/{name}: expected a column of numbers")
    with np.errstate(invalid="ignore"):  # NaNs of damaged files
        return found.astype(np.float64)


def _groups(file: h5py.File) -> Iterator[h5py.Group]:
    """All groups but those that only soft links lead to."""
    found: list[h5py.Group] = []

    def keep(_: str, node: h5py.Group | h5py.Dataset) -> None:
        if isinstance(node, h5py.Group):
            found.append(node)

    file.visititems(keep)
    return iter(found)


def _is_of_behaviour(group: h5py.Group) -> bool:
    name = str(group.name).rpartition("/")[2]
    return (
        name not in _OF_THE_SESSION
        and {"start_time", "stop_time"} <= set(group)
        and label_column(group) is not None
    )


def _video_time(group: h5py.Group) -> VideoTime:
    paths = texts(group, "external_file")
    name = file_name(paths[0]) if paths else ""
    times_s = reals(group, "timestamps")
    if len(times_s) > 1:
        return VideoTime(name, None, times_s, float(times_s[0]))
    rate = first_s = math.nan
    start = group.get("starting_time")
    if isinstance(start, h5py.Dataset) and start.shape == () and start.dtype.kind in "iuf":
        first_s = float(start[()])
        if "rate" in start.attrs and np.isscalar(start.attrs["rate"]):
            rate = _real(start.attrs["rate"])
    return VideoTime(
        name,
        rate if math.isfinite(rate) else None,
        None,
        first_s if math.isfinite(first_s) else 0.0,
    )


def _real(value: object) -> float:
    return float(value) if isinstance(value, int | float | np.number) else math.nan
