"""The cameras of an import with everything read from their files, and the recording they join."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.ethogram import DEFAULT_ETHOGRAM, Ethogram
from napari_mousegpt.datamodel.recording import Recording, VideoEntry
from napari_mousegpt.io.recording_folder import folder_for, is_recording, open_recording
from napari_mousegpt.workflows.importing.files import (
    CameraFiles,
    FilmFacts,
    ReadFile,
    read_film,
    read_label_file,
    read_pose_file,
)

VIEWS = ("top", "bottom", "side", "oblique")
MOST_CAMERAS = 8


@dataclass(frozen=True, slots=True, eq=False)
class ReadCamera:
    """One camera: its entry in the recording, and what was read for it.

    ``times_s`` are the time stamps of its frames; None where the frame rate was given, or they
    were not needed.
    """

    entry: VideoEntry
    times_s: NDArray[np.float64] | None
    poses: ReadFile | None
    labels: tuple[ReadFile, ...]
    problems: tuple[str, ...]

    @property
    def files(self) -> tuple[ReadFile, ...]:
        """Its pose and label files."""
        return (*([self.poses] if self.poses is not None else []), *self.labels)


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """Everything an import starts from.

    Attributes
    ----------
    recording
        The one that is added to; None for a new one.
    cameras
        Those for which there are files.
    """

    folder: Path
    recording: Recording | None
    cameras: tuple[ReadCamera, ...]

    @property
    def videos(self) -> tuple[VideoEntry, ...]:
        """The cameras of the recording as it will be."""
        entries = {one.id: one for one in (self.recording.videos if self.recording else ())}
        entries.update({camera.entry.id: camera.entry for camera in self.cameras})
        return tuple(entries[name] for name in sorted(entries, key=camera_number))

    @property
    def ethogram(self) -> Ethogram:
        """The behaviours before the import."""
        return self.recording.ethogram if self.recording is not None else DEFAULT_ETHOGRAM

    @property
    def bouts(self) -> pd.DataFrame:
        """The bouts before the import."""
        return self.recording.bouts if self.recording is not None else make_bouts([])


def read_sources(
    cameras: Sequence[CameraFiles],
    *,
    recording: Path | None = None,
    folder: Path | None = None,
) -> Sources:
    """Read the files of an import.

    Raises
    ------
    FileNotFoundError, OSError, ValueError
        If a file cannot be used, a camera is named twice or not known, or the folder is that of
        another video.
    """
    _check(cameras)
    films = {one.camera: read_film(one.video, one.fps) for one in cameras if one.video is not None}
    before: Recording | None = None
    if recording is not None:
        before, folder = open_recording(recording), recording
    else:
        first = films.get("cam0")
        if first is None:
            raise ValueError("expected a video for cam0, the first camera, found none. Give one.")
        folder = folder or folder_for(first.path)
        before = _recording_there(folder, first)
    read = tuple(_read_camera(files, films.get(files.camera), before) for files in cameras)
    return Sources(folder, before, read)


def camera_number(name: str) -> int:
    """The number in ``cam3``.

    Raises
    ------
    ValueError
        If it is not the name of a camera.
    """
    match = re.fullmatch(r"cam(\d+)", name)
    if match is None:
        raise ValueError(f"expected a camera such as cam0 or cam1, found {name!r}")
    return int(match[1])


def _check(cameras: Sequence[CameraFiles]) -> None:
    names = [one.camera for one in cameras]
    if len(set(names)) < len(names):
        raise ValueError(f"expected each camera once, found {', '.join(names)}")
    for files in cameras:
        if camera_number(files.camera) >= MOST_CAMERAS:
            raise ValueError(
                f"expected up to {MOST_CAMERAS} cameras, cam0 to cam{MOST_CAMERAS - 1}, "
                f"found {files.camera}"
            )
        if files.view is not None and files.view not in VIEWS:
            raise ValueError(
                f"expected a camera view among {', '.join(VIEWS)}, found {files.view!r}"
            )
        if files.offset_s is not None and not np.isfinite(files.offset_s):
            raise ValueError(f"expected an offset in seconds, found {files.offset_s}")


def _recording_there(folder: Path, first: FilmFacts) -> Recording | None:
    """The recording in a folder, if it is one and of this video."""
    if is_recording(folder):
        recording = open_recording(folder)
        if recording.videos[0].sha256 != first.sha256:
            raise ValueError(
                f"{folder.name} is the recording of another video "
                f"({recording.videos[0].path.name}). Choose another folder with -o."
            )
        return recording
    if folder.exists() and (
        not folder.is_dir()
        # A film that was made of an array lies in the folder before its recording does.
        or any(one.resolve() != first.path.resolve() for one in folder.iterdir())
    ):
        raise ValueError(
            f"{folder}: expected a recording or a new folder, found something else. "
            "Choose another folder with -o."
        )
    return None


def _read_camera(
    files: CameraFiles, film: FilmFacts | None, before: Recording | None
) -> ReadCamera:
    entry, problems = _entry(files, film, before)
    if film is None and files.labels:  # whose times the labels are placed by
        film = read_film(entry.path, files.fps)
    same_clock = film is not None and abs(film.fps - entry.fps) < 1e-6
    times_s = film.times_s if film is not None and same_clock else None
    poses = read_pose_file(files.poses, files.pose_format) if files.poses is not None else None
    labels = [
        read_label_file(path, files.label_format, fps=entry.fps, times_s=times_s)
        for path in files.labels
    ]
    return ReadCamera(entry, times_s, poses, tuple(labels), tuple(problems))


def _entry(
    files: CameraFiles, film: FilmFacts | None, before: Recording | None
) -> tuple[VideoEntry, list[str]]:
    stored = {one.id: one for one in (before.videos if before else ())}.get(files.camera)
    problems: list[str] = []
    if stored is None:
        if film is None:
            known = ", ".join(one.id for one in before.videos) if before else "none"
            raise ValueError(
                f"expected a camera of the recording ({known}), found {files.camera!r}. "
                "Add its video with --add-video."
            )
        names = ("path", "frames", "fps", "width", "height", "sha256")
        stored = VideoEntry(id=files.camera, **{name: getattr(film, name) for name in names})
        problems += film.problems
    elif film is not None and film.sha256 != stored.sha256:
        raise ValueError(
            f"{files.camera} of the recording is another video ({stored.path.name}). "
            "Add this one as another camera with --add-video."
        )
    changes: dict[str, Any] = {
        "view": files.view,
        "fps": files.fps,
        "offset_s": files.offset_s,
    }
    given = {name: value for name, value in changes.items() if value is not None}
    return dataclasses.replace(stored, **given), problems
