"""Bouts as BORIS tabular events, csv or tsv, with the columns of BORIS 8 and 9.

Columns of ours that BORIS has not stand where it puts independent variables, which its readers
pass over: ``target``, ``annotator``, ``run_id``, ``label_source`` and ``confidence``.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.io.durable import replace_file
from napari_mousegpt.io.label_formats.frame_clock import FrameClock, make_clock
from napari_mousegpt.io.label_writers.boris_observations import (
    Observation,
    decimals_for,
    moments,
    sort_into_observations,
    subject_of,
)
from napari_mousegpt.io.label_writers.what_is_lost import known_columns, lost_columns

OURS = ("target", "annotator", "run_id", "label_source", "confidence")
HELD = ("category", "modifiers", "comment_stop", "observation")
DATE = "2000-01-01 00:00:00"
"""BORIS wants a date of observation, which a bout table does not have."""


def write(
    bouts: pd.DataFrame,
    path: Path,
    *,
    fps: float | None = None,
    times_s: NDArray[np.floating] | None = None,
    n_frames: int | None = None,
    media: Mapping[str, str] | None = None,
) -> list[str]:
    """Write a row for each start, stop and point, in seconds.

    Parameters
    ----------
    bouts
        Bout table.
    path
        Of the file; tab-separated if it ends in ``.tsv``.
    fps, times_s
        Frame rate or time stamps of the video.
    n_frames
        Frames of the video; from ``times_s``, or up to the last bout, if None.
    media
        Path that BORIS shall know a video by, for each name in ``video``.

    Returns
    -------
    list of str
        What the file cannot hold.

    Raises
    ------
    ValueError
        If neither frame rate nor time stamps are given.
    OSError
        If the file cannot be written.
    """
    clock, _ = make_clock(path.name, fps=fps, times_s=times_s)
    n_frames = n_frames or clock.n_frames or (int(bouts["stop"].max()) if len(bouts) else 0)
    observations = sort_into_observations(bouts)
    n_modifiers = max(
        (str(bout.get("modifiers", "")).count("|") + 1 for o in observations for bout in o.bouts),
        default=0,
    )
    header = _header(n_modifiers if "modifiers" in bouts else 0)
    rows = [
        [row.get(name, "") for name in header]
        for observation in observations
        for row in _rows(observation, clock, n_frames, media or {})
    ]
    separator = "\t" if path.suffix.lower() == ".tsv" else ","

    def fill(beside: Path) -> None:
        with beside.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=separator).writerows([header, *rows])

    replace_file(path, fill)
    return lost_columns(bouts, known_columns(*HELD), "BORIS' table")


def _header(n_modifiers: int) -> list[str]:
    return [
        "Observation id",
        "Observation date",
        "Description",
        "Observation duration",
        "Observation type",
        "Source",
        "Time offset (s)",
        "Media duration (s)",
        "FPS",
        *OURS,
        "Subject",
        "Behavior",
        "Behavioral category",
        *(f"Modifier #{number + 1}" for number in range(n_modifiers)),
        "Behavior type",
        "Time",
        "Media file name",
        "Image index",
        "Image file path",
        "Comment",
    ]


def _rows(
    observation: Observation, clock: FrameClock, n_frames: int, media: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    medium = media.get(observation.video, observation.video)
    decimals = decimals_for(clock)
    length = f"{clock.seconds(n_frames):.{decimals}f}"
    for frame, status, bout in moments(observation):
        modifiers = str(bout.get("modifiers", "")).split("|")
        cells = {f"Modifier #{number + 1}": part for number, part in enumerate(modifiers)}
        comment = bout.get("comment_stop", "") if status == "STOP" else bout["comment"]
        confidence = bout["confidence"]
        known = isinstance(confidence, float) and math.isfinite(confidence)
        yield {
            "Observation id": observation.name,
            "Observation date": DATE,
            "Description": "",
            "Observation duration": length,
            "Observation type": "Media file(s)",
            "Source": f"player #1:{medium}" if medium else "",
            "Time offset (s)": "0.0",
            "Media duration (s)": length,
            "FPS": repr(clock.fps),
            "target": bout["target"],
            "annotator": observation.annotator,
            "run_id": observation.run_id,
            "label_source": observation.source,
            "confidence": repr(confidence) if known else "",
            "Subject": subject_of(bout),
            "Behavior": bout["behaviour"],
            "Behavioral category": bout.get("category", ""),
            **cells,
            "Behavior type": status,
            "Time": f"{clock.seconds(frame):.{decimals}f}",
            "Media file name": medium,
            "Image index": frame,
            "Image file path": "NA",
            "Comment": comment,
        }
