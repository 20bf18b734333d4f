"""Windows that show what a cluster is: its middle, some by chance, and its nearest neighbours."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.workflows.cluster import load_clusters
from napari_mousegpt.workflows.clustered_windows import KEY, clustering_of, placed_windows
from napari_mousegpt.workflows.embedded import embedded_windows

Kind = Literal["nearest", "random", "counter"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def cluster_examples(
    recording: Recording, cluster: int, kind: Kind, *, limit: int = 9, seed: int = 0
) -> pd.DataFrame:
    """Choose windows of a cluster to look at.

    Parameters
    ----------
    cluster
        Number of a cluster or of merged ones; -1 for noise, which has no middle.
    kind
        ``nearest`` its centre, ``random``, or ``counter``: windows of the nearest other cluster,
        those first that are nearest to this one's centre.

    Returns
    -------
    pandas.DataFrame
        Rows of `placed_windows`; empty if there are none.

    Raises
    ------
    ValueError
        If the recording is not clustered, or the kind is unknown.
    """
    run = clustering_of(recording)
    if run is None or kind not in KINDS:
        raise ValueError(
            f"expected a clustered recording and one of {', '.join(KINDS)}, found {kind!r} "
            f"and {'no clustering' if run is None else 'a clustering'}"
        )
    placed = placed_windows(recording)
    labels = placed["cluster"].to_numpy(np.int64)
    mine = np.flatnonzero(labels == cluster)
    if kind == "random" or cluster < 0:
        drawn = np.random.default_rng(seed).permutation(mine)[:limit]
        return placed.iloc[np.sort(drawn)]
    data = embedded_windows([recording])
    vectors = load_clusters(recording, run).points(data.vectors)
    rows = placed[KEY].merge(data.windows[KEY].assign(row=range(len(vectors))), how="left")
    known = rows["row"].notna().to_numpy()
    points = np.full((len(placed), vectors.shape[1]), np.nan, np.float32)
    points[known] = vectors[rows["row"].to_numpy()[known].astype(np.int64)]
    return placed.iloc[_nearest(points, labels, cluster, kind)[:limit]]


def _nearest(
    points: NDArray[np.float32], labels: NDArray[np.int64], cluster: int, kind: Kind
) -> NDArray[np.int64]:
    """Rows by their distance from the cluster's centre: its own, or of the nearest other."""
    whole = np.isfinite(points).all(axis=1)
    numbers = [int(one) for one in np.unique(labels[whole]) if one >= 0]
    if cluster not in numbers:
        return np.zeros(0, np.int64)
    centres = {one: points[whole & (labels == one)].mean(axis=0) for one in numbers}
    of = cluster
    if kind == "counter":
        others = [one for one in numbers if one != cluster]
        if not others:
            return np.zeros(0, np.int64)
        of = min(others, key=lambda one: np.linalg.norm(centres[one] - centres[cluster]))
    rows = np.flatnonzero(whole & (labels == of))
    order = np.argsort(np.linalg.norm(points[rows] - centres[cluster], axis=1), kind="stable")
    chosen: NDArray[np.int64] = rows[order]
    return chosen
