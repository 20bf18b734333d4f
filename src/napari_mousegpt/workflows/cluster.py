"""Clustering: vectors of recordings to clusters, a map, and bouts of source ``cluster``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt import __version__
from napari_mousegpt.analysis.clusters.behaviour_map import best_map, place_on_map
from napari_mousegpt.analysis.clusters.cluster_bouts import bouts_of_clusters, preview_smoothing
from napari_mousegpt.analysis.clusters.cluster_methods import NEED_K, linkage_tree
from napari_mousegpt.analysis.clusters.cluster_validity import (
    ClusterReport,
    choose_k,
    report,
    suggest_k,
)
from napari_mousegpt.analysis.clusters.clustering import BehaviourClusters
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.run import Run, make_run
from napari_mousegpt.io.analysis_tables import (
    CLUSTERS_FILE,
    load_fitted,
    read_table,
    replace_run_rows,
    save_fitted,
)
from napari_mousegpt.io.bout_journal import replace_run_bouts
from napari_mousegpt.io.cluster_names import ClusterNames, read_names
from napari_mousegpt.workflows.embedded import (
    EmbeddedWindows,
    embedded_windows,
    last_run,
    remember_last,
)
from napari_mousegpt.workflows.steps import Step

PREVIEWED_S = (0.0, 1.0, 2.0, 4.0, 8.0)
KS = range(2, 21)


@dataclass(frozen=True, slots=True)
class ClusterSettings:
    """What a person chooses for clustering.

    ``k`` None chooses from 2 to 20 (see `analysis.clusters.cluster_validity.choose_k`);
    ``min_size`` None is a hundredth of the windows, 5 at least. ``map`` None chooses by
    the number of windows.
    """

    method: str = "ward"
    k: int | None = None
    min_size: int | None = None
    min_bout_s: float = 0.0
    seed: int = 0
    map: str | None = None
    embedding: str | None = None
    refits: int = 10


@dataclass(frozen=True, slots=True, eq=False)
class Clustered:
    """What clustering came to.

    ``k_scores`` is the silhouette for each k that was tried, ``k_reason`` why this one was taken
    (empty where it was given); ``smoothing`` what shortest bouts
    would do (see `analysis.clusters.cluster_bouts.preview_smoothing`); ``tree`` is Ward's tree
    of the clusters' centres, shape (clusters - 1, 4), as scipy draws it.
    """

    recordings: tuple[Recording, ...]
    runs: tuple[Run, ...]
    windows: pd.DataFrame
    report: ClusterReport
    k_scores: dict[int, float]
    k_reason: str
    smoothing: pd.DataFrame
    tree: NDArray[np.float64]
    model: str


def cluster(
    recordings: Sequence[Recording],
    settings: ClusterSettings,
    *,
    fitted_in: Recording | None = None,
) -> Iterator[Step[Clustered]]:
    """Cluster the windows of recordings together, or sort them into another recording's clusters.

    Raises
    ------
    ValueError
        If a recording is not embedded, or not in the same space as the others.
    """
    yield Step(0, 5, "reading vectors")
    data = embedded_windows(recordings, embedding=settings.embedding)
    yield Step(1, 5, "clusters")
    if fitted_in is None:
        clusters, k_scores, k_reason = _fit(data.vectors, settings)
    else:
        clusters, k_scores, k_reason = _fitted(fitted_in, data), {}, ""
    labels, confidence = clusters.predict_with_confidence(data.vectors)
    yield Step(2, 5, "how stable they are")
    found = report(clusters, data.vectors, refits=settings.refits)
    yield Step(3, 5, "map")
    places = place_on_map(
        clusters.points(data.vectors),
        settings.map or best_map(len(data.windows)),
        seed=settings.seed,
    )
    windows = data.windows.assign(
        cluster=labels, confidence=confidence, x=places[:, 0], y=places[:, 1]
    )
    yield Step(4, 5, "bouts")
    model = _model_id(clusters, data.space)
    changed, runs = _store(data, windows, clusters, model, settings, found)
    fps = data.recordings[0].video().fps
    smoothing = preview_smoothing(
        windows.assign(individual=windows["recording"].astype(str) + windows["individual"]),
        PREVIEWED_S,
        fps=fps,
    )
    done = Clustered(
        changed, runs, windows, found, k_scores, k_reason, smoothing, _tree(clusters), model
    )
    yield Step(5, 5, "done", done)


def write_cluster_bouts(recording: Recording, run: Run) -> Recording:
    """Make the bouts of a clustering anew, with the names and merges decided so far.

    Bouts of other clusterings are taken off the timeline; their clusters and names are kept, and
    come back when that clustering is run again.
    """
    names = read_names(recording.folder, run.parameters["model"])
    table = read_table(recording.folder, CLUSTERS_FILE)
    windows = table[table["run_id"] == run.run_id].reset_index(drop=True)
    grouped = windows.assign(cluster=_grouped(windows["cluster"].to_numpy(np.int64), names))
    bouts = bouts_of_clusters(
        grouped,
        {int(c): names.name_of(int(c)) for c in grouped["cluster"].unique()},
        run_id=run.run_id,
        min_bout_frames=run.parameters["min_bout_s"] * recording.video().fps,
    )
    clustered = recording.bouts[recording.bouts["source"] == "cluster"]
    for other in sorted(set(clustered["run_id"]) - {run.run_id}):
        replace_run_bouts(recording.folder, other, bouts.iloc[:0])
    return recording.replace(bouts=replace_run_bouts(recording.folder, run.run_id, bouts))


def load_clusters(recording: Recording, run: Run) -> BehaviourClusters:
    """The fitted clusters of a run of ``mousegpt cluster``."""
    return BehaviourClusters.from_parts(
        *load_fitted(recording.folder, f"clusters-{run.parameters['model']}")
    )


def _grouped(labels: NDArray[np.int64], names: ClusterNames) -> NDArray[np.int64]:
    return np.array([names.group.get(int(label), int(label)) for label in labels], np.int64)


def _fit(
    vectors: NDArray[np.float32], settings: ClusterSettings
) -> tuple[BehaviourClusters, dict[int, float], str]:
    whole = vectors[np.isfinite(vectors).all(axis=1)]
    min_size = settings.min_size or max(5, len(whole) // 100)
    scores: dict[int, float] = {}
    k, reason = settings.k or 0, ""
    if settings.k is None and settings.method in NEED_K:
        trial = BehaviourClusters("kmeans", k=2, random_state=settings.seed).fit(whole)
        tried = suggest_k(trial.points(whole), settings.method, ks=KS, seed=settings.seed)
        scores = {number: one.silhouette for number, one in tried.items()}
        k, reason = choose_k(tried)
    clusters = BehaviourClusters(
        settings.method, k=max(1, k), min_size=min_size, random_state=settings.seed
    )
    return clusters.fit(vectors), scores, reason


def _fitted(recording: Recording, data: EmbeddedWindows) -> BehaviourClusters:
    run = last_run(recording, "cluster")
    if run.parameters["space"] != data.space:
        raise ValueError(
            f"the clusters of {recording.name} lie in the space {run.parameters['space']}, these "
            f"windows in {data.space}. Embed these with: mousegpt embed ... --like "
            f"{recording.folder}"
        )
    return load_clusters(recording, run)


def _tree(clusters: BehaviourClusters) -> NDArray[np.float64]:
    if clusters.n_clusters_ < 2:
        return np.zeros((0, 4))
    groups = [clusters.exemplar_labels_ == number for number in range(clusters.n_clusters_)]
    return linkage_tree(np.stack([clusters.exemplars_[group].mean(axis=0) for group in groups]))


def _model_id(clusters: BehaviourClusters, space: str) -> str:
    arrays, values = clusters.to_parts()
    digest = hashlib.sha256(f"{space} {sorted(values.items())}".encode())
    for name in sorted(arrays):
        digest.update(np.ascontiguousarray(arrays[name]).tobytes())
    return digest.hexdigest()[:12]


def _store(
    data: EmbeddedWindows,
    windows: pd.DataFrame,
    clusters: BehaviourClusters,
    model: str,
    settings: ClusterSettings,
    found: ClusterReport,
) -> tuple[tuple[Recording, ...], tuple[Run, ...]]:
    changed, runs = [], []
    arrays, values = clusters.to_parts()
    for place, recording in enumerate(data.recordings):
        parameters: dict[str, Any] = {
            "model": model,
            "space": data.space,
            "embedding": data.runs[place].run_id,
            "method": clusters.method,
            "k": clusters.n_clusters_,
            "seed": clusters.random_state,
            "min_bout_s": settings.min_bout_s,
        }
        if len(data.recordings) > 1:
            parameters["together"] = [one.folder.name for one in data.recordings]
        run = make_run(
            tool="cluster",
            version=__version__,
            video=recording.video().id,
            video_sha256=recording.video().sha256,
            parameters=parameters,
        )
        rows = windows[windows["recording"] == place].drop(columns="recording")
        save_fitted(
            recording.folder, f"clusters-{model}", arrays, {**values, "report": asdict(found)}
        )
        replace_run_rows(recording.folder, CLUSTERS_FILE, run.run_id, rows)
        changed.append(write_cluster_bouts(remember_last(recording, run), run))
        runs.append(run)
    return tuple(changed), tuple(runs)
