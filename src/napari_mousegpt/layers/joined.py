"""Pose layers of several cameras as one each: a step costs as much as with one camera, nearly.

Rows go camera by camera, in the order of the cameras. Knows no viewer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from napari_mousegpt.layers.layer_data import MARK, Kind, LayerData

_BY_ROW = ("size", "shown", "face_color", "edge_color")
_ORDER: tuple[Kind, ...] = ("trail", "skeleton", "keypoints")


def join_pose_layers(
    parts: Sequence[tuple[str, tuple[float, float], Sequence[LayerData]]],
) -> list[LayerData]:
    """Join the layers that `pose_layers` made for each camera.

    Parameters
    ----------
    parts
        Camera, its tile's corner (y, x), and its layers; at least one camera.

    Returns
    -------
    list of layer tuples
        Trail, skeleton and keypoints, as far as any camera has them; ``trail_frames`` in the mark
        of the trail is one number for each camera, ``edges`` name rows of the joined keypoints.
    """
    by_kind: dict[str, list[tuple[str, tuple[float, float], int, LayerData]]] = {}
    first_row = 0
    for camera, origin, layers in parts:
        for layer in layers:
            kind = layer[1]["metadata"][MARK]["kind"]
            by_kind.setdefault(kind, []).append((camera, origin, first_row, layer))
        first_row += sum(len(one[0]) for one in layers if one[2] == "points")
    return [_joined(kind, by_kind[kind]) for kind in _ORDER if kind in by_kind]


def _joined(
    kind: str, parts: Sequence[tuple[str, tuple[float, float], int, LayerData]]
) -> LayerData:
    all_options = [layer[1] for *_, layer in parts]
    options: dict[str, Any] = dict(all_options[0])
    for name in _BY_ROW:
        if name in options:
            options[name] = np.concatenate([one[name] for one in all_options])
    marks = [one["metadata"][MARK] for one in all_options]
    mark = dict(marks[0])
    if kind == "keypoints":
        tables = [one["features"].assign(camera=camera) for (camera, *_), one in _with(parts)]
        features = pd.concat(tables, ignore_index=True)
        for name in ("individual", "keypoint", "camera"):
            features[name] = pd.Categorical(features[name])
        options["features"] = features
        lengths = [len(layer[0]) for *_, layer in parts]
        mark["size_px"] = np.repeat([one["size_px"] for one in marks], lengths)
    elif kind == "skeleton":
        mark["edges"] = np.concatenate(
            [one["edges"] + part[2] for part, one in zip(parts, marks, strict=True)]
        )
    else:
        mark["trail_frames"] = tuple(one["trail_frames"] for one in marks)
    if "edge_width" in options:
        options["edge_width"] = float(np.mean([one["edge_width"] for one in all_options]))
    options["metadata"] = {**options["metadata"], MARK: mark}
    data = [_moved(layer[0], origin) for _, origin, _, layer in parts]
    return np.concatenate(data), options, parts[0][-1][2]


def _with(parts: Sequence[Any]) -> list[tuple[Any, dict[str, Any]]]:
    return [(part, part[-1][1]) for part in parts]


def _moved(data: np.ndarray, origin_yx: tuple[float, float]) -> np.ndarray:
    """Points, or starts of vectors, in the tile."""
    moved = data.copy()
    if data.ndim == 3:
        moved[:, 0] += np.asarray(origin_yx, data.dtype)
    else:
        moved += np.asarray(origin_yx, data.dtype)
    return moved
