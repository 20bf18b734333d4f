"""Behaviour in NWB files as bouts. Reads ndx-ethogram's bouts, EventsTable and TimeIntervals.

Times in NWB are seconds of the session: that of a video's first frame is taken off, where the file
gives it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.datamodel.bouts import SOURCES
from napari_mousegpt.io.doors.h5_values import text_attribute
from napari_mousegpt.io.doors.safe_h5 import open_h5
from napari_mousegpt.io.doors.safe_json import entries, items, parse_json, text
from napari_mousegpt.io.label_formats.assessed_spans import Span, span
from napari_mousegpt.io.label_formats.bout_rows import Row, bouts_in_seconds
from napari_mousegpt.io.label_formats.frame_clock import LARGEST_S, FrameClock
from napari_mousegpt.io.label_formats.media_clocks import clocks_of
from napari_mousegpt.io.label_formats.nwb_tables import (
    BOUTS,
    EVENTS,
    VideoTime,
    find_ethograms,
    find_tables,
    find_videos,
    kind_of,
    label_column,
    reals,
    texts,
)

suffixes = frozenset({".nwb"})

_WHO = ("individual", "subject", "animal", "agent")
_SOURCES = {"manual": "person", "curated": "person", "automated": "model"}


def matches(path: Path) -> bool:
    """Whether there is a table of behaviour."""
    try:
        with open_h5(path) as file:
            return bool(find_tables(file))
    except (OSError, ValueError):
        return False


def read(
    path: Path,
    *,
    fps: float | None = None,
    times_s: NDArray[np.floating] | None = None,
) -> pd.DataFrame:
    """Read bouts; ``table`` is the name of their table.

    Frames come from the time stamps or the rate that the file gives for the video, unless the
    caller gives them. Without a column of individuals all bouts are the single one's.

    Raises
    ------
    ValueError
        If there is no table of behaviour, or no frame rate is known.
    OSError
        If it is no whole HDF5 file.
    """
    rows: list[Row] = []
    with open_h5(path) as file:
        tables = find_tables(file)
        if not tables:
            raise ValueError(
                "expected a table of behaviour (EthogramBouts, EventsTable), found none"
            )
        known = find_videos(file)
        videos = [_video_of(table, known) for table in tables]
        for table, video in zip(tables, videos, strict=True):
            rows += _rows(table, video)
        ethogram = [entry for group in find_ethograms(file) for entry in _ethogram(group)]
        own_fps = {video.name: video.fps for video in videos if video.fps is not None}
        stamps_s = {video.name: video.times_s for video in videos if video.times_s is not None}
        clocks, problems = clocks_of(
            path.name, rows, own_fps, fps=fps, times_s=times_s, own_times_s=stamps_s
        )
        assessed = [
            one
            for table, video in zip(tables, videos, strict=True)
            for one in _assessed(table, video, clocks)
        ]
    return bouts_in_seconds(
        [row for row in rows if row["video"] in clocks],
        clocks,
        problems=problems,
        ethogram=ethogram,
        assessed=assessed,
        fps=next(iter(own_fps.values()), None),
    )


def _video_of(table: h5py.Group, known: list[tuple[h5py.Group, VideoTime]]) -> VideoTime:
    """Video that a table links to or names in all its rows, or else the only one of the file."""
    linked, named = table.get("source_video"), set(texts(table, "video"))
    for series, video in known:
        if series == linked or named == {video.name} or len(known) == 1:
            return video
    return VideoTime("", None, None)


def _rows(table: h5py.Group, video: VideoTime) -> list[Row]:
    name = str(table.name).rpartition("/")[2]
    kind = kind_of(table)
    if kind == EVENTS:
        start_s = reals(table, "timestamp")
        stop_s = start_s + _column(reals(table, "duration"), len(start_s), np.nan)
    else:
        start_s, stop_s = reals(table, "start_time"), reals(table, "stop_time")
    if len(stop_s) != len(start_s):
        raise ValueError(f"{table.name}: expected columns of one length")
    label = label_column(table)
    behaviours = _column(texts(table, label) if label else [], len(start_s), "" if label else name)
    who = next((column for column in _WHO if column in table), "")
    individuals = _column(texts(table, who), len(start_s), "")
    confidences = _column(reals(table, "confidence"), len(start_s), np.nan)
    of_table = {
        "video": video.name,
        **_provenance(table),
        "annotator": text_attribute(table, "annotator") if kind == BOUTS else "",
        "table": name,
    }
    of_rows = {
        column: _column(texts(table, column), len(start_s), of_table.get(column) or "")
        for column in ("target", "comment", "annotator", "run_id", "source")
    }
    return [
        of_table
        | {column: values[k] for column, values in of_rows.items()}
        | {
            "start_s": start_s[k] - video.first_s,
            "stop_s": stop_s[k] - video.first_s,
            "kind": "point" if kind == EVENTS and np.isnan(stop_s[k]) else "state",
            "behaviour": behaviours[k],
            "individual": individuals[k],
            "source": of_rows["source"][k] if of_rows["source"][k] in SOURCES else "import",
            "confidence": float(confidences[k]),
        }
        for k in range(len(start_s))
    ]


def _provenance(table: h5py.Group) -> Row:
    """Who labelled, as ndx-ethogram says it, and exactly where our own export wrote the table."""
    method = _SOURCES.get(text_attribute(table, "labeling_method"), "import")
    ours = entries(parse_json(text_attribute(table, "parameters")))
    return {"source": text(ours.get("source")) or method, "run_id": text(ours.get("run_id"))}


def _assessed(table: h5py.Group, video: VideoTime, clocks: Mapping[str, FrameClock]) -> list[Span]:
    """Spans that a table of bouts links to, of videos whose frames are known."""
    spans = table.get("observation_intervals")
    if not isinstance(spans, h5py.Group) or video.name not in clocks:
        return []
    edges_s = np.stack([reals(spans, "start_time"), reals(spans, "stop_time")])
    usable = (np.abs(edges_s) <= LARGEST_S).all(axis=0)
    frames = np.maximum(clocks[video.name].frames(edges_s[:, usable] - video.first_s), 0)
    looked_for = _column(texts(spans, "behaviours"), edges_s.shape[1], "")
    animals = _column(texts(spans, "individual"), edges_s.shape[1], "")
    return [
        span(
            start,
            stop,
            video=video.name,
            individual=animals[row],
            annotator=text_attribute(table, "annotator"),
            behaviours=[text(name) for name in items(parse_json(looked_for[row]))],
        )
        for start, stop, row in zip(*frames, np.flatnonzero(usable).tolist(), strict=True)
        if stop > start
    ]


def _column(found: Any, length: int, default: Any) -> Any:
    """Return a column, or the default over and over where it is absent or of another length."""
    return found if len(found) == length else [default] * length


def _ethogram(group: h5py.Group) -> list[Row]:
    names = texts(group, "behavior")
    meanings = _column(texts(group, "definition"), len(names), "")
    kinds = _column(texts(group, "behavior_type"), len(names), "state")
    categories = _column(texts(group, "category"), len(names), "")
    return [
        {
            "name": name,
            "meaning": meanings[k],
            "kind": "point" if kinds[k] == "point" else "state",
            "category": categories[k],
        }
        for k, name in enumerate(names)
    ]
