"""Poses of a recording come back as they went in."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import xarray as xr

from napari_mousegpt.datamodel.poses import fit_to_video, make_poses
from napari_mousegpt.io.pose_table import read_pose_table, write_pose_table


def some_poses(n_frames: int = 30, n_space: int = 2) -> xr.Dataset:
    random = np.random.default_rng(0)
    position = random.uniform(0, 500, (n_frames, n_space, 4, 2)).astype(np.float32)
    position[3:9, :, 1, 0] = np.nan
    position[:, :, 3, 1] = np.nan  # never seen
    confidence = random.uniform(0, 1, (n_frames, 4, 2)).astype(np.float32)
    confidence[np.isnan(position[:, 0])] = np.nan
    return make_poses(
        position,
        confidence,
        keypoints=["snout", "ear left", "hip", "tail"],
        individuals=["a", "b"],
        fps=29.97,
        source_software="DeepLabCut",
        problems=["rows 3 to 8 have no left ear"],
    )


@pytest.mark.parametrize("n_space", [2, 3])
def test_round_trip(tmp_path: Path, n_space: int) -> None:
    poses = some_poses(n_space=n_space)
    write_pose_table(tmp_path / "poses.parquet", poses, "cam0")
    xr.testing.assert_equal(read_pose_table(tmp_path / "poses.parquet", "cam0"), poses)
    again = read_pose_table(tmp_path / "poses.parquet")
    assert again.attrs["fps"] == 29.97
    assert again.attrs["problems"] == poses.attrs["problems"]


def test_several_videos_in_one_table(tmp_path: Path) -> None:
    path = tmp_path / "poses.parquet"
    flat, deep, longer = some_poses(), some_poses(n_space=3), some_poses(40)
    write_pose_table(path, flat, "cam0")
    write_pose_table(path, deep.isel(individual=[0], keypoint=[2, 0]), "cam1")
    write_pose_table(path, longer, "cam0")
    xr.testing.assert_equal(read_pose_table(path, "cam0"), longer)
    xr.testing.assert_equal(
        read_pose_table(path, "cam1"), deep.isel(individual=[0], keypoint=[2, 0])
    )
    assert read_pose_table(path, "cam2").sizes["keypoint"] == 0
    xr.testing.assert_equal(read_pose_table(path), read_pose_table(path, "cam1"))


def test_a_table_of_the_first_release_is_of_one_video(tmp_path: Path) -> None:
    path = tmp_path / "poses.parquet"
    poses = some_poses()
    write_pose_table(path, poses, "cam0")
    table = pq.read_table(path)
    facts = json.loads(table.schema.metadata[b"mousegpt"])
    del facts["videos"], facts["space"]
    pq.write_table(table.replace_schema_metadata({b"mousegpt": json.dumps(facts).encode()}), path)
    xr.testing.assert_equal(read_pose_table(path, "cam0"), poses)
    assert read_pose_table(path, "cam1").sizes["keypoint"] == 0
    write_pose_table(path, poses.isel(individual=[0]), "cam1")
    xr.testing.assert_equal(read_pose_table(path, "cam0"), poses)


def test_frames_without_any_pose_stay(tmp_path: Path) -> None:
    poses = some_poses()
    poses["position"][-5:] = np.nan
    write_pose_table(tmp_path / "poses.parquet", poses, "cam0")
    assert read_pose_table(tmp_path / "poses.parquet", "cam0").sizes["time"] == 30


@pytest.mark.parametrize(
    ("n_frames", "problem"),
    [(30, None), (28, "rows past the end, ignored: 2"), (33, "frames without a pose: 3")],
)
def test_fit_to_video(n_frames: int, problem: str | None) -> None:
    poses = some_poses()
    fitted = fit_to_video(poses, n_frames)
    assert fitted.sizes["time"] == n_frames
    np.testing.assert_array_equal(fitted["time"], np.arange(n_frames))
    np.testing.assert_array_equal(
        fitted["position"].values[: min(30, n_frames)], poses["position"].values[:n_frames]
    )
    added = fitted.attrs["problems"][1:]
    assert not added if problem is None else problem in added[0]


def test_poses_of_another_video_are_refused() -> None:
    with pytest.raises(ValueError, match="do not belong together"):
        fit_to_video(some_poses(), 61)
