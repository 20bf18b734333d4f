"""Poses in NWB files: versions of ndx-pose, animals, cameras, time stamps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from napari_mousegpt.io.pose_formats import deeplabcut, nwb_pose


def add_estimate(
    file: h5py.File,
    name: str = "PoseEstimation",
    series: tuple[str, ...] = ("nose", "tail"),
    *,
    nodes: tuple[str, ...] | None = None,
    times_s: Any = None,
    rate: float | None = None,
    video: str | None = None,
    n_space: int = 2,
    first: float = 0,
) -> h5py.Group:
    """Add a container; the k-th series is at (first + k, first + k + 0.5) throughout."""
    group = file.require_group("processing/behavior").create_group(name)
    group.attrs["neurodata_type"] = "PoseEstimation"
    if nodes:
        group["nodes"] = list(nodes)
    if video:
        group["original_videos"] = [video]
    for k, keypoint in enumerate(series):
        item = group.create_group(keypoint)
        item.attrs["neurodata_type"] = "PoseEstimationSeries"
        n_rows = 4 if times_s is None else len(times_s)
        item["data"] = np.tile([first + k, first + k + 0.5, 9.0][:n_space], (n_rows, 1))
        item["confidence"] = np.full(n_rows, 0.5)
        if times_s is not None:
            item["timestamps"] = np.asarray(times_s, float)
        if rate is not None:
            item["starting_time"] = 3.0
            item["starting_time"].attrs["rate"] = rate
    return group


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "session.nwb"


@pytest.mark.parametrize(
    ("options", "frames", "fps"),
    [
        ({"rate": 25.0}, [0, 1, 2, 3], 25.0),
        ({"times_s": [0, 0.04, 0.08, 0.12]}, [0, 1, 2, 3], 25.0),
        ({"times_s": [7, 7.04, 7.08, 7.12]}, [0, 1, 2, 3], 25.0),
        ({"times_s": [0, 1, 2, 3]}, [0, 1, 2, 3], None),
        ({"times_s": [0, 0.04, 0.12, 0.16]}, [0, 1, 3, 4], 25.0),
        ({}, [0, 1, 2, 3], None),
    ],
    ids=["rate", "times", "times with an offset", "frame numbers", "a gap", "nothing"],
)
def test_time(path: Path, options: dict[str, Any], frames: list[int], fps: float | None) -> None:
    with h5py.File(path, "w") as file:
        add_estimate(file, **options)
    poses = nwb_pose.read(path)
    assert poses.time.values.tolist() == frames
    assert poses.attrs["fps"] == (fps if fps is None else pytest.approx(fps))
    assert nwb_pose.read(path, fps=50).attrs["fps"] == 50


@pytest.mark.parametrize(
    ("series", "nodes", "keypoints", "individuals"),
    [
        (("nose", "tail"), None, ["nose", "tail"], ["individual_0"]),
        (("nose", "tail"), ("tail", "nose"), ["tail", "nose"], ["individual_0"]),
        (("mia_nose", "max_nose"), ("nose",), ["nose"], ["max", "mia"]),
        (
            ("PoseEstimationSeriesNose", "PoseEstimationSeriesTail"),
            ("Nose", "Tail"),
            ["Nose", "Tail"],
            ["individual_0"],
        ),
    ],
    ids=["plain", "order of the nodes", "animal in the name", "class in the name"],
)
def test_names(
    path: Path,
    series: tuple[str, ...],
    nodes: tuple[str, ...] | None,
    keypoints: list[str],
    individuals: list[str],
) -> None:
    with h5py.File(path, "w") as file:
        add_estimate(file, series=series, nodes=nodes)
    poses = nwb_pose.read(path)
    assert list(poses.keypoint.values) == keypoints
    assert list(poses.individual.values) == individuals


def test_nodes_of_a_linked_skeleton(path: Path) -> None:
    with h5py.File(path, "w") as file:
        skeleton = file.create_group("processing/behavior/Skeletons/mouse")
        skeleton.attrs["neurodata_type"] = "Skeleton"
        skeleton["nodes"] = ["tail", "nose"]
        group = add_estimate(file, rate=30.0)
        group["skeleton"] = h5py.SoftLink("/processing/behavior/Skeletons/mouse")
    poses = nwb_pose.read(path)
    assert list(poses.keypoint.values) == ["tail", "nose"]
    assert poses.position.sel(keypoint="tail").values[0, :, 0].tolist() == [1, 1.5]


def test_estimates_of_one_video_are_animals(path: Path) -> None:
    with h5py.File(path, "w") as file:
        add_estimate(file, "mia", video="a.mp4", first=10, times_s=[0, 0.1, 0.2])
        add_estimate(file, "max", video="a.mp4", first=20, times_s=[0.1, 0.2, 0.3])
    poses = nwb_pose.read(path)
    assert list(poses.individual.values) == ["max", "mia"]
    noses = np.nan_to_num(poses.position.sel(space="x", keypoint="nose").values, nan=-1)
    assert noses.tolist() == [[-1, 10], [20, 10], [20, 10], [20, -1]]


def test_estimates_of_other_videos_are_named(path: Path) -> None:
    with h5py.File(path, "w") as file:
        add_estimate(file, "PoseFront", video="front.mp4", first=1)
        add_estimate(file, "PoseSide", video="side.mp4", first=2)
    poses = nwb_pose.read(path)
    assert poses.position.values[0, 0, 0, 0] == 1
    assert "not: /processing/behavior/PoseSide" in poses.attrs["problems"][0]


def test_three_dimensions_and_mixed(path: Path) -> None:
    with h5py.File(path, "w") as file:
        group = add_estimate(file, n_space=3)
        file.copy(group, "spare")
    assert list(nwb_pose.read(path).space.values) == ["x", "y", "z"]
    with h5py.File(path, "a") as file:
        series = file["processing/behavior/PoseEstimation/tail"]
        del series["data"]
        series["data"] = np.ones((4, 2))
    poses = nwb_pose.read(path)
    assert list(poses.space.values) == ["x", "y"]
    assert poses.attrs["problems"] == ("some keypoints have no z: only x and y are read",)


@pytest.mark.parametrize(
    ("name", "value", "match"),
    [
        ("data", np.ones((4, 5)), "expected points with x, y"),
        ("timestamps", np.ones(4), "increasing time stamps"),
        ("timestamps", np.arange(3.0), "4 increasing time stamps"),
    ],
)
def test_refused(path: Path, name: str, value: np.ndarray, match: str) -> None:
    with h5py.File(path, "w") as file:
        series = add_estimate(file)["nose"]
        if name in series:
            del series[name]
        series[name] = value
    with pytest.raises(ValueError, match=match):
        nwb_pose.read(path)


def test_without_poses(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file.create_group("processing/behavior")
    assert not nwb_pose.matches(path)
    with pytest.raises(ValueError, match="expected a PoseEstimation"):
        nwb_pose.read(path)


def test_same_poses_as_the_deeplabcut_file(shared_data: Path) -> None:
    stem = "m3v1mp4DLC_resnet50_openfieldAug20shuffle1_30000"
    folder = shared_data / "videos_with_pose/openfield_single"
    assert nwb_pose.read(folder / f"{stem}.nwb").equals(deeplabcut.read(folder / f"{stem}.h5"))
