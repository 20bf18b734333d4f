"""The files of an import as a person lists them, and what they ask for. Knows no widget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from napari_mousegpt.datamodel.recording import VideoEntry
from napari_mousegpt.io import label_files, pose_files
from napari_mousegpt.io.recording_folder import is_recording
from napari_mousegpt.workflows.importing.files import CameraFiles

Kind = Literal["video", "pose", "labels"]


@dataclass(frozen=True, slots=True)
class ListedFile:
    """One file of the list.

    Attributes
    ----------
    kinds
        What it may be; ``kind`` is what it is taken for.
    formats
        Readers that match it as that kind; ``format`` is the chosen one, None to let it be asked.
    camera
        The camera it is of, or becomes.
    fps
        Frames per second of a video that says it wrongly, or not at all, as images do.
    stored
        What the recording says of a video that it has already; None for other files.
    """

    path: Path
    kind: Kind
    kinds: tuple[Kind, ...]
    formats: tuple[str, ...] = ()
    format: str | None = None
    camera: str = "cam0"
    view: str | None = None
    offset_s: float | None = None
    fps: float | None = None
    stored: VideoEntry | None = None


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What is to be read: the recording that is added to, where a new one goes, the cameras."""

    cameras: tuple[CameraFiles, ...]
    recording: Path | None
    folder: Path | None


def look_at(path: Path, listed: Sequence[ListedFile]) -> ListedFile:
    """Find out what a file may be, and which camera of those listed it goes with.

    Raises
    ------
    ValueError
        If it is a recording, or a folder.
    """
    if is_recording(path):
        raise ValueError(f"{path.name} is a recording: open it, then import files into it")
    readers = {"pose": pose_files, "labels": label_files}
    formats: dict[str, tuple[str, ...]] = {}
    if path.is_file():
        formats = {kind: tuple(reader.recognise(path)) for kind, reader in readers.items()}
    kinds: list[Kind] = [kind for kind in ("pose", "labels") if formats.get(kind)]
    if not kinds:
        used = {one.camera for one in listed if one.kind == "video"}
        camera = next(name for n in range(100) if (name := f"cam{n}") not in used)
        return ListedFile(path, "video", ("video",), camera=camera)
    kind = kinds[0]
    found = formats[kind]
    return ListedFile(
        path,
        kind,
        tuple(kinds),
        found,
        found[0] if len(found) == 1 else None,
        camera=_camera_for(path, listed),
    )


def stored_video(entry: VideoEntry) -> ListedFile:
    """List a video that a recording has already."""
    return ListedFile(
        entry.path,
        "video",
        ("video",),
        camera=entry.id,
        view=entry.view,
        offset_s=entry.offset_s,
        stored=entry,
    )


def formats_as(path: Path, kind: Kind) -> tuple[str, ...]:
    """Readers that match a file when it is taken for this kind."""
    reader = {"pose": pose_files, "labels": label_files}.get(kind)
    return tuple(reader.recognise(path)) if reader is not None else ()


def request_of(
    files: Sequence[ListedFile], recording: Path | None, folder: Path | None
) -> ImportRequest | None:
    """Put the list together camera by camera; None without a video or with nothing new."""
    videos = {one.camera: one for one in files if one.kind == "video"}
    if "cam0" not in videos:
        return None
    cameras = []
    for camera, video in videos.items():
        poses = [one for one in files if one.kind == "pose" and one.camera == camera]
        labels = [one for one in files if one.kind == "labels" and one.camera == camera]
        stored = video.stored
        same = stored and (video.view, video.offset_s) == (stored.view, stored.offset_s)
        if same and not poses and not labels:
            continue
        cameras.append(
            CameraFiles(
                video=None if video.stored else video.path,
                camera=camera,
                view=video.view,
                fps=video.fps,
                offset_s=video.offset_s,
                poses=poses[-1].path if poses else None,
                labels=tuple(one.path for one in labels),
                pose_format=poses[-1].format if poses else None,
                label_format=next((one.format for one in labels if len(one.formats) > 1), None),
            )
        )
    if not cameras:
        return None
    return ImportRequest(tuple(cameras), recording, None if recording is not None else folder)


def _camera_for(path: Path, listed: Sequence[ListedFile]) -> str:
    """The camera whose film's name the file's name begins with, else the first."""
    videos = [one for one in listed if one.kind == "video"]
    stem = path.stem.casefold()
    alike = [one for one in videos if stem.startswith(one.path.stem.casefold())]
    best = max(alike, key=lambda one: len(one.path.stem), default=None)
    return best.camera if best is not None else "cam0"
