"""Clusters of windows to bouts: short ones smoothed away, neighbours joined. Knows no vectors."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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


@dataclass(slots=True)
class _Run:
    """Neighbouring windows of one cluster; ``gone`` once it is part of another run."""

    first: int
    stop: int
    label: int
    frames: int
    before: _Run | None = None
    after: _Run | None = None
    gone: bool = False


def _smoothed(starts: Labels, stops: Labels, labels: Labels, min_frames: float) -> Labels:
    """Windows of one animal in order; the shortest run joins its longer neighbour, again and again.

    A heap finds the shortest, so that a recording of ten hours takes no longer than its length.
    """
    runs = _runs(starts, stops, labels)
    heap = [(run.frames, run.first, place) for place, run in enumerate(runs)]
    heapq.heapify(heap)
    while heap:
        frames, _, place = heapq.heappop(heap)
        run = runs[place]
        if frames >= min_frames:
            break
        if run.gone or run.frames != frames:
            continue  # it was merged or grew since
        near = [one for one in (run.before, run.after) if one is not None]
        if not near:
            continue
        run.label = max(near, key=lambda one: one.frames).label
        for one in near:
            if one.label == run.label:
                _absorb(run, one, starts, stops)
        heapq.heappush(heap, (run.frames, run.first, place))
    smoothed = labels.copy()
    for run in runs:
        if not run.gone:
            smoothed[run.first : run.stop] = run.label
    return smoothed


def _runs(starts: Labels, stops: Labels, labels: Labels) -> list[_Run]:
    """Runs of equal labels without a gap in time; those that touch know each other."""
    runs: list[_Run] = []
    for row, label in enumerate(labels.tolist()):
        touches = bool(runs) and starts[row] <= stops[row - 1]
        if touches and runs[-1].label == label:
            runs[-1].stop = row + 1
        else:
            run = _Run(row, row + 1, label, 0)
            if touches:
                run.before, runs[-1].after = runs[-1], run
            runs.append(run)
        runs[-1].frames = int(stops[row] - starts[runs[-1].first])
    return runs


def _absorb(run: _Run, other: _Run, starts: Labels, stops: Labels) -> None:
    if other is run.before:
        run.first, run.before = other.first, other.before
        if run.before is not None:
            run.before.after = run
    else:
        run.stop, run.after = other.stop, other.after
        if run.after is not None:
            run.after.before = run
    other.gone = True
    run.frames = int(stops[run.stop - 1] - starts[run.first])
