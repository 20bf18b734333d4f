"""Behaviour in NWB files as bouts. Reads ndx-ethogram's bouts, EventsTable and TimeIntervals.

Times in NWB are seconds of the session: that of a video's first frame is taken off, where the file
gives it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.io.doors.h5_values import text_attribute
from napari_mousegpt.io.doors.safe_h5 import open_h5
from napari_mousegpt.io.label_formats.bout_rows import Row, bouts_in_seconds
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
        used: dict[str, VideoTime] = {}
        for table in tables:
            video = _video_of(table, known)
            used.setdefault(video.name, video)
            rows += _rows(table, video)
        ethogram = [entry for group in find_ethograms(file) for entry in _ethogram(group)]
    own_fps = {name: video.fps for name, video in used.items() if video.fps is not None}
    stamps_s = {name: video.times_s for name, video in used.items() if video.times_s is not None}
    clocks, problems = clocks_of(
        path.name, rows, own_fps, fps=fps, times_s=times_s, own_times_s=stamps_s
    )
    return bouts_in_seconds(
        [row for row in rows if row["video"] in clocks],
        clocks,
        problems=problems,
        ethogram=ethogram,
        fps=next(iter(own_fps.values()), None),
    )


def _video_of(table: h5py.Group, known: list[tuple[h5py.Group, VideoTime]]) -> VideoTime:
    """Video that a table links to, or else the only one of the file."""
    linked = table.get("source_video")
    for series, video in known:
        if series == linked or len(known) == 1:
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
    optional = {
        column: _column(texts(table, column), len(start_s), "") for column in ("target", "comment")
    }
    confidences = _column(reals(table, "confidence"), len(start_s), np.nan)
    about = {
        "video": video.name,
        "source": _SOURCES.get(text_attribute(table, "labeling_method"), "import"),
        "annotator": text_attribute(table, "annotator") if kind == BOUTS else "",
        "table": name,
    }
    return [
        about
        | {
            "start_s": start_s[k] - video.first_s,
            "stop_s": stop_s[k] - video.first_s,
            "kind": "point" if kind == EVENTS and np.isnan(stop_s[k]) else "state",
            "behaviour": behaviours[k],
            "individual": individuals[k],
            "target": optional["target"][k],
            "comment": optional["comment"][k],
            "confidence": float(confidences[k]),
        }
        for k in range(len(start_s))
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
