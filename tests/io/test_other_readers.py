"""Poses as other libraries read the same files, value for value: sleap-io, pynwb."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napari_mousegpt.io.pose_files import read_poses

VIEWS = ("back", "mid", "side", "top")
MULTIVIEW = "videos_with_pose/multiview_single/minimal_{}_proofread{}"
PROJECTS = [
    *(MULTIVIEW.format(view, ".slp") for view in VIEWS),
    "videos_with_pose/flies/predictions.slp",
]
ANALYSES = [
    *(MULTIVIEW.format(view, ".analysis.h5") for view in VIEWS),
    "pose_only/sleap/small_robot.000_small_robot_3_frame.analysis.h5",
]


def assert_equal(poses: Any, expected: np.ndarray) -> None:
    """Compare with (frames, animals, keypoints, x, y and score)."""
    position = poses["position"].transpose("time", "individual", "keypoint", "space").values
    confidence = poses["confidence"].transpose("time", "individual", "keypoint").values
    expected = expected.astype(np.float32)
    np.testing.assert_array_equal(position, expected[..., :2])
    seen = np.isfinite(position[..., 0])
    np.testing.assert_array_equal(confidence[seen], expected[..., 2][seen])


@pytest.mark.parametrize("name", PROJECTS + ANALYSES, ids=lambda name: name.split("/")[-1])
def test_sleap_files_as_sleap_io_reads_them(shared_data: Path, name: str) -> None:
    sleap_io = pytest.importorskip("sleap_io")
    load = sleap_io.load_analysis_h5 if name.endswith(".h5") else sleap_io.load_slp
    options = {} if name.endswith(".h5") else {"open_videos": False}
    labels = load(str(shared_data / name), **options)
    assert_equal(read_poses(shared_data / name), labels.numpy(return_confidence=True))


def test_a_jabs_file_as_sleap_io_reads_it(shared_data: Path) -> None:
    sleap_io = pytest.importorskip("sleap_io")
    path = shared_data / "pose_only/jabs/sample_pose_est_v2.h5"
    labels = sleap_io.load_jabs(str(path))
    assert_equal(read_poses(path), labels.numpy(return_confidence=True))


@pytest.mark.parametrize(
    "name",
    [
        "pose_only/nwb/0.3.0_poseestimation_one_camera.nwb",
        "videos_with_pose/openfield_single/m3v1mp4DLC_resnet50_openfieldAug20shuffle1_30000.nwb",
    ],
    ids=["ndx-pose 0.3", "DLC2NWB"],
)
def test_nwb_files_as_pynwb_reads_them(shared_data: Path, name: str) -> None:
    pynwb = pytest.importorskip("pynwb")
    pytest.importorskip("ndx_pose")
    poses = read_poses(shared_data / name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about extensions that are newer than the file
        with pynwb.NWBHDF5IO(str(shared_data / name), "r", load_namespaces=True) as io:
            containers = io.read().processing["behavior"].data_interfaces.values()
            estimate = next(one for one in containers if hasattr(one, "pose_estimation_series"))
            series = estimate.pose_estimation_series
            assert len(series) == poses.sizes["keypoint"]
            for title, one in series.items():
                keypoint = next(k for k in poses["keypoint"].values if title.endswith(str(k)))
                found = poses.sel(keypoint=keypoint).isel(individual=0)
                data = np.asarray(one.data[:], np.float32)
                np.testing.assert_array_equal(found["position"].values, data)
                confidence = np.asarray(one.confidence[:], np.float32)
                np.testing.assert_array_equal(found["confidence"].values, confidence)
