"""Clusters of windows to bouts: short ones smoothed away, neighbours joined. Knows no vectors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.datamodel.bouts import merge_windows

Labels = NDArray[np.int64]


def smooth_clusters(windows: pd.DataFrame, *, min_bout_frames: float) -> Labels:
    """Give bouts that are too short to the longer of their neighbours, the shortest first.

    Parameters
    ----------
    windows
        Interval table with ``cluster``, -1 for noise.
    min_bout_frames
        Bouts with fewer frames are given away; one without a neighbour in time stays.

    Returns
    -------
    numpy.ndarray
        Cluster of each row.
    """
    labels = windows["cluster"].to_numpy(np.int64).copy()
    place = pd.Series(np.arange(len(windows)), index=windows.index)
    for _, rows in windows.groupby(["video", "individual"], sort=False):
        ordered = rows.sort_values("start")
        positions = place[ordered.index].to_numpy()
        labels[positions] = _smoothed(
            ordered["start"].to_numpy(),
            ordered["stop"].to_numpy(),
            labels[positions],
            min_bout_frames,
        )
    return labels


def bouts_of_clusters(
    windows: pd.DataFrame, names: Mapping[int, str], *, run_id: str, min_bout_frames: float = 0
) -> pd.DataFrame:
    """Join neighbouring windows of a cluster into bouts of source ``cluster``; noise has none.

    Parameters
    ----------
    windows
        Interval table with ``cluster`` and ``confidence``.
    names
        Behaviour of each cluster; ``cluster N`` where there is none.
    """
    labels = smooth_clusters(windows, min_bout_frames=min_bout_frames)
    said = [[names.get(int(label), f"cluster {label}")] for label in labels]
    rows = windows.assign(keywords=said, valid=labels >= 0, run_id=run_id)
    bouts = merge_windows(rows, source="model")
    return bouts.assign(source="cluster")


def preview_smoothing(
    windows: pd.DataFrame, candidates_s: Sequence[float], *, fps: float
) -> pd.DataFrame:
    """What each shortest bout would do.

    Returns
    -------
    pandas.DataFrame
        ``min_bout_s``, ``bouts``, ``median_bout_s``, ``changed_share`` (of windows).
    """
    before = windows["cluster"].to_numpy(np.int64)
    rows = []
    for min_bout_s in candidates_s:
        labels = smooth_clusters(windows, min_bout_frames=min_bout_s * fps)
        smoothed = windows.assign(cluster=labels)
        bouts = bouts_of_clusters(smoothed, {}, run_id="preview")
        lengths = (bouts["stop"] - bouts["start"]) / fps
        rows.append(
            {
                "min_bout_s": float(min_bout_s),
                "bouts": len(bouts),
                "median_bout_s": float(lengths.median()) if len(bouts) else np.nan,
                "changed_share": float((labels != before).mean()) if len(windows) else 0.0,
            }
        )
    return pd.DataFrame(rows)


def _smoothed(starts: Labels, stops: Labels, labels: Labels, min_frames: float) -> Labels:
    """Windows of one animal in order; merges runs of windows until all are long enough."""
    runs: list[list[int]] = []  # first window, behind the last, label
    for row, label in enumerate(labels.tolist()):
        joined = bool(runs) and starts[row] <= stops[row - 1]
        if joined and runs[-1][2] == label:
            runs[-1][1] = row + 1
        else:
            runs.append([row, row + 1, label])
    while len(runs) > 1:
        short = [
            (length, place)
            for place, length in enumerate(_frames(run, starts, stops) for run in runs)
            if length < min_frames and _neighbours(runs, place, starts, stops)
        ]
        if not short:
            break
        _, place = min(short)
        near = _neighbours(runs, place, starts, stops)
        into = max(near, key=lambda other: _frames(runs[other], starts, stops))
        runs[place][2] = runs[into][2]
        runs = _joined(runs, starts, stops)
    smoothed = labels.copy()
    for first, last, label in runs:
        smoothed[first:last] = label
    return smoothed


def _frames(run: Sequence[int], starts: Labels, stops: Labels) -> int:
    return int(stops[run[1] - 1] - starts[run[0]])


def _neighbours(
    runs: Sequence[Sequence[int]], place: int, starts: Labels, stops: Labels
) -> list[int]:
    near = []
    if place > 0 and starts[runs[place][0]] <= stops[runs[place - 1][1] - 1]:
        near.append(place - 1)
    if place + 1 < len(runs) and starts[runs[place + 1][0]] <= stops[runs[place][1] - 1]:
        near.append(place + 1)
    return near


def _joined(runs: Iterable[list[int]], starts: Labels, stops: Labels) -> list[list[int]]:
    joined: list[list[int]] = []
    for run in runs:
        touches = bool(joined) and starts[run[0]] <= stops[joined[-1][1] - 1]
        if touches and joined[-1][2] == run[2]:
            joined[-1][1] = run[1]
        else:
            joined.append(run)
    return joined
