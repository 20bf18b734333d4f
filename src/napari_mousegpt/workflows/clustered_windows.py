"""The windows of a recording as they lie on the map: cluster, name, place, and what is said.

Knows no picture. What is read is kept until a file changes, since layers and docks ask often.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.analysis.novelty.novelty import novelty
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.run import Run
from napari_mousegpt.io.analysis_tables import CLUSTERS_FILE, read_table
from napari_mousegpt.io.cluster_names import NAMES, read_names
from napari_mousegpt.workflows.embedded import embedded_windows

KEY = ["video", "individual", "start", "stop"]
NOISE = "no cluster"


def clustering_of(recording: Recording) -> Run | None:
    """The last clustering of a recording, None without one."""
    runs = [run for run in recording.runs if run.tool == "cluster"]
    return runs[-1] if runs else None


def placed_windows(recording: Recording) -> pd.DataFrame:
    """Windows of the first video with their cluster and their place on the map.

    Returns
    -------
    pandas.DataFrame
        Interval table with ``cluster`` (merged ones as one, -1 noise), ``name``, ``confidence``,
        ``x`` and ``y`` (NaN where there is no vector); empty without a clustering. It is shared:
        do not change it.
    """
    run = clustering_of(recording)
    if run is None:
        return _empty()
    folder = Path(recording.folder)
    stamps = tuple(_stamp(folder / name) for name in (CLUSTERS_FILE, NAMES))
    return _placed(folder, stamps, run.run_id, str(run.parameters["model"]), recording.video().id)


def described_places(recording: Recording) -> pd.DataFrame:
    """`placed_windows` with ``behaviour`` (the first keyword, "") and ``overall`` ("")."""
    placed = placed_windows(recording)
    run = clustering_of(recording)
    embedding = recording.run(str(run.parameters.get("embedding"))) if run is not None else None
    said = recording.descriptions
    described_by = embedding.parameters.get("described_by") if embedding is not None else None
    said = said[said["run_id"] == described_by].drop_duplicates(KEY)
    first = [str(words[0]) if _any(words) else "" for words in said["keywords"]]
    said = said[[*KEY, "overall"]].assign(behaviour=first)
    joined = placed.merge(said, on=KEY, how="left")
    return joined.assign(
        behaviour=joined["behaviour"].fillna(""), overall=joined["overall"].fillna("")
    )


def same_places(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Whether two tables of `placed_windows` are of the same dots."""
    columns = ["individual", "start", "stop", "x", "y"]
    return len(one) == len(other) > 0 and one[columns].equals(other[columns])


def novelty_of(recording: Recording, windows: pd.DataFrame) -> NDArray[np.float64]:
    """How unlike the others each of these windows is, in [0, 1]; NaN without a vector.

    Raises
    ------
    ValueError
        If the recording is not embedded.
    """
    data = embedded_windows([recording])
    scores = data.windows[KEY].assign(novelty=novelty(data.vectors))
    return windows[KEY].merge(scores, on=KEY, how="left")["novelty"].to_numpy(np.float64)


@lru_cache(maxsize=4)
def _placed(
    folder: Path, _stamps: tuple[tuple[int, int], ...], run_id: str, model: str, video: str
) -> pd.DataFrame:
    table = read_table(folder, CLUSTERS_FILE)
    table = table[(table["run_id"] == run_id) & (table["video"] == video)]
    names = read_names(folder, model)
    labels = [names.group.get(int(label), int(label)) for label in table["cluster"]]
    known = {label: NOISE if label < 0 else names.name_of(label) for label in set(labels)}
    return table.assign(
        cluster=np.array(labels, np.int64), name=[known[label] for label in labels]
    ).sort_values(["start", "individual"], kind="stable", ignore_index=True)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


def _any(words: object) -> bool:
    return isinstance(words, list | np.ndarray) and len(words) > 0


def _empty() -> pd.DataFrame:
    return pd.DataFrame(
        {name: pd.Series(dtype=object) for name in ("video", "individual")}
        | {name: pd.Series(dtype=np.int64) for name in ("start", "stop", "cluster")}
        | {name: pd.Series(dtype=object) for name in ("run_id", "name")}
        | {name: pd.Series(dtype=np.float64) for name in ("confidence", "x", "y")}
    )
