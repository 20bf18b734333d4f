"""Bouts as ndx-ethogram, points as events, descriptions as intervals. Knows no poses.

ndx-ethogram holds who labelled and how for a whole table, so there is one for each video, source,
annotator and run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.label_writers.what_is_lost import lost_columns
from napari_mousegpt.io.nwb_writers.nwb_names import nwb_name
from napari_mousegpt.io.nwb_writers.timed_video import TimedVideo

METHODS = {
    "person": "manual",
    "import": "manual",
    "model": "automated",
    "rule": "automated",
    "cluster": "automated",
}
_GROUP = ["video", "source", "annotator", "run_id"]
_TEXTS = ("individual", "target", "comment")
_HELD = ("video", "target", "comment", "annotator", "run_id", "confidence", "source", "kind")
DESCRIPTION_TEXTS = ("overall", "head", "limb", "torso")


def add_bouts(
    file: Any,
    module: Any,
    bouts: pd.DataFrame,
    recording: Recording,
    videos: Mapping[str, TimedVideo],
    assessed: pd.DataFrame | None,
) -> list[str]:
    """Add states as EthogramBouts, points as EventsTable, and the catalogue of behaviours.

    Returns
    -------
    list of str
        What the tables cannot hold, or say for want of knowing better.
    """
    bouts = _of_known_videos(bouts, recording)
    ethogram = _ethogram(recording, bouts)
    module.add(ethogram)
    taken: set[str] = set()
    states = bouts[bouts["kind"] == "state"]
    keys = [states[name].fillna("").astype(str).to_numpy(object) for name in _GROUP]
    for key, group in states.groupby(keys, sort=False):
        facts = dict(zip(_GROUP, key, strict=True))
        _add_states(file, module, group, facts, recording, videos, ethogram, assessed, taken)
    points = bouts[bouts["kind"] == "point"]
    for video_id, group in points.groupby("video", sort=False):
        file.add_events_table(_events(group, recording, videos[str(video_id)]))
    notes = lost_columns(bouts, _HELD, "NWB")
    if len(unsaid := bouts[(bouts["source"] == "import") & bouts["annotator"].isna()]):
        notes.append(
            f"imported labels that do not say who made them are marked manual: {len(unsaid)}"
        )
    return notes


def add_descriptions(
    file: Any, descriptions: pd.DataFrame, recording: Recording, videos: Mapping[str, TimedVideo]
) -> None:
    """Add what captioners said as a table of intervals, one row per window."""
    from pynwb.epoch import TimeIntervals

    rows = _of_known_videos(descriptions, recording)
    if not len(rows):
        return
    tools = {run.run_id: f"{run.tool} {run.version}" for run in recording.runs}
    table = TimeIntervals(
        name="descriptions", description="What captioners said of windows of time."
    )
    start_s, stop_s = _edges_s(rows, videos)
    columns: dict[str, tuple[str, list[Any]]] = {
        "video": ("Video.", [videos[name].entry.path.name for name in rows["video"]]),
        "individual": ("Animal.", _texts(rows["individual"])),
        **{name: (f"Level {name}.", _texts(rows[name])) for name in DESCRIPTION_TEXTS},
        "keywords": ("Keywords, joined by '; '.", ["; ".join(words) for words in rows["keywords"]]),
        "confidence": ("Between 0 and 1.", rows["confidence"].tolist()),
        "valid": ("Whether the answer could be read.", rows["valid"].astype(bool).tolist()),
        "captioner": ("What said it.", [tools.get(run_id, "") for run_id in rows["run_id"]]),
        "run_id": ("Run, see the notes of the file.", _texts(rows["run_id"])),
    }
    _fill(table, {"start_time": start_s, "stop_time": stop_s}, columns)
    file.add_time_intervals(table)


def _add_states(
    file: Any,
    module: Any,
    group: pd.DataFrame,
    facts: Mapping[str, Any],
    recording: Recording,
    videos: Mapping[str, TimedVideo],
    ethogram: Any,
    assessed: pd.DataFrame | None,
    taken: set[str],
) -> None:
    from ndx_ethogram import EthogramBouts

    video = videos[facts["video"]]
    run = recording.run(str(facts["run_id"] or ""))
    who = facts["annotator"] or (run.tool if run else "") or facts["source"]
    name = nwb_name(f"{facts['video']} {who}", taken)
    taken.add(name)
    about: dict[str, Any] = {
        "labeling_method": METHODS[facts["source"]],
        "parameters": _parameters(facts, run.to_json() if run else None),
    }
    if facts["annotator"]:
        about["annotator"] = facts["annotator"]
    if run:
        about["source_software"] = f"{run.tool} {run.version}"
    table = EthogramBouts(
        name=name,
        description=f"Bouts by {who}.",
        source_video=video.series,
        ethogram=ethogram,
        **about,
    )
    if (spans := _spans(f"{name} assessed", facts, video, assessed)) is not None:
        file.add_time_intervals(spans)
        table.observation_intervals = spans
    start_s, stop_s = _edges_s(group, videos)
    _fill(table, {"start_time": start_s, "stop_time": stop_s}, _columns(group))
    module.add(table)


def _events(group: pd.DataFrame, recording: Recording, video: TimedVideo) -> Any:
    from pynwb.event import EventsTable

    table = EventsTable(
        name=f"{video.entry.id} points",
        description="Behaviours of a moment, at the time of the frame in which they begin.",
    )
    columns = _columns(group, ("annotator", "run_id"))
    columns["source"] = ("Who said it: person, model, rule, ...", _texts(group["source"]))
    columns["video"] = ("File of the video.", [video.entry.path.name] * len(group))
    times_s = video.first_s + video.clock.seconds(group["start"].to_numpy())
    _fill(table, {"timestamp": times_s}, columns)
    return table


def _columns(group: pd.DataFrame, more: Sequence[str] = ()) -> dict[str, tuple[str, list[Any]]]:
    columns = {"label": ("Behaviour.", _texts(group["behaviour"]))}
    for name in (*_TEXTS, *more):
        if name == "individual" or group[name].notna().any():
            columns[name] = (f"{name.capitalize()}; empty if none.", _texts(group[name]))
    if group["confidence"].notna().any():
        columns["confidence"] = ("Between 0 and 1.", group["confidence"].tolist())
    return columns


def _fill(table: Any, times: Mapping[str, Any], columns: Mapping[str, tuple[str, Any]]) -> None:
    for name, (description, _) in columns.items():
        if name not in table.colnames:
            table.add_column(name=name, description=description)
    values = {**times, **{name: its for name, (_, its) in columns.items()}}
    for row in zip(*values.values(), strict=True):
        table.add_row(**dict(zip(values, row, strict=True)))


def _ethogram(recording: Recording, bouts: pd.DataFrame) -> Any:
    from ndx_ethogram import Ethogram

    table = Ethogram(name="ethogram", description="Behaviours, also those that do not occur.")
    table.add_column(name="behavior_type", description="state or point")
    known: dict[str, tuple[str, str]] = {
        behaviour.name: (behaviour.meaning, behaviour.kind) for behaviour in recording.ethogram
    }
    others = bouts[~bouts["behaviour"].isin(list(known))]
    for name, kind in zip(others["behaviour"], others["kind"], strict=True):
        known.setdefault(str(name), ("", str(kind)))
    for name, (meaning, kind) in known.items():
        table.add_row(behavior=name, definition=meaning or "", behavior_type=kind)
    return table


def _spans(
    name: str, facts: Mapping[str, Any], video: TimedVideo, assessed: pd.DataFrame | None
) -> Any:
    """Spans in which the annotator of a table looked; None if nothing is known."""
    from pynwb.epoch import TimeIntervals

    if assessed is None:
        return None
    its = assessed[assessed["video"].isin([facts["video"], ""])]
    its = its[its["annotator"].isna() | (its["annotator"] == facts["annotator"])]
    if not len(its):
        return None
    table = TimeIntervals(
        name=name, description="Spans that somebody looked at: no bout means no behaviour."
    )
    start_s = video.first_s + video.clock.seconds(its["start"].to_numpy())
    stop_s = video.first_s + video.clock.seconds(its["stop"].to_numpy())
    looked_for = [json.dumps(list(names or ()), ensure_ascii=False) for names in its["behaviours"]]
    columns = {
        "individual": ("Animal; empty for all.", _texts(its["individual"])),
        "behaviours": ("What was looked for, as JSON; [] for everything.", looked_for),
    }
    _fill(table, {"start_time": start_s, "stop_time": stop_s}, columns)
    return table


def _parameters(facts: Mapping[str, Any], run: Mapping[str, Any] | None) -> str:
    values = {"source": facts["source"], "run_id": facts["run_id"] or "", "run": run}
    return json.dumps(values, ensure_ascii=False, default=str)


def _edges_s(rows: pd.DataFrame, videos: Mapping[str, TimedVideo]) -> tuple[Any, Any]:
    edges_s = np.zeros((2, len(rows)))
    for video_id in rows["video"].unique():
        video, its = videos[video_id], (rows["video"] == video_id).to_numpy()
        for place, column in enumerate(("start", "stop")):
            frames = rows.loc[its, column].to_numpy()
            edges_s[place, its] = video.first_s + video.clock.seconds(frames)
    return edges_s[0], edges_s[1]


def _of_known_videos(rows: pd.DataFrame, recording: Recording) -> pd.DataFrame:
    """Rows without a video are of the first."""
    return rows.assign(video=rows["video"].where(rows["video"] != "", recording.videos[0].id))


def _texts(column: pd.Series) -> list[str]:
    return ["" if pd.isna(value) else str(value) for value in column]
