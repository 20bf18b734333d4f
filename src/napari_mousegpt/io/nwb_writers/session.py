"""A recording as one NWB file: its videos, poses, bouts and descriptions. Knows no reader.

Time is in seconds of the session, which begins with the first video.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import h5py
import pandas as pd
import xarray as xr

from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.durable import replace_file
from napari_mousegpt.io.label_formats.frame_clock import FrameClock
from napari_mousegpt.io.nwb_writers.behaviour_tables import add_bouts, add_descriptions
from napari_mousegpt.io.nwb_writers.pose_estimates import add_poses
from napari_mousegpt.io.nwb_writers.timed_video import TimedVideo

UNKNOWN_START = datetime(1970, 1, 1, tzinfo=UTC)
"""NWB asks for a time; this one stands for "not known"."""
MODULE = "behavior"


def write(
    recording: Recording,
    path: Path,
    *,
    bouts: pd.DataFrame,
    descriptions: pd.DataFrame,
    poses: Mapping[str, xr.Dataset],
    clocks: Mapping[str, FrameClock],
    assessed: pd.DataFrame | None = None,
    session_start: datetime | None = None,
) -> list[str]:
    """Write a recording.

    Parameters
    ----------
    recording
        For its videos, ethogram, skeleton and runs.
    path
        Of the ``.nwb`` file.
    bouts, descriptions
        Interval tables, as far as they are to be written.
    poses, clocks
        By the id of the video.
    assessed
        Spans that somebody looked at: ``video, start, stop, annotator, behaviours``.
    session_start
        When the first video began; `UNKNOWN_START` if None, which is told.

    Returns
    -------
    list of str
        What NWB cannot hold, or was not known.

    Raises
    ------
    ImportError
        If the extra ``[formats]`` is not installed.
    OSError
        If the file cannot be written.
    """
    _require_pynwb()
    from pynwb import NWBHDF5IO

    file = _nwb_file(recording, session_start)
    module = file.create_processing_module(MODULE, "Poses and behaviour from video.")
    videos = _add_videos(file, recording, clocks, path.parent)
    left_out = _session_told(session_start)
    for video_id, its_poses in poses.items():
        left_out += add_poses(module, its_poses, videos[video_id], recording.skeleton, len(videos))
    left_out += add_bouts(file, module, bouts, recording, videos, assessed)
    add_descriptions(file, descriptions, recording, videos)

    def fill(beside: Path) -> None:
        # By the open file: pynwb frowns on paths that do not end in .nwb, as this one does not.
        with h5py.File(beside, "w") as stored, NWBHDF5IO(file=stored, mode="w") as io:
            io.write(file)

    replace_file(path, fill)
    return left_out


def _require_pynwb() -> None:
    try:
        import ndx_ethogram  # noqa: F401
        import ndx_pose  # noqa: F401
        from pynwb.event import EventsTable  # noqa: F401
    except ImportError as error:
        raise ImportError(
            f"NWB files are written with pynwb 4.2 or newer, ndx-pose and ndx-ethogram ({error}). "
            'Install them with: pip install -U "napari-mousegpt[formats]"'
        ) from error


def _nwb_file(recording: Recording, session_start: datetime | None) -> Any:
    from pynwb import NWBFile

    from napari_mousegpt import __version__

    about = f"Recording {recording.name} of napari-mousegpt."
    if session_start is None:
        about += " The start of the session is not known; 1970-01-01 stands for it."
    elif session_start.tzinfo is None:
        session_start = session_start.astimezone()
    return NWBFile(
        session_description=about,
        identifier=str(uuid.uuid4()),
        session_start_time=session_start or UNKNOWN_START,
        session_id=recording.name,
        was_generated_by=[["napari-mousegpt", __version__]],
        notes=json.dumps(
            {"runs": [run.to_json() for run in recording.runs]}, ensure_ascii=False, default=str
        ),
    )


def _session_told(session_start: datetime | None) -> list[str]:
    if session_start is not None:
        return []
    return [
        "the start of the session is not known: 1970-01-01 stands for it. Give it with "
        "--session-start 2026-01-31T10:30"
    ]


def _add_videos(
    file: Any, recording: Recording, clocks: Mapping[str, FrameClock], folder: Path
) -> dict[str, TimedVideo]:
    from pynwb.image import ImageSeries

    earliest_s = min(entry.offset_s for entry in recording.videos)
    videos: dict[str, TimedVideo] = {}
    for entry in recording.videos:
        clock, first_s = clocks[entry.id], entry.offset_s - earliest_s
        timing: dict[str, Any] = {
            "starting_time": first_s,
            "rate": clock.fps,
            "num_samples": entry.frames,
        }
        if clock.times_s is not None:
            timing = {"timestamps": first_s + clock.times_s}
        series = ImageSeries(
            name=entry.id,
            description=f"Video, {entry.view} view.",
            format="external",
            external_file=[_as_seen_from(folder, entry.path)],
            starting_frame=[0],
            dimension=[entry.width, entry.height],
            unit="n.a.",
            **timing,
        )
        file.add_acquisition(series)
        videos[entry.id] = TimedVideo(entry, clock, first_s, series)
    return videos


def _as_seen_from(folder: Path, path: Path) -> str:
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive, on Windows
        return path.resolve().as_posix()
