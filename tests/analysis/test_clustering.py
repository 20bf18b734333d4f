"""Clusters: known groups are found, equal seeds are equal, what is fitted applies to others."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from napari_mousegpt.analysis.clusters import clustering
from napari_mousegpt.analysis.clusters.behaviour_map import place_on_map
from napari_mousegpt.analysis.clusters.cluster_bouts import (
    bouts_of_clusters,
    preview_smoothing,
    smooth_clusters,
)
from napari_mousegpt.analysis.clusters.cluster_methods import METHODS, by_size, cut
from napari_mousegpt.analysis.clusters.cluster_validity import (
    TriedK,
    choose_k,
    density_validity,
    report,
    suggest_k,
)
from napari_mousegpt.analysis.clusters.clustering import BehaviourClusters


def groups(sizes: tuple[int, ...] = (60, 40, 20), seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    labels = np.repeat(np.arange(len(sizes)), sizes)
    centres = 8 * np.eye(len(sizes), 10)
    vectors = centres[labels] + generator.normal(0, 0.5, (labels.size, 10))
    vectors = vectors.astype(np.float32)
    vectors.flags.writeable = False
    return vectors, labels


@pytest.mark.parametrize("method", METHODS)
def test_known_groups_are_found_and_numbered_by_size(method: str) -> None:
    vectors, truth = groups()
    clusters = BehaviourClusters(method, k=3, min_size=10).fit(vectors)
    np.testing.assert_array_equal(clusters.predict(vectors), truth)
    others, of_others = groups((5, 6, 7), seed=9)
    labels = clusters.predict(others)
    assert (labels[labels >= 0] == of_others[labels >= 0]).all()
    assert (labels >= 0).mean() > 0.7


@pytest.mark.parametrize("method", METHODS)
def test_equal_seeds_give_equal_clusters(method: str) -> None:
    generator = np.random.default_rng(3)
    vectors = generator.normal(0, 1, (80, 6)).astype(np.float32)
    one, other = (
        BehaviourClusters(method, k=4, min_size=5, random_state=7).fit(vectors).predict(vectors)
        for _ in range(2)
    )
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("method", METHODS)
def test_many_windows_are_drawn_from_and_assigned(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(clustering.MOST_FITTED, method, 100)
    vectors, truth = groups((600, 200, 100))
    clusters = BehaviourClusters(method, k=3, min_size=5).fit(vectors)
    assert clusters.drawn_.size == 100
    labels = clusters.predict(vectors)
    assert (labels == truth)[labels >= 0].all()
    assert (labels < 0).mean() < 0.1


def test_parts_make_the_same_clusters_again() -> None:
    vectors, _ = groups()
    clusters = BehaviourClusters("hdbscan", min_size=10).fit(vectors)
    again = BehaviourClusters.from_parts(*clusters.to_parts())
    np.testing.assert_array_equal(again.predict(vectors), clusters.predict(vectors))


def test_far_away_and_missing_is_noise() -> None:
    vectors, _ = groups()
    clusters = BehaviourClusters("hdbscan", min_size=10).fit(vectors)
    strange = np.stack([np.full(10, 50.0), np.full(10, np.nan)]).astype(np.float32)
    labels, confidence = clusters.predict_with_confidence(strange)
    assert labels.tolist() == [-1, -1]
    assert np.isnan(confidence).all()


def test_what_cannot_be_clustered_is_said() -> None:
    with pytest.raises(ValueError, match="expected a method among ward, hdbscan"):
        BehaviourClusters("dbscan")
    with pytest.raises(ValueError, match="at least two windows with a vector, found 0"):
        BehaviourClusters().fit(np.full((5, 3), np.nan, np.float32))
    with pytest.raises(ValueError, match="expected 1 to 2 clusters"):
        cut(np.zeros((2, 2), np.float32), "kmeans", k=3, min_size=2, seed=0)


def test_numbers_follow_size() -> None:
    labels = np.array([5, 5, 2, 2, 2, -1])
    assert by_size(labels).tolist() == [1, 1, 0, 0, 0, -1]


@pytest.mark.parametrize(
    ("gap", "low", "high"), [(0.0, -1.0, -0.2), (5.0, 0.5, 0.8), (20.0, 0.9, 1.0)]
)
def test_density_validity_grows_with_the_gap(gap: float, low: float, high: float) -> None:
    generator = np.random.default_rng(0)
    halves = [generator.normal(place, 1, (200, 5)) for place in (0.0, gap)]
    points = np.concatenate(halves).astype(np.float32)
    assert low < density_validity(points, np.repeat([0, 1], 200)) < high


def test_density_validity_agrees_with_hdbscan() -> None:
    # The same points through hdbscan 0.8: hdbscan.validity.validity_index gives this number.
    generator = np.random.default_rng(0)
    for gap in (0.0, 2.0, 5.0, 10.0, 20.0):
        halves = [generator.normal(place, 1, (200, 5)) for place in (0.0, gap)]
        points = np.concatenate(halves).astype(np.float32)
    found = density_validity(points, np.repeat([0, 1], 200))
    assert found == pytest.approx(0.9309160074002323, abs=1e-9)


def test_noise_lowers_density_validity_by_its_share() -> None:
    vectors, truth = groups()
    all_in = density_validity(vectors, truth)
    far = np.vstack([vectors, 100 + np.arange(120)[:, None] * np.ones((1, 10), np.float32)])
    noisy = density_validity(far, np.concatenate([truth, np.full(120, -1)]))
    assert noisy == pytest.approx(all_in / 2)
    assert density_validity(vectors, np.zeros(len(vectors), np.int64)) is None


def test_report_of_clear_and_of_no_groups() -> None:
    vectors, _ = groups()
    clear = report(BehaviourClusters("kmeans", k=3).fit(vectors), vectors, refits=3)
    assert clear.sizes == (60, 40, 20)
    assert clear.stability_bootstrap == pytest.approx(1)
    assert clear.stability_seeds == pytest.approx(1)
    cloud = np.random.default_rng(0).normal(0, 1, (120, 10)).astype(np.float32)
    none = report(BehaviourClusters("kmeans", k=6).fit(cloud), cloud, refits=3)
    assert none.stability_bootstrap < 0.5
    assert none.silhouette < 0.2


def test_k_is_suggested() -> None:
    vectors, _ = groups((30, 30, 30, 30))
    scores = suggest_k(vectors, "ward", ks=range(2, 9))
    assert choose_k(scores)[0] == 4


@pytest.mark.parametrize("method", ["tsne", "pca"])
def test_the_map_keeps_groups_together_and_nan_out(method: str) -> None:
    vectors, truth = groups()
    vectors = np.vstack([vectors, np.full((1, 10), np.nan, np.float32)])
    places = place_on_map(vectors, method, seed=1)
    assert np.isnan(places[-1]).all()
    centres = np.array([places[:-1][truth == group].mean(axis=0) for group in range(3)])
    nearest = np.linalg.norm(places[:-1, None] - centres, axis=2).argmin(axis=1)
    assert (nearest == truth).mean() > 0.95
    assert np.isnan(place_on_map(vectors, "none")).all()


def windows(labels: list[int], length: int = 10) -> pd.DataFrame:
    starts = np.arange(len(labels)) * length
    return pd.DataFrame(
        {
            "video": "cam0",
            "individual": "individual_0",
            "start": starts,
            "stop": starts + length,
            "cluster": labels,
            "confidence": 0.5,
        }
    )


@pytest.mark.parametrize(
    ("labels", "min_frames", "expected"),
    [
        ([0, 0, 1, 0, 0], 15, [0, 0, 0, 0, 0]),
        ([0, 0, 1, 0, 0], 10, [0, 0, 1, 0, 0]),
        ([0, 1, 1, 2, 2, 2], 15, [1, 1, 1, 2, 2, 2]),
        ([0, 0, -1, 1, 1, 1], 15, [0, 0, 1, 1, 1, 1]),
        ([0], 100, [0]),
    ],
    ids=["flicker", "long enough", "at the start", "noise", "alone"],
)
def test_short_bouts_go_to_the_longer_neighbour(
    labels: list[int], min_frames: float, expected: list[int]
) -> None:
    assert smooth_clusters(windows(labels), min_bout_frames=min_frames).tolist() == expected


def test_a_gap_in_time_is_no_neighbour() -> None:
    table = windows([0, 0, 1])
    table.loc[2, ["start", "stop"]] = [100, 110]
    assert smooth_clusters(table, min_bout_frames=50).tolist() == [0, 0, 1]


def test_bouts_have_names_and_source() -> None:
    table = windows([0, 0, -1, 1])
    bouts = bouts_of_clusters(table, {0: "rearing"}, run_id="run")
    assert bouts[["start", "stop", "behaviour", "source"]].to_numpy().tolist() == [
        [0, 20, "rearing", "cluster"],
        [30, 40, "cluster 1", "cluster"],
    ]
    preview = preview_smoothing(windows([0, 0, 1, 0]), (0, 2), fps=10)
    assert preview["bouts"].tolist() == [3, 1]
    assert preview["changed_share"].tolist() == [0, 0.25]


@pytest.mark.parametrize(
    ("tried", "k", "why"),
    [
        ({}, 1, "too few windows"),
        ({2: (0.5, 0.5, 9), 3: (0.52, 0.5, 9), 4: (0.4, 0.5, 9)}, 2, "which separate"),
        ({2: (0.26, 0.7, 9), 3: (0.18, 0.5, 9), 5: (0.2, 0.4, 9), 8: (0.18, 0.3, 9)}, 5, "halves"),
        ({2: (0.26, 0.7, 9), 3: (0.2, 0.6, 9), 5: (0.2, 0.4, 9), 8: (0.2, 0.3, 1)}, 5, "continuum"),
        ({2: (0.3, 0.9, 1), 3: (0.3, 0.8, 1)}, 3, "very large or very small"),
        ({2: (0.2, 0.5, 4)}, 2, "continuum"),
    ],
)
def test_number_of_clusters_and_why(tried: dict, k: int, why: str) -> None:
    chosen, reason = choose_k({number: TriedK(*one) for number, one in tried.items()})
    assert chosen == k
    assert why in reason
