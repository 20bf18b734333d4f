"""Four ways to cut points into clusters, through scikit-learn. They know no behaviour."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
Labels = NDArray[np.int64]
METHODS = ("ward", "hdbscan", "kmeans", "gaussian")
NEED_K = ("ward", "kmeans", "gaussian")


def cut(points: Matrix, method: str, *, k: int, min_size: int, seed: int) -> Labels:
    """Cluster points.

    Parameters
    ----------
    points
        Shape (points, dimensions), without NaN.
    method
        ``ward`` (tree cut into ``k``), ``hdbscan`` (dense regions of ``min_size`` or more, the
        rest is noise), ``kmeans`` or ``gaussian`` (mixture of ``k``).

    Returns
    -------
    numpy.ndarray
        Cluster of each point, -1 for noise; the largest cluster is 0, and so on.
    """
    makers: dict[str, Callable[[], Labels]] = {
        "ward": lambda: _ward(points, k),
        "hdbscan": lambda: _hdbscan(points, min_size),
        "kmeans": lambda: _kmeans(points, k, seed),
        "gaussian": lambda: _gaussian(points, k, seed),
    }
    if method not in makers:
        raise ValueError(f"expected a method among {', '.join(METHODS)}, found {method!r}")
    if method in NEED_K and not 1 <= k <= len(points):
        raise ValueError(f"expected 1 to {len(points)} clusters for that many windows, found {k}")
    return by_size(makers[method]())


def by_size(labels: NDArray) -> Labels:
    """Number clusters by their size, so that equal cuts have equal numbers; noise stays -1."""
    found, first, counts = np.unique(labels[labels >= 0], return_index=True, return_counts=True)
    order = np.lexsort((first, -counts))
    numbers = np.full((int(labels.max(initial=-1)) + 2), -1, np.int64)
    numbers[found[order]] = np.arange(len(found))
    return numbers[labels]


def linkage_tree(points: Matrix) -> NDArray[np.float64]:
    """Ward's tree as scipy draws it, shape (points - 1, 4)."""
    from scipy.cluster.hierarchy import linkage

    return linkage(points.astype(np.float64), method="ward")


def _ward(points: Matrix, k: int) -> Labels:
    from scipy.cluster.hierarchy import fcluster

    if len(points) < 2:
        return np.zeros(len(points), np.int64)
    return fcluster(linkage_tree(points), k, criterion="maxclust").astype(np.int64) - 1


def _hdbscan(points: Matrix, min_size: int) -> Labels:
    from sklearn.cluster import HDBSCAN

    size = max(2, min(min_size, len(points)))
    if len(points) < 3:
        return np.zeros(len(points), np.int64)
    model = HDBSCAN(min_cluster_size=size, min_samples=min(5, size), copy=True)
    return model.fit(points).labels_.astype(np.int64)


def _kmeans(points: Matrix, k: int, seed: int) -> Labels:
    from sklearn.cluster import KMeans

    return KMeans(k, n_init=5, random_state=seed).fit(points).labels_.astype(np.int64)


def _gaussian(points: Matrix, k: int, seed: int) -> Labels:
    from sklearn.mixture import GaussianMixture

    # A full covariance has more numbers than a small cluster has windows.
    mixture = GaussianMixture(
        k, covariance_type="diag", reg_covar=1e-3, random_state=seed, n_init=1, max_iter=200
    )
    return mixture.fit(points).predict(points).astype(np.int64)
