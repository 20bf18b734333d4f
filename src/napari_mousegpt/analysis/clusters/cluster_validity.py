"""How much clusters are worth: density validity, silhouette, stability, and how many to ask for.

Knows points and labels, not behaviour. DBCV after Moulavi et al. (2014), "Density-based clustering
validation", with the degenerate cases as in Jaskowiak's description.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.analysis.clusters.cluster_methods import NEED_K, Labels, Matrix, by_size, cut
from napari_mousegpt.analysis.clusters.clustering import BehaviourClusters, draw

MOST_SCORED = 2_000
"""Points that a score is computed from; all pairs are compared."""
SEPARATED, MOST_IN_ONE, FEWEST_IN_ONE = 0.5, 0.5, 2


@dataclass(frozen=True, slots=True)
class ClusterReport:
    """What is to be known about a clustering before anyone believes it.

    ``dbcv`` and ``silhouette`` are in [-1, 1], on at most 2,000 points; ``stability_bootstrap`` and
    ``stability_seeds`` are means over refits of the adjusted mutual information with this
    clustering, 1 if it always comes out the same, 0 by chance. None where it cannot be told.
    """

    n_clusters: int
    sizes: tuple[int, ...]
    noise_share: float
    dbcv: float | None
    silhouette: float | None
    stability_bootstrap: float | None
    stability_bootstrap_low: float | None
    stability_seeds: float | None
    refits: int


@dataclass(frozen=True, slots=True)
class TriedK:
    """One number of clusters: mean silhouette, share of the largest cluster, smallest's points."""

    silhouette: float
    largest_share: float
    smallest: int


def report(clusters: BehaviourClusters, vectors: Matrix, *, refits: int = 10) -> ClusterReport:
    """Score a fitted clustering on the vectors it was fitted on."""
    labels = clusters.predict(vectors)
    whole = np.isfinite(vectors).all(axis=1)
    generator = np.random.default_rng(clusters.random_state + 1)
    rows = draw(np.flatnonzero(whole), MOST_SCORED, generator)
    points, of_points = clusters.points(vectors[rows]), labels[rows]
    bootstraps, seeds = stability(clusters, vectors[rows], refits=refits)
    return ClusterReport(
        n_clusters=clusters.n_clusters_,
        sizes=tuple(int((labels == number).sum()) for number in range(clusters.n_clusters_)),
        noise_share=float((labels[whole] < 0).mean()),
        dbcv=density_validity(points, of_points),
        silhouette=silhouette(points, of_points),
        stability_bootstrap=_mean(bootstraps),
        stability_bootstrap_low=float(min(bootstraps)) if bootstraps else None,
        stability_seeds=_mean(seeds),
        refits=refits,
    )


def stability(
    clusters: BehaviourClusters, vectors: Matrix, *, refits: int
) -> tuple[list[float], list[float]]:
    """Agreement of refits with a clustering, on bootstrap samples and with other seeds.

    Refits use as many points as are given here. A method without chance has no spread over seeds;
    then the second list is empty.
    """
    from sklearn.metrics import adjusted_mutual_info_score

    labels = clusters.predict(vectors)
    bootstraps, seeds = [], []
    for number in range(refits):
        seed = clusters.random_state + 1 + number
        rows = np.random.default_rng(seed).integers(0, len(vectors), len(vectors))
        again = _refit(clusters, vectors[np.unique(rows)], seed).predict(vectors)
        bootstraps.append(float(adjusted_mutual_info_score(labels, again)))
        if clusters.method in ("kmeans", "gaussian"):
            again = _refit(clusters, vectors, seed).predict(vectors)
            seeds.append(float(adjusted_mutual_info_score(labels, again)))
    return bootstraps, seeds


def silhouette(points: Matrix, labels: Labels) -> float | None:
    """Mean silhouette of the points that are not noise; None with fewer than two clusters."""
    from sklearn.metrics import silhouette_score

    inside = labels >= 0
    n_clusters = len(np.unique(labels[inside]))
    if not 1 < n_clusters < inside.sum():
        return None
    return float(silhouette_score(points[inside], labels[inside]))


def density_validity(points: Matrix, labels: Labels) -> float | None:
    """Density-based validity (DBCV): are clusters denser inside than the gaps between them?

    Returns
    -------
    float or None
        In [-1, 1]; noise lowers it by its share. None with fewer than two clusters of two points.
    """
    numbers = [n for n in np.unique(labels[labels >= 0]) if (labels == n).sum() > 1]
    if len(numbers) < 2:
        return None
    members = [np.flatnonzero(labels == number) for number in numbers]
    dimensions = points.shape[1]
    cores = [_core_distances(_distances(points[m], points[m]), dimensions) for m in members]
    sparseness, inner = [], []
    for rows, core in zip(members, cores, strict=True):
        weight, internal = _sparseness(points[rows], core)
        sparseness.append(weight)
        inner.append(internal)
    separation = np.full((len(numbers), len(numbers)), np.inf)
    for one in range(len(numbers)):
        for other in range(one):
            a, b = inner[one], inner[other]
            reach = _distances(points[members[one][a]], points[members[other][b]])
            reach = np.maximum(reach, cores[one][a][:, None])
            reach = np.maximum(reach, cores[other][b][None])
            separation[one, other] = separation[other, one] = reach.min()
    apart, within = separation.min(axis=1), np.array(sparseness)
    valid = (apart - within) / np.maximum(np.maximum(apart, within), 1e-12)
    sizes = np.array([rows.size for rows in members])
    return float((sizes * valid).sum() / len(labels))


