"""Ward's tree of windows, to be cut at any height before anything is clustered. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.analysis.clusters.cluster_methods import by_size, linkage_tree
from napari_mousegpt.analysis.clusters.clustering import BehaviourClusters, draw
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.workflows.embedded import embedded_windows, last_run

MOST_IN_TREE = 2_000
MOST_LEAVES = 40
_ROWS_AT_ONCE = 8_192


@dataclass(frozen=True, slots=True, eq=False)
class WindowTree:
    """A tree over windows, or over 2,000 of them drawn by chance.

    ``tree`` has the shape (leaves - 1, 4), as scipy draws it; ``leaf`` is the leaf of each row of
    ``windows`` (the nearest, where it was not drawn), -1 without a vector; ``k`` is the number of
    clusters that there are now.
    """

    windows: pd.DataFrame
    tree: NDArray[np.float64]
    leaf: NDArray[np.int64]
    k: int

    @property
    def heights(self) -> NDArray[np.float64]:
        """Heights of the joins, the highest first."""
        return self.tree[::-1, 2]

    def clusters_at(self, height: float) -> int:
        """How many clusters a cut at this height gives."""
        return int((self.tree[:, 2] > height).sum()) + 1

    def height_for(self, k: int) -> float:
        """A height that cuts into ``k`` clusters, in the middle between two joins."""
        heights = np.append(self.heights, 0.0)
        place = min(max(k, 1), len(heights)) - 1
        above = heights[place - 1] if place else 1.1 * heights[0]
        return float((above + heights[place]) / 2)

    def labels_at(self, k: int) -> NDArray[np.int64]:
        """Cluster of each row when cut into ``k``, the largest 0; -1 without a vector."""
        from scipy.cluster.hierarchy import fcluster

        of_leaves = by_size(fcluster(self.tree, k, criterion="maxclust").astype(np.int64) - 1)
        return np.where(self.leaf >= 0, of_leaves[self.leaf], -1)

    def lines(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The top of the tree as x and y of lines, NaN between them; at most 40 ends."""
        from scipy.cluster.hierarchy import dendrogram

        most = min(MOST_LEAVES, len(self.tree) + 1)
        drawn = dendrogram(self.tree, truncate_mode="lastp", p=most, no_plot=True)
        gap = np.full((len(drawn["icoord"]), 1), np.nan)
        x = np.hstack([np.array(drawn["icoord"], float), gap])
        y = np.hstack([np.array(drawn["dcoord"], float), gap])
        return x.ravel(), y.ravel()


def tree_of_windows(recordings: Sequence[Recording], *, seed: int = 0) -> WindowTree:
    """Make the tree of the embedded windows of recordings that are clustered.

    Raises
    ------
    ValueError
        If they are not embedded in one space or not clustered, or fewer than three windows have
        a vector.
    """
    data = embedded_windows(recordings)
    whole = np.flatnonzero(np.isfinite(data.vectors).all(axis=1))
    if whole.size < 3:
        raise ValueError("a tree needs three windows with a vector or more")
    space = BehaviourClusters("kmeans", k=2, random_state=seed).fit(data.vectors)
    points = space.points(data.vectors)
    drawn = draw(whole, MOST_IN_TREE, np.random.default_rng(seed))
    leaf = np.full(len(points), -1, np.int64)
    leaf[drawn] = np.arange(drawn.size)
    others = np.setdiff1d(whole, drawn)
    known = points[drawn]
    for start in range(0, others.size, _ROWS_AT_ONCE):
        rows = others[start : start + _ROWS_AT_ONCE]
        squares = (known**2).sum(axis=1)[None] - 2 * points[rows] @ known.T
        leaf[rows] = squares.argmin(axis=1)
    k = int(last_run(recordings[0], "cluster").parameters["k"])
    return WindowTree(data.windows, linkage_tree(known), leaf, k)
