"""Bouts as a BORIS project, format 7.0, which BORIS 7 to 9 open. Knows no video file.

A bout's target is a modifier of a set called "target"; annotator, run and source are independent
variables of the observation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.datamodel.ethogram import Behaviour
from napari_mousegpt.io.durable import write_json
from napari_mousegpt.io.label_formats.boris_project import VARIABLES
from napari_mousegpt.io.label_formats.frame_clock import FrameClock, make_clock
from napari_mousegpt.io.label_writers.boris_ethogram import boris_behaviours
from napari_mousegpt.io.label_writers.boris_observations import (
    Observation,
    decimals_for,
    moments,
    sort_into_observations,
    subject_of,
)
from napari_mousegpt.io.label_writers.what_is_lost import lost_columns

HELD = (
    *("target", "annotator", "run_id", "source", "comment", "kind"),
    *("category", "modifiers", "comment_stop", "observation"),
)
DATE = "2000-01-01T00:00:00"
"""BORIS wants a date of observation, which a bout table does not have."""
PLAYERS = 8
NO_NAME = "video"
"""Of a video without a name."""


def write(
    bouts: pd.DataFrame,
    path: Path,
    *,
    fps: float | None = None,
    times_s: NDArray[np.floating] | None = None,
    n_frames: int | None = None,
    media: Mapping[str, str] | None = None,
    ethogram: Sequence[Behaviour] = (),
) -> list[str]:
    """Write a project with one observation for each video, annotator, run and source.

    Parameters
    ----------
    bouts
        Bout table.
    path
        Of the ``.boris`` file.
    fps, times_s
        Frame rate or time stamps of the video.
    n_frames
        Frames of the video; from ``times_s``, or up to the last bout, if None.
    media
        Path of the video file, absolute or as seen from the project, for each name in
        ``video``; BORIS asks for the files that it does not find.
    ethogram
        Behaviours with their keys, colours and meanings; those that only the bouts have follow.

    Returns
    -------
    list of str
        What a project cannot hold.

    Raises
    ------
    ValueError
        If neither frame rate nor time stamps are given.
    OSError
        If the file cannot be written.
    """
    clock, _ = make_clock(path.name, fps=fps, times_s=times_s)
    n_frames = n_frames or clock.n_frames or (int(bouts["stop"].max()) if len(bouts) else 1)
    fitting, behaviours, changed = boris_behaviours(bouts, ethogram)
    observations = sort_into_observations(fitting)
    subjects = dict.fromkeys(subject_of(bout) for o in observations for bout in o.bouts)
    project = {
        "time_format": "hh:mm:ss",
        "project_date": DATE,
        "project_name": path.stem,
        "project_description": "",
        "project_format_version": "7.0",
        "subjects_conf": _numbered(
            {"key": "", "name": name, "description": ""} for name in subjects if name
        ),
        "behaviors_conf": _numbered(behaviours),
        "observations": {
            o.name: _observation(o, clock, n_frames, media or {}) for o in observations
        },
        "behavioral_categories": sorted({b["category"] for b in behaviours} - {""}),
        "independent_variables": _numbered(
            {
                "label": name,
                "description": "",
                "type": "text",
                "default value": "",
                "possible values": "",
            }
            for name in VARIABLES
        ),
        "coding_map": {},
        "behaviors_coding_map": [],
        "converters": {},
    }
    write_json(path, project)
    if "" in set(bouts["video"]):
        changed.append(f"BORIS needs the name of a video: {NO_NAME!r} was written")
    return [*lost_columns(bouts, HELD, "a BORIS project"), *changed]


def _observation(
    observation: Observation, clock: FrameClock, n_frames: int, media: Mapping[str, str]
) -> dict[str, Any]:
    medium = media.get(observation.video, observation.video) or NO_NAME
    decimals = decimals_for(clock)
    players = {str(number): [] if number > 1 else [medium] for number in range(1, PLAYERS + 1)}
    return {
        "file": players,
        "type": "MEDIA",
        "date": DATE,
        "description": "",
        "time offset": 0.0,
        "observation time interval": [0, 0],
        "independent_variables": dict(
            zip(
                VARIABLES,
                (observation.annotator, observation.run_id, observation.source),
                strict=True,
            )
        ),
        "visualize_spectrogram": False,
        "visualize_waveform": False,
        "media_creation_date_as_offset": False,
        "media_scan_sampling_duration": 0,
        "image_display_duration": 1,
        "close_behaviors_between_videos": False,
        "media_info": {
            "length": {medium: round(float(clock.seconds(n_frames)), decimals)},
            "fps": {medium: clock.fps},
            "hasVideo": {medium: True},
            "hasAudio": {medium: False},
            "offset": {"1": 0.0},
        },
        "events": [
            [
                round(float(clock.seconds(frame)), decimals),
                subject_of(bout),
                bout["behaviour"],
                bout["modifiers"],
                bout.get("comment_stop", "") if status == "STOP" else bout["comment"],
                frame,
            ]
            for frame, status, bout in moments(observation)
        ],
    }


def _numbered(values: Any) -> dict[str, Any]:
    return {str(number): value for number, value in enumerate(values)}
