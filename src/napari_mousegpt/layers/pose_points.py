"""Keypoints of many frames at once, as layers that movement and napari-deeplabcut know as theirs.

Our own layers hold the current frame only; these hold a row for every point, so they are made
when asked for, and only up to a number of points. Knows neither plugin.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt.datamodel.recording import SINGLE_INDIVIDUAL
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.layers.colours import individual_colours, keypoint_colours
from napari_mousegpt.layers.keypoints import keypoint_size_px
from napari_mousegpt.layers.layer_data import LayerData

POINTS_LIMIT = 1_000_000
"""Napari looks at every point of such a layer at each step, which this many slow down by some
hundredths of a second."""
SURE = 0.6
"""Likelihood above which DeepLabCut takes a point for valid, unless told otherwise."""
SCORER = "mousegpt"


def movement_layers(
    poses: xr.Dataset,
    name: str,
    *,
    frames: TimeRange | None = None,
    fps: float | None = None,
    times_s: NDArray[np.floating] | None = None,
) -> list[LayerData]:
    """Points and tracks as movement makes them, in this order.

    Rows go by individual, keypoint and frame; points that are missing have none. All rows, with
    the missing ones, are in the metadata of the points, as movement keeps them to save edits.

    Parameters
    ----------
    poses
        One row per frame of a video, in pixels.
    name
        Of the file or recording, for the names of the layers.
    frames
        Time range; all if None.
    fps, times_s
        For the column ``time`` in seconds; it is in frames if both are None.

    Raises
    ------
    ValueError
        If there are more than `POINTS_LIMIT` points, or poses are in space.
    """
    chosen = _chosen(poses, frames)
    table, tracks = _rows(chosen)
    table["time"] = _times(table.pop("frame").to_numpy(), fps, times_s)
    table = table[["individual", "keypoint", "time", "confidence"]]
    present = np.isfinite(tracks).all(axis=1)
    by = "keypoint" if poses.sizes["individual"] == 1 else "individual"
    last = poses.sizes["time"] - 1
    attributes = {
        "source_software": poses.attrs.get("source_software") or "napari-mousegpt",
        "source_file": str(poses.attrs.get("source_file") or ""),
        "ds_type": "poses",
        "time_unit": "frames" if fps is None and times_s is None else "seconds",
        **({"fps": fps} if fps is not None else {}),
    }
    points_metadata = {
        "max_frame_idx": last,
        "movement_max_frame_idx": last,
        "movement_points_layer": True,
        "movement_points_properties": table.assign(position_is_nan=~present),
        "movement_dataset_attrs": attributes,
    }
    points = {
        **_look(poses, table[present], by),
        "name": f"points: {name}",
        "features": table[present].reset_index(drop=True),
        "metadata": points_metadata,
    }
    coded = {f"{by}_factorized": table[by].cat.codes.astype(np.int64)}
    lines = {
        "name": f"tracks: {name}",
        "properties": _plain(table.assign(**coded)[present]),
        "color_by": f"{by}_factorized",
        "tail_length": 30,
        "head_length": 0,
        "metadata": {"max_frame_idx": last, "movement_max_frame_idx": last},
    }
    return [(tracks[present, 1:], points, "points"), (tracks[present], lines, "tracks")]


def deeplabcut_layers(
    poses: xr.Dataset, name: str, *, frames: TimeRange | None = None
) -> list[LayerData]:
    """Points as napari-deeplabcut makes them: it can show, correct and save them.

    A point of unknown confidence counts as sure. Columns ``label, id, likelihood, valid``; ``id``
    is "" for one animal. See `movement_layers` for parameters and errors.
    """
    table, tracks = _rows(_chosen(poses, frames))
    present = np.isfinite(tracks).all(axis=1)
    table, tracks = table[present].reset_index(drop=True), tracks[present]
    individuals = [str(one) for one in poses["individual"].values]
    alone = individuals == [SINGLE_INDIVIDUAL]
    likelihood = np.nan_to_num(table["confidence"].to_numpy(np.float64), nan=1.0)
    ids = table["individual"].cat.rename_categories([""]) if alone else table["individual"]
    options = {
        **_look(poses, table, "keypoint" if alone else "individual"),
        "name": f"keypoints: {name}",
        "features": pd.DataFrame(
            {
                "label": table["keypoint"],
                "id": ids,
                "likelihood": likelihood,
                "valid": likelihood > SURE,
            }
        ),
        "metadata": {
            "max_frame_idx": poses.sizes["time"] - 1,
            "header": _header([""] if alone else individuals, poses),
            "paths": [],
            "name": f"keypoints: {name}",
        },
    }
    return [(tracks[:, 1:], options, "points")]


def _header(ids: list[str], poses: xr.Dataset) -> dict[str, Any]:
    """Columns of the csv that DeepLabCut would write, three levels for one animal."""
    columns = [
        (SCORER, individual, str(keypoint), coordinate)
        for individual in ids
        for keypoint in poses["keypoint"].values
        for coordinate in ("x", "y", "likelihood")
    ]
    names = ["scorer", "individuals", "bodyparts", "coords"]
    if ids == [""]:
        return {
            "columns": [(scorer, *rest) for scorer, _, *rest in columns],
            "names": [names[0], *names[2:]],
        }
    return {"columns": columns, "names": names}


def _chosen(poses: xr.Dataset, frames: TimeRange | None) -> xr.Dataset:
    if poses.sizes["space"] > 2:
        raise ValueError(
            "expected keypoints in pixels of the video, found positions in space (x, y, z). Open "
            "the poses of a camera instead."
        )
    if frames is not None:
        poses = poses.isel(time=slice(frames.start, frames.stop))
    count = poses.sizes["time"] * poses.sizes["keypoint"] * poses.sizes["individual"]
    if count > POINTS_LIMIT:
        per_frame = max(1, poses.sizes["keypoint"] * poses.sizes["individual"])
        raise ValueError(
            f"expected at most {POINTS_LIMIT:,} points in a layer, found {count:,}. Select a time "
            f"range of up to {POINTS_LIMIT // per_frame:,} frames on the timeline."
        )
    return poses


def _rows(poses: xr.Dataset) -> tuple[pd.DataFrame, NDArray[np.float64]]:
    """Features and ``(track, frame, y, x)`` of every point, missing ones too."""
    names = {dim: [str(one) for one in poses[dim].values] for dim in ("individual", "keypoint")}
    n_animals, n_keypoints = len(names["individual"]), len(names["keypoint"])
    frames = poses["time"].values
    position = poses["position"].transpose("individual", "keypoint", "time", "space").values
    confidence = poses["confidence"].transpose("individual", "keypoint", "time").values
    # Column-major: napari looks for minimum and maximum of each column at every step.
    tracks = np.empty((confidence.size, 4), np.float64, order="F")
    tracks[:, 0] = np.repeat(np.arange(n_animals * n_keypoints), len(frames))
    tracks[:, 1] = np.tile(frames, n_animals * n_keypoints)
    tracks[:, 2:] = position.reshape(-1, 2)[:, ::-1]
    animals = np.repeat(np.arange(n_animals), n_keypoints * len(frames))
    keypoints = np.tile(np.repeat(np.arange(n_keypoints), len(frames)), n_animals)
    table = pd.DataFrame(
        {
            "individual": pd.Categorical.from_codes(animals, names["individual"]),
            "keypoint": pd.Categorical.from_codes(keypoints, names["keypoint"]),
            "frame": tracks[:, 1].astype(np.int64),
            "confidence": confidence.reshape(-1).astype(np.float32),
        }
    )
    return table, tracks


def _times(
    frames: NDArray[np.int64], fps: float | None, times_s: NDArray[np.floating] | None
) -> NDArray[np.floating] | NDArray[np.int64]:
    if times_s is not None:
        return np.asarray(times_s, np.float64)[frames]
    return frames if fps is None else frames / fps


def _look(poses: xr.Dataset, rows: pd.DataFrame, by: str) -> dict[str, Any]:
    count = poses.sizes[by]
    colours = keypoint_colours(count) if by == "keypoint" else individual_colours(count)
    return {
        "ndim": 3,
        "size": keypoint_size_px(poses),
        "face_color": colours[rows[by].cat.codes.to_numpy()] if len(rows) else "white",
        "border_width": 0,
        "axis_labels": ("time", "y", "x"),
    }


def _plain(rows: pd.DataFrame) -> dict[str, NDArray]:
    """Columns as arrays; categories as their names, which a tracks layer wants."""
    return {
        str(name): column.astype("object").to_numpy()
        if isinstance(column.dtype, pd.CategoricalDtype)
        else column.to_numpy()
        for name, column in rows.items()
    }
