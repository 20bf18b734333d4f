"""Recordings of several cameras made for tests: films with painted numbers that began apart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from small_recordings import KEYPOINTS, SKELETON, walking_poses
from video_files import write_video

from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.skeleton import guess_roles
from napari_mousegpt.io.pose_table import write_pose_table
from napari_mousegpt.io.recording_folder import POSES, open_recording, save_recording
from napari_mousegpt.workflows.import_recording import import_recording

CAMERAS = {
    "cam0": (120, 30, 0.0, "top"),
    "cam1": (100, 30, 0.5, "side"),  # its frame 0 is frame 15 of cam0
    "cam2": (80, 20, -1.0, "side"),  # its frame 20 is frame 0 of cam0, two of three are its own
}
"""Frames, frame rate, offset in seconds and view."""


def make_cameras(folder: Path) -> Recording:
    """Three cameras; the first two have poses, a mouse that walks along x = y in each."""
    folder.mkdir(exist_ok=True)
    paths = {
        name: write_video(folder / f"{name}.mp4", frames, rate=rate)
        for name, (frames, rate, *_) in CAMERAS.items()
    }
    recording = import_recording(paths["cam0"])
    entries = []
    for name, path in paths.items():
        made = import_recording(path, folder=folder / f"{name}.mousegpt").video()
        _, _, offset_s, view = CAMERAS[name]
        entries.append(replace(made, id=name, offset_s=offset_s, view=view))
    recording = recording.replace(
        videos=tuple(entries), skeleton=SKELETON, keypoint_roles=guess_roles(KEYPOINTS)
    )
    save_recording(recording)
    for name in ("cam0", "cam1"):
        poses = walking_poses(n_frames=CAMERAS[name][0])
        write_pose_table(recording.folder / POSES, poses, name)
    return open_recording(recording.folder)
