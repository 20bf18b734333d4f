"""Time and memory of clustering: 100,000 windows of 384 dimensions, and 1,000,000 by subsampling.

Run: python benchmarks/clustering.py [WINDOWS ...] [--method METHOD]
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np

from napari_mousegpt.analysis.clusters.cluster_validity import report
from napari_mousegpt.analysis.clusters.clustering import BehaviourClusters

DIMENSIONS, GROUPS = 384, 15


def made_up_windows(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Vectors around fifteen centres of unequal size, with one in twenty anywhere."""
    generator = np.random.default_rng(seed)
    centres = generator.normal(0, 1, (GROUPS, DIMENSIONS)).astype(np.float32)
    shares = generator.dirichlet(np.full(GROUPS, 2.0))
    groups = generator.choice(GROUPS, count, p=shares)
    vectors = np.empty((count, DIMENSIONS), np.float32)
    for start in range(0, count, 50_000):
        some = groups[start : start + 50_000]
        noise = generator.standard_normal((some.size, DIMENSIONS), dtype=np.float32)
        vectors[start : start + some.size] = centres[some] + noise
    anywhere = generator.random(count) < 0.05
    vectors[anywhere] = 2 * generator.standard_normal(
        (int(anywhere.sum()), DIMENSIONS), dtype=np.float32
    )
    groups[anywhere] = -1
    return vectors, groups


def main() -> None:
    """Cluster and print one line for each size and method."""
    from sklearn.metrics import adjusted_mutual_info_score

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("windows", type=int, nargs="*", default=[100_000])
    parser.add_argument("--method", action="append")
    arguments = parser.parse_args()
    for count in arguments.windows:
        vectors, groups = made_up_windows(count)
        for method in arguments.method or ["ward", "hdbscan", "kmeans", "gaussian"]:
            started_s = time.perf_counter()
            clusters = BehaviourClusters(method, k=GROUPS, min_size=max(5, count // 1000))
            labels = clusters.fit(vectors).predict(vectors)
            fitted_s = time.perf_counter() - started_s
            scored = report(clusters, vectors)
            total_s = time.perf_counter() - started_s
            inside = groups >= 0
            agreement = adjusted_mutual_info_score(groups[inside], labels[inside])
            peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
            print(
                f"{count} windows x {DIMENSIONS}, {method}: clusters {fitted_s:.1f} s, with "
                f"validity and stability {total_s:.1f} s; {scored.n_clusters} clusters, agreement "
                f"with the truth (AMI) {agreement:.2f}; peak of the process {peak_gb:.1f} GB"
            )


if __name__ == "__main__":
    main()
