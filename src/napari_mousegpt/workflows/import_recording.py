"""A video, its poses and its labels become a recording. Knows no captioner."""

from __future__ import annotations

from pathlib import Path

import xarray as xr

from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.poses import fit_to_video
from napari_mousegpt.datamodel.recording import SINGLE_INDIVIDUAL, Recording, VideoEntry
from napari_mousegpt.datamodel.skeleton import guess_roles, guess_skeleton
from napari_mousegpt.datamodel.tables import DESCRIPTIONS, empty
from napari_mousegpt.io.bout_journal import add_bouts
from napari_mousegpt.io.label_files import read_bouts
from napari_mousegpt.io.pose_files import read_poses
from napari_mousegpt.io.pose_table import write_pose_table
from napari_mousegpt.io.recording_folder import (
    POSES,
    SUFFIX,
    fingerprint,
    is_recording,
    open_recording,
    save_recording,
)
from napari_mousegpt.io.video import Video

VIEWS = ("top", "bottom", "side", "oblique")


def import_recording(
    video: str | Path,
    *,
    poses: str | Path | None = None,
    labels: str | Path | None = None,
    folder: str | Path | None = None,
    camera_view: str | None = None,
    fps: float | None = None,
    pixel_size_mm: float | None = None,
    pose_format: str | None = None,
    label_format: str | None = None,
) -> Recording:
    """Make a recording from a video, or add to the one there is.

    Parameters
    ----------
    video
        Video file, or a recording folder to add poses or labels to.
    poses, labels
        Files of any format that `read_poses` and `read_bouts` know.
    folder
        Where the recording goes; ``<stem>.mousegpt`` beside the video if None.
    camera_view
        One of `VIEWS`; top, or what the recording says, if None.
    fps
        In place of the frame rate that the video file gives.
    pixel_size_mm
        Size of a pixel on the floor.
    pose_format, label_format
        Names of the readers, where files match more than one.

    Raises
    ------
    FileNotFoundError, ValueError
        If a file is missing or cannot be used, or the folder holds another video's recording.
    """
    if camera_view is not None and camera_view not in VIEWS:
        raise ValueError(f"expected a camera view among {', '.join(VIEWS)}, found {camera_view!r}")
    video = Path(video)
    recording = (
        open_recording(video)
        if video.is_dir()
        else _of_video(video, Path(folder) if folder is not None else None)
    )
    entry = recording.videos[0]
    changed = {"view": camera_view or entry.view, "fps": fps or entry.fps}
    entry = VideoEntry(**{name: getattr(entry, name) for name in VideoEntry.__slots__} | changed)
    recording = recording.replace(
        videos=(entry, *recording.videos[1:]),
        pixel_size_mm=pixel_size_mm or recording.pixel_size_mm,
    )
    fitted = None
    if poses is not None:
        fitted = fit_to_video(read_poses(poses, pose_format=pose_format), entry.frames)
        recording, fitted = _with_poses(recording, fitted, Path(poses).name)
    bouts = None
    if labels is not None:
        with Video(entry.path) as film:
            times_s = None if fps else film.times_s
        bouts = read_bouts(labels, label_format=label_format, fps=entry.fps, times_s=times_s)
    # Everything was read: only now is anything written.
    save_recording(recording)
    if fitted is not None:
        write_pose_table(recording.folder / POSES, fitted, entry.id)
    if bouts is not None:
        bouts = bouts.assign(video=entry.id, source="import")
        recording = recording.replace(bouts=add_bouts(recording.folder, bouts))
    return recording


def _of_video(video: Path, folder: Path | None) -> Recording:
    film = Video(video)
    film.close()
    sha256 = fingerprint(video)
    folder = folder or video.with_suffix(SUFFIX)
    if is_recording(folder):
        recording = open_recording(folder)
        if recording.videos[0].sha256 != sha256:
            raise ValueError(
                f"{folder.name} is the recording of another video "
                f"({recording.videos[0].path.name}). Choose another folder with -o."
            )
        return recording
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(
            f"{folder}: expected a recording or a new folder, found something else. "
            "Choose another folder with -o."
        )
    frames, height, width, _ = film.shape
    entry = VideoEntry(
        id="cam0",
        path=video,
        frames=frames,
        fps=film.fps,
        width=width,
        height=height,
        sha256=sha256,
    )
    return Recording(
        folder=folder,
        videos=(entry,),
        descriptions=empty(DESCRIPTIONS),
        bouts=make_bouts([]),
        problems=tuple(f"{video.name}: {problem}" for problem in film.index.problems),
    )


def _with_poses(
    recording: Recording, poses: xr.Dataset, file_name: str
) -> tuple[Recording, xr.Dataset]:
    if poses.sizes["individual"] == 1:
        poses = poses.assign_coords(individual=[SINGLE_INDIVIDUAL])
    keypoints = [str(name) for name in poses["keypoint"].values]
    roles = guess_roles(keypoints)
    problems = [f"{file_name}: {problem}" for problem in poses.attrs["problems"]]
    if not {"snout", "tail_base"} <= roles.keys():
        problems.append(
            f"{file_name}: no keypoints are known to be snout and tail base, so the body's length "
            f"and direction are not known; found {', '.join(keypoints)}"
        )
    changed = recording.replace(
        # Some formats hold the scale; one that the user gave stands above it.
        pixel_size_mm=recording.pixel_size_mm or poses.attrs.get("pixel_size_mm"),
        individuals=tuple(str(name) for name in poses["individual"].values),
        keypoint_roles=roles,
        skeleton=tuple(guess_skeleton(keypoints)),
        problems=tuple(dict.fromkeys((*recording.problems, *problems))),
    )
    return changed, poses
