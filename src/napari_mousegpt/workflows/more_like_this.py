"""Windows of a recording that are like a bout. Knows no window of a screen."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from napari_mousegpt.analysis.review.similar_bouts import similar_bouts
from napari_mousegpt.analysis.vectors.kinematic_vectors import kinematic_columns
from napari_mousegpt.datamodel.labels.bout import Bout
from napari_mousegpt.datamodel.labels.set import LabelSet
from napari_mousegpt.datamodel.labels.verdicts import Said, judged
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.analysis_tables import EMBEDDINGS_FILE, read_table
from napari_mousegpt.io.recording_folder import load_poses
from napari_mousegpt.workflows.embedded import embedded_windows
from napari_mousegpt.workflows.window_kinematics import plain_windows, window_kinematics

By = Literal["kinematics", "embeddings"]
WINDOW_S = (0.5, 4.0)
"""Windows are as long as the bout, within these limits."""


@dataclass(frozen=True, slots=True)
class Alike:
    """A window that is like the bout, with its score, 1 for the most alike."""

    said: Said
    score: float


def ways(recording: Recording) -> list[By]:
    """By what bouts of a recording can be compared."""
    embedded = read_table(recording.folder, EMBEDDINGS_FILE)
    known: list[By] = ["kinematics"] if load_poses(recording) is not None else []
    return [*known, "embeddings"] if (embedded["kind"] == "combined").any() else known


def more_like(
    recording: Recording,
    labels: LabelSet,
    bout: Bout,
    *,
    by: By | None = None,
    annotator: str | None = None,
    limit: int = 50,
) -> Generator[str, None, list[Alike]]:
    """Rank windows by their likeness to a bout, yielding what is under way; closing it stops.

    Windows that the annotator has labelled so, or judged for this behaviour, are left out.

    Parameters
    ----------
    labels
        What this person judged; it must not change meanwhile.
    by
        Kinematics where there are poses, else embeddings, if None.

    Raises
    ------
    ValueError
        If there are neither poses nor embeddings, or nothing is known of the bout.
    """
    known = ways(recording)
    if not known or (by is not None and by not in known):
        raise ValueError(
            f"Expected {by or 'poses or embeddings'} to compare by, found {known or 'neither'}. "
            "Import the poses of the film, or run mousegpt embed."
        )
    yield "Measuring …"
    example = pd.DataFrame([_key(bout.video, bout.individual, bout.start, bout.stop)])
    windows, features, asked = (
        _moves(recording, example) if (by or known[0]) == "kinematics"
        else _meanings(recording, example)
    )  # fmt: skip
    if not np.isfinite(asked.to_numpy(float)).any():
        raise ValueError("Too little is known of this bout to compare it: its poses are missing.")
    yield "Comparing …"
    said = [_said(row, bout) for row in windows.to_dict("records")]
    left = ~judged(labels, said, annotator)
    found = similar_bouts(windows[left], features[left], example, asked, length=limit)
    return [Alike(_said(row, bout), float(row["score"])) for row in found.to_dict("records")]


def _moves(
    recording: Recording, example: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    frames = int(example["stop"].iloc[0] - example["start"].iloc[0])
    window_s = float(np.clip(frames / recording.video().fps, *WINDOW_S))
    windows = plain_windows(recording, window_s)
    both = pd.concat([windows, example], ignore_index=True)
    columns = kinematic_columns(window_kinematics(recording, both))
    return windows, columns.iloc[: len(windows)], columns.iloc[len(windows) :]


def _meanings(
    recording: Recording, example: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Windows with their vectors; the bout has the mean of those that it overlaps."""
    embedded = embedded_windows([recording])
    windows = embedded.windows.drop(columns="recording").reset_index(drop=True)
    vectors = pd.DataFrame(embedded.vectors)
    row = example.iloc[0]
    inside = (windows["start"] < row["stop"]) & (windows["stop"] > row["start"])
    inside &= (windows["individual"] == row["individual"]) & (windows["video"] == row["video"])
    return windows, vectors, vectors[inside].mean().to_frame().T


def _key(video: str, individual: str, start: int, stop: int) -> dict[str, object]:
    return {"video": video, "individual": individual, "start": start, "stop": stop}


def _said(row: dict[str, object], bout: Bout) -> Said:
    return Said(
        str(row["video"]),
        str(row["individual"]),
        int(str(row["start"])),
        int(str(row["stop"])),
        bout.behaviour,
        reason=str(row.get("reason", "")),
    )
