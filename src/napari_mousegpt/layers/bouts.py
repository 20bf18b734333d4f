"""Bouts and described windows as one row of a points layer each.

The layer is for other plugins and the features table: its columns have the names they look for.
Knows no viewer; people read the timeline instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt.datamodel.ethogram import colour_of
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.layers.bout_places import with_places
from napari_mousegpt.layers.colours import to_rgba
from napari_mousegpt.layers.layer_data import LayerData, metadata
from napari_mousegpt.layers.said import keywords_of
from napari_mousegpt.workflows.clustered_windows import placed_windows

CATEGORIES = ("individual", "behavior", "caption", "source", "mousegpt_cluster")
FEATURES = (
    "frame",
    "start",
    "stop",
    "start_s",
    "stop_s",
    "individual",
    "behavior",
    "behavior_id",
    "caption",
    "confidence",
    "source",
    "mousegpt_cluster",
    "MANUAL_CLUSTER_ID",
    "UMAP0",
    "UMAP1",
)
"""All columns; those in `WHERE_KNOWN` only if a row has a number there."""
WHERE_KNOWN = ("confidence", "UMAP0", "UMAP1")
"""Clusters-plotter offers every column of numbers as an axis, and fails on one without any."""


def bouts_layer(
    recording: Recording,
    poses: xr.Dataset | None = None,
    *,
    times_s: NDArray[np.float64] | None = None,
) -> LayerData:
    """Make a point for each bout, at its first frame and where the animal then is.

    Windows of a run that has no bouts, such as one that is still under way, have a row each.

    Parameters
    ----------
    poses
        One row per frame; without them points lie in the middle of the picture.
    times_s
        Time of each frame; by the frame rate if None.
    """
    entry = recording.video()
    rows = _rows(recording)
    placed = placed_windows(recording)
    if len(placed):
        rows = with_places(rows, placed)
    starts, stops = rows["start"].to_numpy(np.int64), rows["stop"].to_numpy(np.int64)
    features = pd.DataFrame(
        {
            "frame": starts,
            "start": starts,
            "stop": stops,
            "start_s": _seconds(starts, times_s, entry.fps),
            "stop_s": _seconds(stops, times_s, entry.fps),
            "individual": rows["individual"],
            "behavior": rows["behaviour"],
            # Clusters-plotter colours by whole numbers, not by names.
            "behavior_id": pd.Categorical(pd.factorize(rows["behaviour"], sort=True)[0] + 1),
            "caption": rows["caption"],
            "confidence": rows["confidence"].astype(np.float64),
            "source": rows["source"],
            "mousegpt_cluster": _column(rows, "cluster", None),
            "MANUAL_CLUSTER_ID": pd.Categorical(_column(rows, "MANUAL_CLUSTER_ID", 0)),
            "UMAP0": _column(rows, "UMAP0", np.nan),
            "UMAP1": _column(rows, "UMAP1", np.nan),
        }
    )
    unknown = [name for name in WHERE_KNOWN if features[name].isna().all()]
    features = features.drop(columns=unknown)
    for name in CATEGORIES:  # other plugins take an object column for a plot axis and fail
        features[name] = pd.Categorical(features[name])
    middle_yx = (entry.height / 2, entry.width / 2)
    points = np.column_stack(
        [starts, _places(starts, rows["individual"], poses, middle_yx)]
    ).astype(np.float32)
    colours = {
        name: to_rgba(colour_of(name, recording.ethogram)) for name in set(rows["behaviour"])
    }
    face = [colours[name] for name in rows["behaviour"]]
    options: dict[str, Any] = {
        "name": "bouts",
        "ndim": 3,
        "size": 14,
        "face_color": np.array(face, np.float32) if face else "white",
        "border_color": "white",
        "features": features,
        "axis_labels": ("time", "y", "x"),
        "visible": False,
        "metadata": metadata("bouts", entry.frames),
    }
    # Column-major: napari looks for minimum and maximum of each column at every step.
    return np.asfortranarray(points), options, "points"


def _rows(recording: Recording) -> pd.DataFrame:
    video = recording.video().id
    bouts = recording.bouts[recording.bouts["video"].isin([video, ""])]
    said = recording.descriptions
    said = said[(said["video"] == video) & said["valid"].astype(bool)]
    windows = said[~said["run_id"].isin(set(bouts["run_id"]))]
    by_rule = {run.run_id for run in recording.runs if run.tool == "kinematic-rules"}
    words = [keywords_of(value) for value in windows["keywords"]]
    windows = windows.assign(
        behaviour=[each[0] if each else "" for each in words],
        source=["rule" if run_id in by_rule else "model" for run_id in windows["run_id"]],
        caption=windows["overall"].fillna(""),
    )
    bouts = bouts.assign(caption=_captions(bouts, said))
    return pd.concat([bouts, windows], ignore_index=True).sort_values("start", ignore_index=True)


def _captions(bouts: pd.DataFrame, said: pd.DataFrame) -> list[str]:
    """For each bout, what its run says about the window that holds its middle."""
    captions = [""] * len(bouts)
    key = ["run_id", "individual"]
    windows = {name: table.sort_values("start") for name, table in said.groupby(key, sort=False)}
    places = pd.Series(np.arange(len(bouts)), index=bouts.index)
    for name, group in bouts.groupby(key, sort=False, dropna=False):
        if name not in windows:
            continue
        table = windows[name]
        middles = (group["start"].to_numpy() + group["stop"].to_numpy()) // 2
        found = np.searchsorted(table["start"].to_numpy(), middles, side="right") - 1
        overall = table["overall"].fillna("").to_numpy(object)
        for place, row in zip(places[group.index], found, strict=True):
            captions[place] = overall[max(row, 0)]
    return captions


def _places(
    starts: NDArray[np.int64],
    individuals: Sequence[str],
    poses: xr.Dataset | None,
    middle_yx: tuple[float, float],
) -> NDArray[np.float64]:
    places = np.tile(np.array(middle_yx, np.float64), (len(starts), 1))
    if poses is None or not len(starts):
        return places
    names = [str(name) for name in poses["individual"].values]
    who = np.array([names.index(one) if one in names else -1 for one in individuals])
    known = (who >= 0) & (starts < poses.sizes["time"])
    position = poses["position"].values[starts[known], :2, :, who[known]]  # (bout, xy, keypoint)
    present = np.isfinite(position) & (position != 0).any(axis=1, keepdims=True)
    count = present.sum(axis=2)
    middle = np.where(present, position, 0).sum(axis=2) / np.maximum(count, 1)
    seen = (count > 0).all(axis=1)
    places[np.flatnonzero(known)[seen]] = middle[seen, ::-1]
    return places


def _seconds(
    frames: NDArray[np.int64], times_s: NDArray[np.float64] | None, fps: float
) -> NDArray[np.float64]:
    if times_s is None:
        return frames / fps
    # The stop of the last bout is one past the last frame.
    return np.interp(frames, np.arange(len(times_s) + 1), np.append(times_s, times_s[-1] + 1 / fps))


def _column(rows: pd.DataFrame, name: str, default: Any) -> Any:
    return rows[name] if name in rows else [default] * len(rows)
