"""Clusters of behaviour vectors: fitted on one cohort, applied to another.

Never fitted in the two dimensions of a map. Knows vectors, not time and not words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.analysis.clusters.cluster_methods import METHODS, Labels, Matrix, by_size, cut

MOST_FITTED = {"ward": 12_000, "hdbscan": 20_000, "kmeans": 50_000, "gaussian": 50_000}
"""Windows that are clustered; beyond, this many are drawn and the others assigned to them."""

MOST_EXEMPLARS = 4_000
NOISE_PERCENTILE = 99.0
_ROWS_AT_ONCE = 16_384
_COMPONENTS_FOR_TREES = 20


class BehaviourClusters:
    """Clusters, and which of them any vector belongs to.

    Up to 20 principal components are clustered. A vector belongs to the cluster of the nearest
    exemplar (drawn from the fitted points, at least 5 of each cluster, 4,000 in all); with
    ``hdbscan`` it is noise (-1) if it is farther from it than 99 of 100 members of that cluster
    are from theirs. Vectors with NaN are -1.

    Parameters
    ----------
    method
        ``ward``, ``hdbscan``, ``kmeans`` or ``gaussian``.
    k
        Number of clusters; not used by ``hdbscan``.
    min_size
        Fewest windows of a cluster, used by ``hdbscan``.
    """

    def __init__(
        self, method: str = "ward", *, k: int = 8, min_size: int = 10, random_state: int = 0
    ) -> None:
        if method not in METHODS:
            raise ValueError(f"expected a method among {', '.join(METHODS)}, found {method!r}")
        self.method = method
        self.k = k
        self.min_size = min_size
        self.random_state = random_state

    def fit(self, vectors: Matrix) -> Self:
        """Find clusters; the same vectors and seed give the same.

        Raises
        ------
        ValueError
            If fewer than two vectors are whole.
        """
        generator = np.random.default_rng(self.random_state)
        whole = np.flatnonzero(np.isfinite(vectors).all(axis=1))
        if whole.size < 2:
            raise ValueError(f"expected at least two windows with a vector, found {whole.size}")
        drawn = draw(whole, MOST_FITTED[self.method], generator)
        sample = vectors[drawn]
        self.centre_ = sample.mean(axis=0, dtype=np.float64).astype(np.float32)
        self.components_ = _principal(sample - self.centre_)
        points = self.points(sample)
        labels = cut(
            points,
            self.method,
            k=min(self.k, len(points)),
            min_size=self.min_size,
            seed=self.random_state,
        )
        self.drawn_, self.drawn_labels_ = drawn, labels
        self.n_clusters_ = int(labels.max()) + 1
        self._choose_exemplars(points, labels, generator)
        return self

    def points(self, vectors: Matrix) -> Matrix:
        """Where vectors lie in the space that is clustered, shape (rows, components)."""
        return (vectors - self.centre_) @ self.components_.T

    def predict(self, vectors: Matrix) -> Labels:
        """Cluster of each vector, -1 for noise and for vectors with NaN."""
        return self.predict_with_confidence(vectors)[0]

    def predict_with_confidence(self, vectors: Matrix) -> tuple[Labels, NDArray[np.float64]]:
        """Clusters, and in [0, 1] how much nearer the cluster is than the next.

        The confidence is ``1 - d1 / d2`` of the distances to the nearest exemplars of the two
        nearest clusters; NaN for noise and where there is one cluster.
        """
        labels = np.full(len(vectors), -1, np.int64)
        confidence = np.full(len(vectors), np.nan)
        if self.n_clusters_ == 0:
            return labels, confidence
        whole = np.flatnonzero(np.isfinite(vectors).all(axis=1))
        for start in range(0, whole.size, _ROWS_AT_ONCE):
            rows = whole[start : start + _ROWS_AT_ONCE]
            nearest, first, second = self._nearest(self.points(vectors[rows]))
            sure = 1 - first / np.maximum(second, 1e-12)
            far = first > self.radii_[nearest]
            labels[rows] = np.where(far, -1, nearest)
            confidence[rows] = np.where(far | ~np.isfinite(second), np.nan, sure)
        return labels, confidence

    def to_parts(self) -> tuple[dict[str, NDArray], dict[str, Any]]:
        """Arrays and plain values that `from_parts` reads."""
        names = ("centre", "components", "exemplars", "exemplar_labels", "radii")
        arrays = {name: getattr(self, f"{name}_") for name in names}
        values = {
            "method": self.method,
            "k": self.k,
            "min_size": self.min_size,
            "random_state": self.random_state,
            "n_clusters": self.n_clusters_,
        }
        return arrays, values

    @classmethod
    def from_parts(cls, arrays: Mapping[str, NDArray], values: Mapping[str, Any]) -> Self:
        """Make again what `to_parts` took apart."""
        parameters = {name: values[name] for name in ("k", "min_size", "random_state")}
        clusters = cls(values["method"], **parameters)
        for name, array in arrays.items():
            setattr(clusters, f"{name}_", array)
        clusters.n_clusters_ = values["n_clusters"]
        return clusters

    def _choose_exemplars(
        self, points: Matrix, labels: Labels, generator: np.random.Generator
    ) -> None:
        members = [np.flatnonzero(labels == number) for number in range(self.n_clusters_)]
        share = MOST_EXEMPLARS / max(1, sum(rows.size for rows in members))
        chosen = [draw(rows, max(5, int(rows.size * share)), generator) for rows in members]
        rows = np.concatenate(chosen) if chosen else np.zeros(0, np.int64)
        self.exemplars_ = np.ascontiguousarray(points[rows], np.float32)
        self.exemplar_labels_ = labels[rows]
        self.radii_ = np.full(self.n_clusters_, np.inf, np.float32)
        if self.method == "hdbscan":
            for number, of_cluster in enumerate(members):
                self.radii_[number] = _radius(points[of_cluster], points[chosen[number]])

    def _nearest(self, points: Matrix) -> tuple[Labels, NDArray, NDArray]:
        """Nearest cluster, and distances to the nearest exemplars of it and of the next."""
        best = np.full((self.n_clusters_, len(points)), np.inf, np.float32)
        squares = (points**2).sum(axis=1)
        for number in range(self.n_clusters_):
            exemplars = self.exemplars_[self.exemplar_labels_ == number]
            distances = (exemplars**2).sum(axis=1)[:, None] - 2 * exemplars @ points.T
            best[number] = distances.min(axis=0)
        best = np.sqrt(np.maximum(best + squares, 0))
        nearest = best.argmin(axis=0)
        ranked = np.partition(best, min(1, self.n_clusters_ - 1), axis=0)
        second = ranked[1] if self.n_clusters_ > 1 else np.full(len(points), np.inf)
        return nearest, best[nearest, np.arange(len(points))], second


def draw(rows: NDArray[np.int64], at_most: int, generator: np.random.Generator) -> Labels:
    """Rows in their order, drawn without replacement if there are more than ``at_most``."""
    if rows.size <= at_most:
        return rows
    return np.sort(generator.choice(rows, at_most, replace=False))


def merged(labels: Labels, pairs: Mapping[int, int]) -> Labels:
    """Give clusters the numbers of those they are merged into, then number by size again."""
    changed = labels.copy()
    for one, into in pairs.items():
        changed[labels == one] = into
    return by_size(changed)


def _principal(centred: Matrix) -> Matrix:
    """First principal directions, shape (components, dimensions), signs fixed."""
    covariance = (centred.T @ centred).astype(np.float64)
    _, directions = np.linalg.eigh(covariance)
    kept = min(_COMPONENTS_FOR_TREES, centred.shape[1])
    chosen = directions[:, ::-1][:, :kept]
    largest = np.abs(chosen).argmax(axis=0)
    chosen = chosen * np.sign(chosen[largest, np.arange(kept)])
    return np.ascontiguousarray(chosen.T.astype(np.float32))


def _radius(members: Matrix, exemplars: Matrix) -> float:
    """Distance within which 99 of 100 members have another point of their cluster."""
    squares = (exemplars**2).sum(axis=1)[None] - 2 * members @ exemplars.T
    squares += (members**2).sum(axis=1)[:, None]
    squares[squares < 1e-9] = np.inf  # itself
    nearest = np.sqrt(np.maximum(squares.min(axis=1), 0))
    nearest = nearest[np.isfinite(nearest)]
    return float(np.percentile(nearest, NOISE_PERCENTILE)) if nearest.size else 0.0