def suggest_k(
    points: Matrix, method: str, *, ks: Sequence[int], seed: int = 0
) -> dict[int, TriedK]:
    """Try numbers of clusters, on at most 2,000 points; `choose_k` chooses from them."""
    if method not in NEED_K:
        raise ValueError(f"{method} finds the number of clusters by itself")
    rows = draw(np.arange(len(points)), MOST_SCORED, np.random.default_rng(seed))
    points = points[rows]
    tried = {}
    for k in ks:
        if 2 <= k < len(points):
            labels = by_size(cut(points, method, k=k, min_size=2, seed=seed))
            score = silhouette(points, labels)
            if score is not None:
                sizes = np.bincount(labels)
                tried[int(k)] = TriedK(score, float(sizes.max() / sizes.sum()), int(sizes.min()))
    return tried


def choose_k(tried: Mapping[int, TriedK]) -> tuple[int, str]:
    """Choose a number of clusters, and say why; 1 if none could be tried.

    Where some number separates well (silhouette of 0.5 or more, "reasonable structure" after
    Kaufman and Rousseeuw 1990) it is the smallest within 5 % of the best. Else behaviour is a
    continuum: there the silhouette of two halves is often the highest, although they name nothing,
    so that it is the smallest of three or more within 5 % of the best of those in which no cluster
    holds more than half of the windows and none is a single one.
    """
    if not tried:
        return 1, "too few windows to try numbers of clusters"
    best = max(one.silhouette for one in tried.values())
    if best >= SEPARATED:
        k = _smallest_near_best(tried)
        return k, f"{k}: the fewest within 5 % of the best silhouette ({best:.2f}), which separate"
    parts = {k: one for k, one in tried.items() if k > 2}
    useful = {
        k: one
        for k, one in parts.items()
        if one.largest_share <= MOST_IN_ONE and one.smallest >= FEWEST_IN_ONE
    }
    k = _smallest_near_best(useful or parts or tried)
    halves = (
        f", two halves ({tried[2].silhouette:.2f}) left out"
        if _smallest_near_best(tried) == 2 and k > 2
        else ""
    )
    none = "" if useful or not parts else "; in each some cluster is very large or very small"
    return k, (
        f"{k}: nothing separates well (best silhouette {best:.2f}, below {SEPARATED:g}), so these "
        f"are parts of a continuum; the fewest within 5 % of the best{halves}{none}"
    )


def _smallest_near_best(tried: Mapping[int, TriedK]) -> int:
    best = max(one.silhouette for one in tried.values())
    return min(k for k, one in tried.items() if one.silhouette >= best - 0.05 * abs(best))


def _refit(clusters: BehaviourClusters, vectors: Matrix, seed: int) -> BehaviourClusters:
    again = BehaviourClusters(
        clusters.method, k=clusters.k, min_size=clusters.min_size, random_state=seed
    )
    return again.fit(vectors)


def _mean(values: list[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _distances(one: Matrix, other: Matrix) -> NDArray[np.float64]:
    from scipy.spatial.distance import cdist

    return cdist(one.astype(np.float64), other.astype(np.float64))


def _core_distances(distances: NDArray[np.float64], dimensions: int) -> NDArray[np.float64]:
    """All-points core distance: a mean over all others in which the near ones count most."""
    with np.errstate(divide="ignore"):
        logs = -dimensions * np.log(np.maximum(distances, 1e-12))
    np.fill_diagonal(logs, -np.inf)
    highest = logs.max(axis=1, keepdims=True)
    mean = highest[:, 0] + np.log(np.exp(logs - highest).sum(axis=1) / (len(distances) - 1))
    return np.exp(-mean / dimensions)


def _sparseness(points: Matrix, core: NDArray[np.float64]) -> tuple[float, NDArray[np.int64]]:
    """Longest inner edge of the tree of mutual reachability, and the nodes it joins inside."""
    from scipy.sparse.csgraph import minimum_spanning_tree

    reach = np.maximum(_distances(points, points), np.maximum(core[:, None], core[None]))
    # scipy takes what is nearly 0 for no edge, and equal descriptions are no distance apart.
    tree = minimum_spanning_tree((reach + 1) * (1 - np.eye(len(points)))).tocoo()
    degree = np.bincount(np.r_[tree.row, tree.col], minlength=len(points))
    inner = np.flatnonzero(degree > 1)
    both = (degree[tree.row] > 1) & (degree[tree.col] > 1)
    edges = tree.data[both] if both.any() else tree.data
    return float(edges.max()) - 1, inner if inner.size else np.arange(len(points))
