"""Real mice: what people scored, and what their poses must show."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
import xarray as xr

from napari_mousegpt.datamodel.description import BEHAVIOURS
from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.datamodel.skeleton import guess_roles
from napari_mousegpt.kinematics.body import find_body
from napari_mousegpt.kinematics.frame_features import frame_features
from napari_mousegpt.kinematics.tracks import read_tracks


def read_csv(path: Path) -> xr.Dataset:
    """A DeepLabCut table of one animal with three header rows."""
    names = pd.read_csv(path, nrows=1, header=None, skiprows=1).iloc[0, 1:].tolist()
    values = pd.read_csv(path, skiprows=3, header=None).to_numpy()[:, 1:]
    values = values.reshape(len(values), -1, 3)  # (time, keypoint, x y likelihood)
    position = values[:, :, :2].transpose(0, 2, 1)[..., None]
    return make_poses(position, values[:, :, 2:], keypoints=list(dict.fromkeys(names)))


def roles_of(poses: xr.Dataset) -> dict[str, str]:
    return guess_roles([str(name) for name in poses["keypoint"].values])


def test_stillness_agrees_with_people_who_scored_freezing(shared_data: Path) -> None:
    """6,000 frames, 20 bouts; at 50 frames/s kappa was 0.75 and F1 0.81 when this was written."""
    folder = shared_data / "annotations/behaviordepot"
    with h5py.File(folder / "hB_demo1_manual_annotations.mat") as file:
        freezing = file["hBehavior/Freezing/Vector"][...].ravel().astype(bool)
    poses = read_csv(folder / "demo1_tracking.csv")
    states = frame_features(poses, roles=roles_of(poses), fps=50.0)["behaviour"].values[:, 0]
    still = states == BEHAVIOURS.index("still")
    both = (still & freezing).mean()
    f1 = 2 * both / (still.mean() + freezing.mean())
    chance = still.mean() * freezing.mean() + (1 - still.mean()) * (1 - freezing.mean())
    kappa = ((still == freezing).mean() - chance) / (1 - chance)
    assert kappa > 0.7
    assert f1 > 0.75


@pytest.mark.parametrize(
    ("file", "left_sign"),
    [
        ("annotations/behaviordepot/demo1_tracking.csv", -1),
        (
            "pose_only/dlc/raw_clip1DLC_resnet50_OpenFieldHighResApr8shuffle1_1030000.csv",
            1,
        ),
        (
            "annotations/dlcanalyzer/EPM_15DeepCut_resnet50_epmMay17shuffle1_1030000.csv",
            -1,
        ),
    ],
    ids=["from above", "from below", "maze, from above"],
)
def test_the_side_a_mouse_is_seen_from(shared_data: Path, file: str, left_sign: int) -> None:
    poses = read_csv(shared_data / file)
    tracks = read_tracks(poses, 0, roles_of(poses), min_confidence=0.6)
    body = find_body(tracks, camera_view="top")
    assert body is not None
    assert body.left_sign == left_sign


def test_a_maze_recording_with_many_doubtful_points(shared_data: Path) -> None:
    """A third of the snouts are not seen: gaps stay gaps, and no length is impossible."""
    folder = shared_data / "annotations/dlcanalyzer"
    poses = read_csv(folder / "EPM_15DeepCut_resnet50_epmMay17shuffle1_1030000.csv")
    features = frame_features(poses, roles=roles_of(poses), fps=25.0)
    assert np.isnan(features["elongation"]).mean() > 0.2
    assert features["elongation"].max() < 1.5
    assert (features["behaviour"] >= 0).mean() > 0.7
