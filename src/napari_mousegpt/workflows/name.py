"""Naming: proposals for the clusters of recordings, and what a person decides about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.analysis.clusters.merging import MergeProposal, propose_merges
from napari_mousegpt.analysis.clusters.naming import (
    ClusterEvidence,
    KeywordNamer,
    NameProposal,
    Namer,
    gather_evidence,
    window_terms,
)
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.analysis_tables import CLUSTERS_FILE, read_table
from napari_mousegpt.io.cluster_names import ClusterNames, decide, read_names
from napari_mousegpt.workflows.cluster import load_clusters, write_cluster_bouts
from napari_mousegpt.workflows.embedded import embedded_windows, last_run
from napari_mousegpt.workflows.spoken_proposals import spoken_of

KEY = ["video", "individual", "start", "stop"]


@dataclass(frozen=True, slots=True, eq=False)
class Proposals:
    """Names and merges proposed for the clusters of recordings, and what was decided before.

    ``windows`` are those that the rows of examples count in: an interval table with ``recording``,
    ``cluster`` (merged ones as one) and ``overall``.
    """

    recordings: tuple[str, ...]
    windows: pd.DataFrame
    names: tuple[NameProposal, ...]
    merges: tuple[MergeProposal, ...]
    decided: ClusterNames
    model: str


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What names of clusters can rest on: windows, their words and places, cluster by cluster."""

    windows: pd.DataFrame
    terms: list[tuple[str, ...]]
    points: NDArray[np.float32]
    of_clusters: list[ClusterEvidence]
    decided: ClusterNames
    model: str


def propose_names(recordings: Sequence[Recording], *, namer: Namer | None = None) -> Proposals:
    """Propose names and merges for the last clustering of recordings.

    What a language model said about these clusters comes before what their words say (see
    `workflows.name_by_model`), except what was refused.

    Raises
    ------
    ValueError
        If a recording is not clustered, or they were not clustered together, or their windows
        have no words.
    """
    found = gathered_evidence(recordings)
    sets = [frozenset(said) for said in found.terms]
    labels = found.windows["cluster"].to_numpy(np.int64)
    names = (namer or KeywordNamer()).propose(found.of_clusters, sets, labels)
    spoken = spoken_of(recordings[0], found.model, found.decided)
    merges = propose_merges(
        found.windows.assign(run_id=found.windows["recording"].astype(str)),
        found.terms,
        found.points,
        rejected=found.decided.rejected,
        spoken=spoken.merges,
    )
    return Proposals(
        tuple(str(recording.folder) for recording in recordings),
        found.windows,
        tuple(spoken.over(one, found.decided.rejected) for one in names),
        tuple(merges),
        found.decided,
        found.model,
    )


def gathered_evidence(recordings: Sequence[Recording]) -> Evidence:
    """Everything that a name of a cluster can rest on.

    Raises
    ------
    ValueError
        See `propose_names`.
    """
    runs = [last_run(recording, "cluster") for recording in recordings]
    model = _one_model(recordings)
    decided = read_names(recordings[0].folder, model)
    data = embedded_windows(recordings)
    parts = [
        _described(recording, run.run_id).assign(recording=place)
        for place, (recording, run) in enumerate(zip(recordings, runs, strict=True))
    ]
    windows = data.windows[["recording", *KEY]].merge(
        pd.concat(parts, ignore_index=True), on=["recording", *KEY], how="left"
    )
    labels = windows["cluster"].fillna(-1).astype(np.int64)
    windows["cluster"] = [decided.group.get(int(label), int(label)) for label in labels]
    windows["valid"] = windows["valid"].fillna(False).astype(bool)
    windows["keywords"] = [
        words if isinstance(words, list) else [] for words in windows["keywords"]
    ]
    terms = window_terms(windows)
    if not any(terms):
        raise ValueError("no window has words: names come from descriptions (mousegpt caption)")
    points = load_clusters(recordings[0], runs[0]).points(data.vectors)
    labels_now = windows["cluster"].to_numpy(np.int64)
    evidence = gather_evidence(terms, labels_now, points)
    return Evidence(windows, terms, points, evidence, decided, model)


def decide_for_all(
    recordings: Sequence[Recording],
    action: str,
    clusters: Sequence[int],
    name: str = "",
    definition: str = "",
) -> list[Recording]:
    """Write one decision to each recording, and its bouts anew.

    ``action`` is ``name`` (one cluster), ``merge`` (two or more), ``reject`` (a merge of two or
    more, or the name proposed for one) or ``undo``.

    Raises
    ------
    ValueError
        If the recordings were not clustered together, or have no such cluster.
    """
    model = _one_model(recordings)
    run = last_run(recordings[0], "cluster")
    unknown = [number for number in clusters if not 0 <= number < run.parameters["k"]]
    if unknown:
        raise ValueError(
            f"there is no cluster {unknown[0]}: expected 0 to {run.parameters['k'] - 1}"
        )
    if action == "reject" and len(clusters) == 1 and not name:
        raise ValueError("expected the name that is refused")
    if action == "merge" and len(set(clusters)) < 2:
        raise ValueError(f"expected two clusters or more to {action}, found {list(clusters)}")
    changed = []
    for recording in recordings:
        decide(recording.folder, model, action, clusters, name, definition)
        changed.append(write_cluster_bouts(recording, last_run(recording, "cluster")))
    return changed


def _one_model(recordings: Sequence[Recording]) -> str:
    models = [str(last_run(one, "cluster").parameters["model"]) for one in recordings]
    if len(set(models)) > 1:
        pairs = zip(recordings, models, strict=True)
        where = ", ".join(f"{recording.name}: {model}" for recording, model in pairs)
        raise ValueError(
            "these recordings were not clustered together "
            f"({where}). Run: mousegpt cluster "
            f"{' '.join(str(recording.folder) for recording in recordings)}"
        )
    return models[0]


def _described(recording: Recording, cluster_run: str) -> pd.DataFrame:
    """Clusters of a run, with the words of the description run they were made from."""
    table = read_table(recording.folder, CLUSTERS_FILE)
    rows = table[table["run_id"] == cluster_run][[*KEY, "cluster"]]
    run = recording.run(cluster_run)
    embedding = None if run is None else recording.run(str(run.parameters["embedding"]))
    described_by = None if embedding is None else embedding.parameters.get("described_by")
    said = recording.descriptions
    said = said[said["run_id"] == described_by]
    return rows.merge(said[[*KEY, "overall", "keywords", "valid"]], on=KEY, how="left")
