"""The windows of a recording that people said something of, as a table to learn from.

Knows bouts, corrections and poses; knows no picture and no model.
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from napari_mousegpt.analysis.wording.fact_reader import read_keywords, values_said
from napari_mousegpt.datamodel.description import BEHAVIOURS, LEVELS
from napari_mousegpt.datamodel.facts import Facts, implied_by
from napari_mousegpt.datamodel.recording import Recording, VideoEntry
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.io.recording_folder import load_poses
from napari_mousegpt.training.kinematic_facts import kinematic_facts
from napari_mousegpt.workflows.behaviour_names import same_but_for_spelling
from napari_mousegpt.workflows.evaluation_sides import SAID_BY_PEOPLE
from napari_mousegpt.workflows.window_kinematics import window_kinematics

SHORTEST_S = 0.25
MOST_SHARED = 0.25
COLUMNS = ["video", "individual", "start", "stop", "behaviour", "corrected", "levels"]
KEY = ["video", "individual", "start", "stop"]


def labelled_windows(
    recording: Recording, *, window_s: float, video: str | None = None
) -> pd.DataFrame:
    """Cut windows out of people's bouts, and take the windows whose text they corrected.

    Parameters
    ----------
    window_s
        Length of windows; of a longer bout several are cut, of a shorter one it is the whole,
        down to a quarter of a second. A window in which another behaviour fills more than a
        quarter is left out, since it would teach one of both.

    Returns
    -------
    pandas.DataFrame
        Interval table: ``behaviour`` (None where only a text was corrected), ``corrected`` (the
        text as it is now, or None) and ``levels`` (those a person wrote), then ``facts``.
    """
    entry = recording.video(video)
    rows = _of_bouts(recording, entry, window_s) + _of_corrections(recording, entry)
    table = pd.DataFrame(rows, columns=COLUMNS)
    if table.empty:
        return table.assign(facts=[])
    table = table.sort_values(KEY, kind="stable").drop_duplicates(KEY, keep="last")
    table = table.reset_index(drop=True)
    return table.assign(facts=_facts(recording, entry, table))


def _of_bouts(recording: Recording, entry: VideoEntry, window_s: float) -> list[dict[str, Any]]:
    bouts = recording.bouts
    people = bouts[bouts["source"].isin(SAID_BY_PEOPLE) & (bouts["kind"] == "state")]
    people = people[people["video"] == entry.id]
    spelled = same_but_for_spelling(people["behaviour"].unique(), BEHAVIOURS)
    rows = []
    for individual, own in people.groupby("individual"):
        spans = list(zip(own["start"], own["stop"], own["behaviour"], strict=True))
        for start, stop, behaviour in spans:
            if stop - start < SHORTEST_S * entry.fps or stop > entry.frames:
                continue
            for window in _parts(int(start), int(stop), max(1, int(window_s * entry.fps + 1e-6))):
                others = [
                    min(window.stop, b) - max(window.start, a)
                    for a, b, name in spans
                    if name != behaviour
                ]
                if max(others, default=0) > MOST_SHARED * len(window):
                    continue
                rows.append(
                    _row(entry, individual, window, behaviour=spelled.get(behaviour, behaviour))
                )
    return rows


def _parts(start: int, stop: int, longest: int) -> list[TimeRange]:
    """Equal parts of a bout, none longer than the longest window."""
    edges = np.linspace(start, stop, -(-(stop - start) // longest) + 1).round().astype(int)
    return [TimeRange(int(a), int(b)) for a, b in pairwise(edges)]


def _of_corrections(recording: Recording, entry: VideoEntry) -> list[dict[str, Any]]:
    said = recording.descriptions
    if "corrected_by" not in said:
        return []
    said = said[said["corrected_by"].notna() & (said["video"] == entry.id)]
    rows = []
    for row in said.to_dict("records"):
        levels = tuple(json.loads(row["original"])) if isinstance(row["original"], str) else ()
        words = [str(word) for word in row["keywords"]]
        text: dict[str, Any] = {name: _text(row[name]) for name in LEVELS}
        text["keywords"] = words
        if not levels or not text["overall"]:
            continue
        window = TimeRange(int(row["start"]), int(row["stop"]))
        first = words[:1] if "keywords" in levels else []
        rows.append(
            _row(
                entry,
                row["individual"],
                window,
                behaviour=first[0] if first else None,
                corrected=text,
                levels=levels,
            )
        )
    return rows


def _row(entry: VideoEntry, individual: Any, window: TimeRange, **values: Any) -> dict[str, Any]:
    place = {
        "video": entry.id,
        "individual": str(individual),
        "start": window.start,
        "stop": window.stop,
    }
    return {**place, "behaviour": None, "corrected": None, "levels": (), **values}


def _facts(recording: Recording, entry: VideoEntry, table: pd.DataFrame) -> list[dict[str, str]]:
    """What is known of each window: by people, by poses, and by what the behaviour implies."""
    measured = [Facts()] * len(table)
    if load_poses(recording, entry.id) is not None:
        features = window_kinematics(recording, table)
        numbers = features.drop(columns=["individual", "start", "stop"]).to_dict("records")
        measured = [kinematic_facts(row) for row in numbers]
    known = []
    for behaviour, by_poses in zip(table["behaviour"], measured, strict=True):
        if not isinstance(behaviour, str):
            known.append(dict(by_poses.known()))
            continue
        facts = by_poses.or_else(implied_by(kind_of(behaviour))).replace(behaviour=behaviour)
        known.append(dict(facts.known()))
    return known


def kind_of(behaviour: str) -> str:
    """The built-in behaviour that a name of one's own stands for; itself if none or several."""
    stated = values_said(read_keywords([behaviour.replace("_", " ")])).get("behaviour", frozenset())
    return next(iter(stated)) if len(stated) == 1 else behaviour


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None
