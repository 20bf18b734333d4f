"""SLEAP projects and predictions (.slp). Knows no video and reads no embedded image."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.io.doors import h5_values
from napari_mousegpt.io.doors.safe_h5 import open_h5
from napari_mousegpt.io.doors.safe_json import entries, items, text
from napari_mousegpt.io.pose_formats.individuals import individual_names
from napari_mousegpt.io.pose_formats.pose_arrays import empty_poses, single
from napari_mousegpt.io.pose_formats.sleap_instances import PREDICTED, place_instances

suffixes = frozenset({".slp"})

_INSTANCE_COLUMNS = [
    "instance_id",
    "instance_type",
    "frame_id",
    "skeleton",
    "track",
    "from_predicted",
    "point_id_start",
    "point_id_end",
]
_BLOCK_INSTANCES = 20_000
_NEWER_LAYOUT = 3.0
_PIXEL_CENTRES_SINCE = 1.1


def matches(path: Path) -> bool:
    """Look at the header only. Return False for anything unexpected."""
    try:
        with open_h5(path) as file:
            return all(name in file for name in ("frames", "instances", "metadata"))
    except (OSError, ValueError):
        return False


def read(path: Path, *, fps: float | None = None, video: int = 0) -> xr.Dataset:
    """Read poses; a missing or invisible point is NaN, and so is a confidence not given.

    Rows are the labelled frames. What a person placed comes before the prediction for the same
    track or animal.

    Parameters
    ----------
    path
        The project.
    fps
        Kept in ``attrs``; the project does not say.
    video
        Which of the videos that have poses, counted from 0.

    Raises
    ------
    ValueError
        If the project has no poses for that video, or its tables do not fit together.
    OSError
        If it cannot be read.
    """
    path = Path(path)
    with open_h5(path) as file:
        skeletons, format_id = _metadata(file)
        tracks = _track_names(file)
        frames, problems = _frames_of_video(file, video)
        instances, skeleton, more = _instances(file, len(skeletons))
        rows = pd.Series(np.arange(len(frames)), frames["frame_id"])
        placed = place_instances(instances, rows)
        keypoints = skeletons[skeleton]
        arrays = empty_poses(len(frames), 2, len(keypoints), placed.n_individuals)
        is_predicted = placed.instances["instance_type"] == PREDICTED
        for name, chosen in (("points", ~is_predicted), ("pred_points", is_predicted)):
            _fill(file, name, placed.instances[chosen], *arrays)
    position, confidence = arrays
    if format_id < _PIXEL_CENTRES_SINCE:  # before, 0, 0 was the corner of the first pixel
        position -= np.float32(0.5)
    return make_poses(
        position,
        confidence,
        keypoints=keypoints,
        individuals=individual_names(
            [tracks[k] if k < len(tracks) else f"track_{k}" for k in placed.tracks],
            placed.n_individuals,
        ),
        frames=frames["frame_idx"].to_numpy(),
        fps=fps,
        source_software="SLEAP",
        source_file=str(path),
        problems=[*problems, *more, *placed.problems],
    )


def _metadata(file: h5py.File) -> tuple[list[list[str]], float]:
    """Node names of each skeleton, and the version of the layout."""
    group = h5_values.subgroup(file, "metadata")
    format_id = h5_values.number_attribute(group, "format_id", 1.0)
    if format_id >= _NEWER_LAYOUT:
        raise ValueError(
            f"expected a SLEAP project of layout 1 or 2, found {format_id:g}. "
            "Export an analysis file from SLEAP instead"
        )
    metadata = entries(_parsed(h5_values.text_attribute(group, "json")))
    names = [text(entries(node).get("name")) for node in items(metadata.get("nodes"))]
    skeletons = []
    for skeleton in items(metadata.get("skeletons")):
        numbers: list[Any] = [
            entries(node).get("id") for node in items(entries(skeleton).get("nodes"))
        ]
        if not all(isinstance(k, int) and 0 <= k < len(names) for k in numbers):
            raise ValueError("expected skeletons of numbered nodes, found others")
        skeletons.append([names[k] for k in numbers])
    if not skeletons:
        raise ValueError("expected a skeleton in the metadata, found none")
    return skeletons, format_id


def _track_names(file: h5py.File) -> list[str]:
    if "tracks_json" not in file:
        return []
    tracks = [items(_parsed(track)) for track in h5_values.strings(file, "tracks_json")]
    return [text(track[1]) if len(track) > 1 else "" for track in tracks]


def _parsed(written: str) -> Any:
    try:
        return json.loads(written)
    except (ValueError, RecursionError):
        return None


def _frames_of_video(file: h5py.File, video: int) -> tuple[pd.DataFrame, list[str]]:
    """Rows of the table of frames for one video, in the order of their frame numbers."""
    frames = _table(file, "frames", ["frame_id", "video", "frame_idx"])
    videos = sorted(frames["video"].unique().tolist())
    if not 0 <= video < len(videos):
        raise ValueError(f"expected a video between 0 and {len(videos) - 1}, asked for {video}")
    chosen = frames[frames["video"] == videos[video]].sort_values("frame_idx", kind="stable")
    chosen = chosen.drop_duplicates("frame_idx").drop_duplicates("frame_id")
    problems = []
    if len(videos) > 1:
        problems.append(
            f"the project has poses for {len(videos)} videos: those of video {video} are read"
        )
    return chosen, problems


def _instances(file: h5py.File, n_skeletons: int) -> tuple[pd.DataFrame, int, list[str]]:
    """The instances of the skeleton that most have, and its number."""
    instances = _table(file, "instances", _INSTANCE_COLUMNS)
    counts = instances["skeleton"].value_counts()
    if counts.empty or counts.index[0] >= n_skeletons:
        raise ValueError("expected instances of a known skeleton, found none")
    skeleton = int(counts.index[0])
    problems = []
    if len(counts) > 1:
        left_out = int(counts.iloc[1:].sum())
        problems.append(f"{left_out} instances of other skeletons are not read")
    return instances[instances["skeleton"] == skeleton], skeleton, problems


def _table(file: h5py.File, name: str, columns: list[str]) -> pd.DataFrame:
    data = h5_values.values(file, name)
    if not set(columns) <= set(data.dtype.names or ()):
        raise ValueError(f"expected the columns {', '.join(columns)} in {name}, found others")
    return pd.DataFrame({column: data[column].astype(np.int64) for column in columns})


def _fill(
    file: h5py.File, name: str, instances: pd.DataFrame, position: NDArray, confidence: NDArray
) -> None:
    """Copy the points of instances to their rows and individuals, some instances at a time."""
    n_nodes = position.shape[2]
    instances = instances.sort_values("point_id_start")
    lengths = instances["point_id_end"] - instances["point_id_start"]
    if len(instances) == 0:
        return
    data = h5_values.numbers(file, name)
    first, last = instances["point_id_start"].iloc[0], instances["point_id_end"].max()
    if (lengths != n_nodes).any() or first < 0 or last > len(data):
        raise ValueError(f"expected {n_nodes} {name} for each instance, found others")
    for start in range(0, len(instances), _BLOCK_INSTANCES):
        block = instances.iloc[start : start + _BLOCK_INSTANCES]
        first = int(block["point_id_start"].iloc[0])
        points = data[first : int(block["point_id_end"].max())]
        chosen = points[block["point_id_start"].to_numpy()[:, None] - first + np.arange(n_nodes)]
        rows, individuals = block["row"].to_numpy(), block["individual"].to_numpy()
        for axis, field in enumerate("xy"):
            seen = np.where(chosen["visible"], chosen[field], np.nan)
            position[rows, axis, :, individuals] = single(seen)
        if "score" in (points.dtype.names or ()):
            confidence[rows, :, individuals] = single(chosen["score"])
