"""Clustering of one recording and what follows from it, as jobs that tell how far they are."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.recording_folder import is_recording, open_recording
from napari_mousegpt.workflows.cluster import Clustered, ClusterSettings, cluster
from napari_mousegpt.workflows.cluster_examples import Kind, cluster_examples
from napari_mousegpt.workflows.cluster_tree import WindowTree, tree_of_windows
from napari_mousegpt.workflows.clustered_windows import novelty_of
from napari_mousegpt.workflows.embed import EmbedSettings, embed
from napari_mousegpt.workflows.embedded import last_run
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
    folder: Path,
    how_embedded: EmbedSettings,
    how_clustered: ClusterSettings,
    others: Sequence[Path] = (),
) -> Generator[Part, None, Clustered]:
    """Give the windows of recordings vectors, then cluster them; closing it stops between parts.

    Raises
    ------
    ValueError
        If there are no descriptions, or too few windows.
    """
    recordings: Sequence[Recording] = [open_recording(one) for one in (folder, *others)]
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
    return propose_names(clustered_together(open_recording(folder)))


def decide_on_clusters(
    folder: Path,
    action: str,
    clusters: Sequence[Sequence[int]],
    name: str = "",
    definition: str = "",
) -> Generator[Part, None, Recording]:
    """Write decisions of one kind, one for each group of clusters, as a job (see `name`)."""
    yield Part(0.0, "writing it down")
    recordings = clustered_together(open_recording(folder))
    for group in clusters:
        recordings = decide_for_all(recordings, action, group, name, definition)
    return recordings[0]


def clustered_together(recording: Recording) -> list[Recording]:
    """A recording, and those beside it that were clustered with it and not otherwise since."""
    run = last_run(recording, "cluster")
    together = [recording]
    for name in run.parameters.get("together", ()):
        folder = Path(recording.folder).parent / str(name)
        if folder.name != Path(recording.folder).name and is_recording(folder):
            other = open_recording(folder)
            runs = [one for one in other.runs if one.tool == "cluster"]
            if runs and runs[-1].parameters.get("model") == run.parameters["model"]:
                together.append(other)
    return together


def tree_for(folder: Path) -> Generator[Part, None, WindowTree]:
    """The tree of the windows of a recording and those clustered with it, as a job."""
    yield Part(0.0, "making the tree")
    return tree_of_windows(clustered_together(open_recording(folder)))


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
