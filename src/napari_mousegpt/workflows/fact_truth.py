"""What is known to be true of each window: from people's labels, corrected words, and poses.

Knows no captioner. Each source is kept apart, since each knows other facts and errs otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from napari_mousegpt.analysis.wording.fact_reader import (
    read_description,
    read_keywords,
    values_said,
)
from napari_mousegpt.analysis.wording.fact_scores import Truth
from napari_mousegpt.datamodel.facts import implied_by
from napari_mousegpt.datamodel.spans import empty_spans, frames_between, union
from napari_mousegpt.training.kinematic_facts import kinematic_facts

Known = dict[str, Truth]
MUST_FILL, MAY_FILL, IMPLIES = 0.5, 0.1, 0.75
"""Share of a window from which on a behaviour must be named, may be named, and is all there is."""
_NO_SIZES = {
    "sharp left": "left turn", "slight left": "left turn",
    "sharp right": "right turn", "slight right": "right turn",
}  # fmt: skip
"""How sharp a turn is nobody can say exactly; which way it goes is a fact."""
_FOLLOWS = ("posture", "paws")
"""What is taken from a label besides the behaviour: nothing that poses tell better."""


def truth_of_labels(
    windows: pd.DataFrame,
    bouts: pd.DataFrame,
    *,
    asked: Sequence[str],
    assessed: pd.DataFrame | None = None,
) -> list[Known]:
    """Facts of windows by people's bouts.

    Parameters
    ----------
    windows
        Interval table.
    bouts
        Of one reference.
    asked
        Behaviours that the reference looked for: what else a captioner names counts for nothing.
    assessed
        Spans that the reference looked at, everything if None. Of a window of which less than half
        was looked at nothing is known.
    """
    states = bouts[bouts["kind"] == "state"]
    lengths = (windows["stop"] - windows["start"]).to_numpy(float)
    shares = {
        str(name): frames_in(windows, rows) / lengths for name, rows in states.groupby("behaviour")
    }
    seen = np.ones(len(windows)) if assessed is None else frames_in(windows, assessed) / lengths
    values = {name: _values_of(name) for name in {*asked, *shares}}
    wanted = frozenset().union(*values.values()) if values else frozenset()
    known: list[Known] = []
    for place in range(len(windows)):
        here = {name: share[place] for name, share in shares.items()}
        if seen[place] < MUST_FILL or not wanted:
            known.append({})
            continue
        must, may = (
            frozenset().union(*(values[name] for name, share in here.items() if share >= least))
            for least in (MUST_FILL, MAY_FILL)
        )
        known.append({"behaviour": Truth(must, may, wanted), **_implied(here, values)})
    return known


def truth_of_corrections(windows: pd.DataFrame, names: Sequence[str] = ()) -> list[Known]:
    """Facts that corrected descriptions state; nothing of those that nobody corrected."""
    if "corrected_by" not in windows:
        return [{} for _ in range(len(windows))]
    return [
        {
            fact: Truth(values)
            for fact, values in values_said(read_description(row, names=names)).items()
        }
        if row["corrected_by"] is not None
        else {}
        for row in windows.to_dict("records")
    ]


def truth_of_poses(kinematics: pd.DataFrame) -> list[Known]:
    """Speed, way of turning, head and company by poses, where these are clear."""
    known = []
    for row in kinematics.drop(columns=["individual", "start", "stop"]).to_dict("records"):
        facts = kinematic_facts(row)
        known.append(
            {fact: Truth(frozenset({_NO_SIZES.get(value, value)})) for fact, value in facts.known()}
        )
    return known


def as_said(row: Mapping[str, object]) -> dict[str, object]:
    """A description as the captioner gave it, before anybody corrected it."""
    original = row.get("original")
    before = json.loads(original) if isinstance(original, str) else {}
    return {**row, **before}


def label_values(name: str) -> frozenset[str]:
    """Behaviours that a label stands for, in the words of `datamodel.facts`; itself if none."""
    return _values_of(name)


def _values_of(name: str) -> frozenset[str]:
    said = values_said(read_keywords([name.replace("_", " ")])).get("behaviour")
    return said or frozenset({name})


def _implied(shares: Mapping[str, float], values: Mapping[str, frozenset[str]]) -> Known:
    filling = [name for name, share in shares.items() if share >= IMPLIES]
    if len(filling) != 1 or len(values[filling[0]]) != 1:
        return {}
    facts = dict(implied_by(next(iter(values[filling[0]]))).known())
    return {name: Truth(frozenset({facts[name]})) for name in _FOLLOWS if name in facts}


def frames_in(windows: pd.DataFrame, rows: pd.DataFrame) -> np.ndarray:
    """Frames of each window that lie in rows of the same animal."""
    spans = {
        key: union(group[["start", "stop"]].to_numpy())
        for key, group in rows.groupby(["video", "individual"])
    }
    frames = np.zeros(len(windows))
    numbered = windows.reset_index(drop=True)
    for key, group in numbered.groupby(["video", "individual"]):
        frames[group.index.to_numpy()] = frames_between(
            spans.get(key, empty_spans()), group["start"].to_numpy(), group["stop"].to_numpy()
        )
    return frames
