"""A recording as a folder ``NAME.mousegpt``: made, opened, added to. Knows no captioner.

``recording.json`` holds what is small, Parquet tables what is long, ``answers.jsonl`` every
answer as it came. Files are replaced whole or appended to, never changed in place.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import xarray as xr

from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.confidence_rule import with_confidence_rules
from napari_mousegpt.datamodel.ethogram import behaviour_from
from napari_mousegpt.datamodel.labels.corrections import with_corrections
from napari_mousegpt.datamodel.recording import Recording, VideoEntry
from napari_mousegpt.datamodel.run import Run
from napari_mousegpt.datamodel.tables import DESCRIPTIONS, empty
from napari_mousegpt.io.answers_table import read_descriptions
from napari_mousegpt.io.bout_journal import read_labels
from napari_mousegpt.io.confidence_file import read_confidence_rules
from napari_mousegpt.io.doors.safe_json import read_json
from napari_mousegpt.io.durable import append_lines, write_json
from napari_mousegpt.io.labels.append import JOURNAL
from napari_mousegpt.io.pose_table import read_pose_table
from napari_mousegpt.io.recording_values import check_recording_values

FORMAT_VERSION = 1
SUFFIX = ".mousegpt"
RECORDING, ANSWERS, POSES = "recording.json", "answers.jsonl", "poses.parquet"


def is_recording(path: Path) -> bool:
    """Whether a path is a recording folder."""
    return (path / RECORDING).is_file()


def folder_for(video: Path) -> Path:
    """Where a video's recording goes unless told otherwise: beside it, or the folder ``.mousegpt``
    that the video lies in itself."""
    return video.parent if video.parent.suffix == SUFFIX else video.with_suffix(SUFFIX)


def save_recording(recording: Recording) -> None:
    """Write what a recording says of itself; its tables have writers of their own.

    Raises
    ------
    OSError
        If the folder cannot be written to.
    """
    try:
        recording.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OSError(
            f"{recording.folder}: this folder cannot be made ({error.strerror}). "
            "Choose another one with -o."
        ) from error
    values = {
        "format_version": FORMAT_VERSION,
        "videos": [_video_to_json(entry, recording.folder) for entry in recording.videos],
        "individuals": list(recording.individuals),
        "pixel_size_mm": recording.pixel_size_mm,
        "skeleton": [list(edge) for edge in recording.skeleton],
        "keypoint_roles": dict(recording.keypoint_roles),
        "ethogram": [behaviour.to_json() for behaviour in recording.ethogram],
        "runs": [run.to_json() for run in recording.runs],
        # What is odd about the journal is found anew at every opening.
        "problems": [problem for problem in recording.problems if JOURNAL not in problem],
        "sources": [dict(source) for source in recording.sources],
    }
    # Entries of a later release, which this one does not know, are kept.
    path = recording.folder / RECORDING
    known = _read_json(path) if path.exists() else {}
    write_json(path, {**known, **values})


def open_recording(path: str | Path) -> Recording:
    """Open a recording folder with everything said in it.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    ValueError
        If the folder is no recording, or one of a newer release.
    """
    recording = stored_recording(path)
    frames = {video.id: video.frames for video in recording.videos}
    labels, odd = read_labels(recording.folder, recording.ethogram, frames)
    return recording.replace(
        descriptions=with_confidence_rules(
            with_corrections(read_descriptions(recording.folder), labels.corrections),
            read_confidence_rules(recording.folder),
        ),
        bouts=labels.bouts,
        ethogram=labels.ethogram or recording.ethogram,
        problems=(*recording.problems, *odd),
    )


def stored_recording(path: str | Path) -> Recording:
    """Read what ``recording.json`` says, without bouts and descriptions.

    Its ethogram is the one that the journal of bouts began with.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    ValueError
        If the folder is no recording, or one of a newer release.
    """
    folder = Path(path)
    if not folder.exists():
        raise FileNotFoundError(f"{folder}: no such recording")
    if not is_recording(folder):
        raise ValueError(
            f"{folder.name}: expected a recording folder with a {RECORDING}, found none. "
            "Make one with: mousegpt import VIDEO"
        )
    values = _read_json(folder / RECORDING)
    version = values.get("format_version", 1)
    if isinstance(version, int) and version > FORMAT_VERSION:
        raise ValueError(
            f"{folder.name} was written by a newer release (format {version}, "
            f"this one knows {FORMAT_VERSION}). Upgrade with: pip install -U napari-mousegpt"
        )
    try:
        check_recording_values(values)
    except ValueError as error:
        raise ValueError(f"{folder.name}/{RECORDING}: {error}") from None
    try:
        return _from_json(folder, values)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"{folder.name}/{RECORDING}: an entry is missing or of the wrong kind ({error!r})"
        ) from error


def load_poses(recording: Recording, video_id: str | None = None) -> xr.Dataset | None:
    """Read the poses of one video of a recording; None if it has none."""
    path = recording.folder / POSES
    if not path.exists():
        return None
    poses = read_pose_table(path, recording.video(video_id).id)
    return poses if poses.sizes["keypoint"] else None


def append_answers(recording: Recording, rows: Iterable[dict[str, Any]]) -> None:
    """Add answers to the end of ``answers.jsonl``, synced to disk on return."""
    append_lines(recording.folder / ANSWERS, rows)


def add_run(recording: Recording, run: Run) -> Recording:
    """Remember a run in the recording; a run that it has already stays as it was."""
    if recording.run(run.run_id) is not None:
        return recording
    changed = recording.replace(runs=(*recording.runs, run))
    save_recording(changed)
    return changed


def _from_json(folder: Path, values: dict[str, Any]) -> Recording:
    return Recording(
        folder=folder,
        videos=tuple(_video_from_json(entry, folder) for entry in values["videos"]),
        descriptions=empty(DESCRIPTIONS),
        bouts=make_bouts([]),
        individuals=tuple(values.get("individuals") or ("individual_0",)),
        pixel_size_mm=values.get("pixel_size_mm"),
        skeleton=tuple((first, second) for first, second in values.get("skeleton") or ()),
        keypoint_roles=dict(values.get("keypoint_roles") or {}),
        ethogram=tuple(behaviour_from(entry) for entry in values.get("ethogram") or ()),
        runs=tuple(Run.from_json(entry) for entry in values.get("runs") or ()),
        problems=tuple(values.get("problems") or ()),
        sources=tuple(dict(source) for source in values.get("sources") or ()),
    )


def _video_to_json(entry: VideoEntry, folder: Path) -> dict[str, Any]:
    path = entry.path.resolve()
    try:
        text = Path(os.path.relpath(path, folder.resolve())).as_posix()
    except ValueError:  # another drive, on Windows
        text = path.as_posix()
    return {**asdict(entry), "path": text}


def _video_from_json(entry: dict[str, Any], folder: Path) -> VideoEntry:
    known = {name: entry[name] for name in VideoEntry.__slots__ if name in entry}
    path = Path(entry["path"])
    return VideoEntry(**{**known, "path": path if path.is_absolute() else (folder / path)})


def _read_json(path: Path) -> dict[str, Any]:
    try:
        values = read_json(path)
    except ValueError as error:
        raise ValueError(f"{path.parent.name}/{error}") from error
    if not isinstance(values, dict):
        raise ValueError(f"{path.parent.name}/{path.name}: expected a JSON object")
    return values
