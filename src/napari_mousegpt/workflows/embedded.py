"""Vectors of several recordings as one table, if they share a space. Knows no analysis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.run import Run
from napari_mousegpt.io.analysis_tables import EMBEDDINGS_FILE, read_table, stack_vectors
from napari_mousegpt.io.recording_folder import add_run


@dataclass(frozen=True, slots=True, eq=False)
class EmbeddedWindows:
    """Windows of several recordings and their vectors, row by row.

    ``windows`` is an interval table with ``recording``, the place in ``recordings``; ``runs`` are
    the embeddings of the recordings; ``vectors`` has the shape (windows, dimensions).
    """

    recordings: tuple[Recording, ...]
    runs: tuple[Run, ...]
    windows: pd.DataFrame
    vectors: NDArray[np.float32]
    space: str


def embedded_windows(
    recordings: Sequence[Recording], *, kind: str = "combined", embedding: str | None = None
) -> EmbeddedWindows:
    """Read the last embedding of each recording, or the one whose id begins with ``embedding``.

    Raises
    ------
    ValueError
        If a recording is not embedded, or they are not all in one space.
    """
    tables, runs, spaces = [], [], []
    for place, recording in enumerate(recordings):
        run = last_run(recording, "embed", embedding)
        table = read_table(recording.folder, EMBEDDINGS_FILE)
        rows = table[(table["run_id"] == run.run_id) & (table["kind"] == kind)]
        if rows.empty:
            raise ValueError(
                f"{recording.name} has no {kind} vectors: run mousegpt embed {recording.folder}"
            )
        spaces.append(str(rows["space"].iloc[0]))
        tables.append(rows.assign(recording=place))
        runs.append(run)
    if len(set(spaces)) > 1:
        pairs = zip(recordings, spaces, strict=True)
        where = ", ".join(f"{recording.name} in {space}" for recording, space in pairs)
        raise ValueError(
            f"expected recordings of one space, found {where}. Embed them together: "
            f"mousegpt embed {' '.join(str(recording.folder) for recording in recordings)}"
        )
    windows = pd.concat(tables, ignore_index=True)
    return EmbeddedWindows(
        recordings=tuple(recordings),
        runs=tuple(runs),
        windows=windows.drop(columns=["vector", "space", "kind"]),
        vectors=stack_vectors(windows),
        space=spaces[0],
    )


def last_run(recording: Recording, tool: str, begins: str | None = None) -> Run:
    """The last run of a tool, or the one whose id begins with some letters.

    Raises
    ------
    ValueError
        If there is none.
    """
    runs = [run for run in recording.runs if run.tool == tool]
    if begins is not None:
        runs = [run for run in runs if run.run_id.startswith(begins)]
    if not runs:
        which = "" if begins is None else f" {begins}"
        raise ValueError(
            f"{recording.name} has no run{which} of {tool}: make one with mousegpt {tool} "
            f"{recording.folder}"
        )
    return runs[-1]


def remember_last(recording: Recording, run: Run) -> Recording:
    """Remember a run as the last, also when it was made before: it is the one that counts now."""
    others = tuple(other for other in recording.runs if other.run_id != run.run_id)
    return add_run(recording.replace(runs=others), run)
