"""Clustering of one recording and what follows from it, as jobs that tell how far they are."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.recording_folder import open_recording
from napari_mousegpt.workflows.cluster import Clustered, ClusterSettings, cluster
from napari_mousegpt.workflows.cluster_examples import Kind, cluster_examples
from napari_mousegpt.workflows.clustered_windows import novelty_of
from napari_mousegpt.workflows.embed import EmbedSettings, embed
from napari_mousegpt.workflows.name import Proposals, decide_for_all, propose_names

EMBEDDING_SHARE = 0.4
CLUSTERING_SHARES = {
    "reading vectors": 0.0,
    "clusters": 0.0,
    "how stable they are": 0.5,
    "map": 0.55,
    "bouts": 0.8,
    "done": 1.0,
}
"""Which part of the time has gone when a step begins, as measured on minutes of film."""


@dataclass(frozen=True, slots=True)
class Part:
    """How far the whole is, from 0 to 1, and what is being done."""

    share: float
    doing: str


def embed_and_cluster(
    folder: Path, how_embedded: EmbedSettings, how_clustered: ClusterSettings
) -> Generator[Part, None, Clustered]:
    """Give the windows of a recording vectors, then cluster them; closing it stops between parts.

    Raises
    ------
    ValueError
        If there are no descriptions, or too few windows.
    """
    recordings: Sequence[Recording] = [open_recording(folder)]
    for step in embed(recordings, how_embedded):
        yield Part(EMBEDDING_SHARE * step.done / step.total, step.doing)
        if step.result is not None:
            recordings = step.result.recordings
    for stage in cluster(recordings, how_clustered):
        share = CLUSTERING_SHARES.get(stage.doing, stage.done / stage.total)
        yield Part(EMBEDDING_SHARE + (1 - EMBEDDING_SHARE) * share, stage.doing)
        if stage.result is not None:
            return stage.result
    raise RuntimeError("the clustering ended without a result")


def proposals_for(folder: Path) -> Generator[Part, None, Proposals]:
    """Propose names and merges, as a job."""
    yield Part(0.0, "looking for names")
    return propose_names([open_recording(folder)])


def decide_on_clusters(
    folder: Path, action: str, clusters: Sequence[Sequence[int]], name: str = ""
) -> Generator[Part, None, Recording]:
    """Write decisions of one kind, one for each group of clusters, as a job (see `name`)."""
    yield Part(0.0, "writing it down")
    recording = open_recording(folder)
    for group in clusters:
        [recording] = decide_for_all([recording], action, group, name)
    return recording


def examples_for(
    recording: Recording, cluster: int, kind: Kind, limit: int = 25
) -> Generator[Part, None, pd.DataFrame]:
    """`cluster_examples` as a job."""
    yield Part(0.0, "choosing clips")
    return cluster_examples(recording, cluster, kind, limit=limit)


def novelty_for(
    recording: Recording, windows: pd.DataFrame
) -> Generator[Part, None, NDArray[np.float64]]:
    """`novelty_of` as a job."""
    yield Part(0.0, "what is unlike the others")
    return novelty_of(recording, windows)
