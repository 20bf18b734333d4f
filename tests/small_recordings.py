"""Short recordings made for tests of layers and docks: mice that walk along x = y."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from video_files import write_video

from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.run import make_run
from napari_mousegpt.datamodel.skeleton import guess_roles
from napari_mousegpt.datamodel.tables import DESCRIPTIONS, conform
from napari_mousegpt.io.pose_table import write_pose_table
from napari_mousegpt.io.recording_folder import POSES, save_recording
from napari_mousegpt.workflows.import_recording import import_recording

N_FRAMES, FPS = 120, 30
KEYPOINTS = ("nose", "leftear", "rightear", "tailbase")
SKELETON = (("nose", "leftear"), ("nose", "rightear"), ("nose", "tailbase"))


def walking_poses(
    individuals: Sequence[str] = ("individual_0",), n_frames: int = N_FRAMES
) -> xr.Dataset:
    """Frame k of the first animal has its nose at (k / 4 + 10, k / 4 + 10); each next one +30."""
    place = np.arange(n_frames, dtype=np.float32)[:, None] / 4 + 10
    behind = np.array([0, 3, 3, 12], np.float32)
    aside = np.array([0, -3, 3, 0], np.float32)
    position = np.empty((n_frames, 2, len(KEYPOINTS), len(individuals)), np.float32)
    for animal in range(len(individuals)):
        position[:, 0, :, animal] = place - behind / 2 + aside + 30 * animal
        position[:, 1, :, animal] = place - behind / 2 - aside
    confidence = np.full((n_frames, len(KEYPOINTS), len(individuals)), 0.9, np.float32)
    return make_poses(
        position, confidence, keypoints=KEYPOINTS, individuals=individuals, fps=float(FPS)
    )


def make_recording(
    folder: Path, individuals: Sequence[str] = ("individual_0",), *, described: bool = True
) -> Recording:
    """A recording on disk, with poses; described in windows of 30 frames, with bouts, if asked."""
    video = write_video(folder / "walk.mp4", N_FRAMES, rate=FPS)
    recording = import_recording(video).replace(
        individuals=tuple(individuals),
        skeleton=SKELETON,
        keypoint_roles=guess_roles(KEYPOINTS),
    )
    save_recording(recording)
    write_pose_table(recording.folder / POSES, walking_poses(individuals), recording.video().id)
    return describe(recording) if described else recording


def describe(recording: Recording, words: Sequence[str] = ("walking", "still")) -> Recording:
    """Windows of 30 frames whose behaviours alternate, and one bout of a person for each animal."""
    video = recording.video()
    run = make_run(tool="stand-in", version="0", video=video.id, video_sha256=video.sha256)
    windows, bouts = [], []
    for individual in recording.individuals:
        for place, start in enumerate(range(0, video.frames, 30)):
            word = words[place % len(words)]
            windows.append(
                {
                    "video": video.id,
                    "individual": individual,
                    "start": start,
                    "stop": min(start + 30, video.frames),
                    "run_id": run.run_id,
                    "overall": f"{individual} is {word}.",
                    "head": "Head up.",
                    "keywords": [word, "slow"],
                    "valid": True,
                }
            )
        bouts.append({"video": video.id, "individual": individual, "start": 10, "stop": 50})
    table = pd.DataFrame(bouts).assign(behaviour="rearing", source="person", annotator="Anna")
    return recording.replace(
        descriptions=conform(pd.DataFrame(windows), DESCRIPTIONS),
        bouts=make_bouts(table),
        runs=(run,),
    )


def write_deeplabcut_csv(path: Path, poses: xr.Dataset) -> Path:
    """Poses of one animal as DeepLabCut writes them."""
    names = [str(name) for name in poses["keypoint"].values]
    position, confidence = poses["position"].values[..., 0], poses["confidence"].values[..., 0]
    rows = ["scorer" + ",net" * 3 * len(names)]
    rows.append("bodyparts" + "".join(f",{name}" * 3 for name in names))
    rows.append("coords" + ",x,y,likelihood" * len(names))
    for frame in range(len(position)):
        values = [
            f"{position[frame, 0, k]},{position[frame, 1, k]},{confidence[frame, k]}"
            for k in range(len(names))
        ]
        rows.append(f"{frame}," + ",".join(values))
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path
