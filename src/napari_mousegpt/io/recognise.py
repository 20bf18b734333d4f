"""What a file is: video, poses, labels, recording or none of these. Changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from napari_mousegpt.io import label_files, pose_files
from napari_mousegpt.io.doors.file_contents import describe
from napari_mousegpt.io.films.open_film import is_film, open_film
from napari_mousegpt.io.recording_folder import is_recording, open_recording
from napari_mousegpt.io.recording_summary import summarise_recording

VIDEO_SUFFIXES = frozenset(
    {".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".wmv", ".asf", ".mpg", ".mpeg"}
    | {".ts", ".mts", ".m2ts", ".gif", ".flv", ".mj2"}
)


def recognise_file(path: str | Path) -> dict[str, Any]:
    """Say what a file is, by looking inside.

    Returns
    -------
    dict
        ``path, kind, format, frames, fps, width, height, codec, individuals, keypoints,
        behaviours, problems``; None or an empty list where it does not apply. ``kind`` is
        ``unknown`` for what is none of ours, or cannot be read at all; then ``problems`` says why.
        A recording has one entry more, ``recording``: see `summarise_recording`.
    """
    path = Path(path)
    try:
        if not path.exists():
            return _entry(path, problems=["no such file"])
        if is_film(path):
            return _video(path)
        if path.is_dir():
            return _recording(path)
        if formats := pose_files.recognise(path):
            return _poses(path, formats)
        if formats := label_files.recognise(path):
            return _labels(path, formats)
        if path.suffix.lower() in VIDEO_SUFFIXES:
            return _video(path)
        return _perhaps_video(path)
    except (OSError, ValueError) as error:
        return _entry(path, problems=[" ".join(str(error).split())])


def _entry(path: Path, **values: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(("format", "frames", "fps", "width", "height", "codec"))
    lists: dict[str, Any] = {
        name: [] for name in ("individuals", "keypoints", "behaviours", "problems")
    }
    return {"path": str(path), "kind": "unknown", **nothing, **lists, **values}


def _several(formats: list[str]) -> list[str]:
    if len(formats) == 1:
        return []
    return [f"matches {' and '.join(formats)}: say which when you import it"]


def _poses(path: Path, formats: list[str]) -> dict[str, Any]:
    poses = pose_files.read_poses(path, pose_format=formats[0])
    return _entry(
        path,
        kind="pose",
        format=formats[0],
        frames=int(poses.sizes["time"]),
        fps=poses.attrs.get("fps"),
        individuals=[str(name) for name in poses["individual"].values],
        keypoints=[str(name) for name in poses["keypoint"].values],
        problems=[*_several(formats), *poses.attrs.get("problems", ())],
    )


def _labels(path: Path, formats: list[str]) -> dict[str, Any]:
    labels = label_files.summarise(path)
    return _entry(
        path,
        kind="labels",
        format=formats[0],
        fps=labels.fps,
        individuals=list(labels.individuals),
        behaviours=list(labels.behaviours),
        problems=[*_several(formats), *labels.problems],
    )


def _recording(path: Path) -> dict[str, Any]:
    if not is_recording(path):
        return _entry(path, problems=["a folder, and neither a recording nor images"])
    recording = open_recording(path)
    first = recording.videos[0]
    return _entry(
        path,
        kind="recording",
        format="mousegpt",
        frames=first.frames,
        fps=first.fps,
        width=first.width,
        height=first.height,
        individuals=list(recording.individuals),
        behaviours=sorted(recording.bouts["behaviour"].dropna().unique().tolist()),
        problems=list(recording.problems),
        recording=summarise_recording(recording),
    )


def _perhaps_video(path: Path) -> dict[str, Any]:
    try:
        return _video(path)
    except ValueError:
        found = f"no format of video, poses or labels recognised; {describe(path)}"
        return _entry(path, problems=[found])


def _video(path: Path) -> dict[str, Any]:
    with open_film(path) as film:
        frames, height, width, _ = film.shape
    return _entry(
        path,
        kind="video",
        format=film.container,
        frames=frames,
        fps=film.fps,
        width=width,
        height=height,
        codec=film.codec,
        problems=[*film.problems, *_turned(film.rotation_degrees)],
    )


def _turned(rotation_degrees: int) -> list[str]:
    if not rotation_degrees:
        return []
    return [
        f"the file asks viewers to turn the picture by {rotation_degrees} degrees, as the window "
        "does; poses are taken to refer to it unturned. Programs that read films through OpenCV "
        "turn it first: look whether the keypoints lie on the animal"
    ]
