"""Described windows of which a person said what happens, and whether the captioner was right."""

from __future__ import annotations

import numpy as np
import pandas as pd

from napari_mousegpt.datamodel.confidence_rule import AS_SAID
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.spans import empty_spans, frames_between, union
from napari_mousegpt.io.bout_journal import read_assessed

MOSTLY = 0.5
"""Share of a window that a behaviour fills, or that was looked at, for the window to be judged."""


def judged_windows(recording: Recording, run_id: str) -> pd.DataFrame:
    """Windows of a run that have a confidence and a person's word.

    A window is right where a person's bout of the behaviour that the captioner named first fills
    half of it or more. It is wrong where another behaviour does, or where somebody looked at half
    of it or more and labelled nothing that fills it.

    Returns
    -------
    pandas.DataFrame
        Interval table with ``said`` (first keyword), ``confidence`` as the captioner gave it, and
        ``right``.
    """
    rows = recording.descriptions
    rows = rows[(rows["run_id"] == run_id) & rows["valid"].astype(bool)].reset_index(drop=True)
    given = rows[AS_SAID] if AS_SAID in rows else rows["confidence"]
    bouts = recording.bouts
    bouts = bouts[(bouts["source"] == "person") & (bouts["kind"] == "state")]
    lengths = (rows["stop"] - rows["start"]).to_numpy(float)
    best, truth = np.zeros(len(rows)), np.full(len(rows), None, object)
    for behaviour, some in bouts.groupby("behaviour"):
        frames = _frames_in(rows, some)
        more = (frames > best) & (frames >= MOSTLY * lengths)
        best[more], truth[more] = frames[more], behaviour
    looked = _frames_in(rows, read_assessed(recording.folder)) >= MOSTLY * lengths
    said = np.array([words[0] if len(words) else None for words in rows["keywords"]], object)
    table = rows[["video", "individual", "start", "stop", "run_id"]].assign(
        said=said, confidence=given.to_numpy(np.float64), right=said == truth
    )
    judged = (truth != None) | looked  # noqa: E711  (element by element)
    kept = table[judged & (said != None) & table["confidence"].notna()]  # noqa: E711
    return kept.reset_index(drop=True)


def _frames_in(windows: pd.DataFrame, rows: pd.DataFrame) -> np.ndarray:
    """Frames of each window that lie in rows of the same video and animal."""
    frames = np.zeros(len(windows))
    keys = ["video", "individual"]
    spans = {key: union(some[["start", "stop"]].to_numpy()) for key, some in rows.groupby(keys)}
    for key, some in windows.groupby(keys):
        frames[some.index.to_numpy()] = frames_between(
            spans.get(key, empty_spans()), some["start"].to_numpy(), some["stop"].to_numpy()
        )
    return frames
