"""Recognising pose files by what is in them, and every real one with the counts it is known by."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from deeplabcut_samples import write_csv, write_fixed
from test_sleap_analysis import write_analysis

from napari_mousegpt import extensions
from napari_mousegpt.io import pose_files

# format, frames, individuals, keypoints, dimensions
REAL_FILES = {
    "annotations/behaviordepot/demo1_tracking.csv": ("deeplabcut", 6000, 1, 8, 2),
    "annotations/dlcanalyzer/EPM_15DeepCut_resnet50_epmMay17shuffle1_1030000.csv": (
        ("deeplabcut", 962, 1, 25, 2)
    ),
    "edge_cases/nan_inf_dlc.csv": ("deeplabcut", 60, 1, 4, 2),
    "edge_cases/no_likelihood_dlc.csv": ("deeplabcut", 60, 1, 4, 2),
    "pose_only/dlc/CollectedData_Pranav.csv": ("deeplabcut", 116, 1, 4, 2),
    "pose_only/dlc/CollectedData_Pranav.h5": ("deeplabcut", 116, 1, 4, 2),
    "pose_only/dlc/CollectedData_dlc_multi.csv": ("deeplabcut", 5, 4, 4, 2),
    "pose_only/dlc/CollectedData_dlc_multi.h5": ("deeplabcut", 5, 4, 4, 2),
    "pose_only/dlc/dlc_testdata.csv": ("deeplabcut", 4, 1, 3, 2),
    "pose_only/dlc/keypoints_3d_short.h5": ("deeplabcut", 1000, 1, 30, 3),
    "pose_only/dlc/madlc_testdata.csv": ("deeplabcut", 4, 2, 3, 2),
    "pose_only/dlc/raw_clip1DLC_resnet50_OpenFieldHighResApr8shuffle1_1030000.csv": (
        ("deeplabcut", 7200, 1, 6, 2)
    ),
    "pose_only/dlc/raw_clip1DLC_resnet50_OpenFieldHighResApr8shuffle1_1030000.h5": (
        ("deeplabcut", 7200, 1, 6, 2)
    ),
    "pose_only/dlc/testDLC_square_arena.h5": ("deeplabcut", 451, 1, 14, 2),
    "pose_only/dlc/vid1_DLC_3D.csv": ("deeplabcut", 12, 1, 4, 3),
    "pose_only/sleap/small_robot.000_small_robot_3_frame.analysis.h5": (
        "sleap_analysis",
        3,
        1,
        3,
        2,
    ),
    "videos_with_pose/flies/predictions.analysis.h5": ("sleap_analysis", 3000, 2, 13, 2),
    "videos_with_pose/head_fixed_mirror/180607_004.train_frames=75.rng=0.csv": (
        ("deeplabcut", 2000, 1, 8, 2)
    ),
    "videos_with_pose/head_fixed_mirror/180607_004.train_frames=75.rng=1.csv": (
        ("deeplabcut", 2000, 1, 8, 2)
    ),
    "videos_with_pose/head_fixed_reaching/briefDeepCut_resnet50_TESTAug16shuffle1_5.csv": (
        ("deeplabcut", 12, 1, 4, 2)
    ),
    "videos_with_pose/head_fixed_reaching/briefDeepCut_resnet50_TESTAug16shuffle1_5.h5": (
        ("deeplabcut", 12, 1, 4, 2)
    ),
    "videos_with_pose/head_fixed_reaching/briefDeepCut_resnet50_TESTAug16shuffle1_5filtered.csv": (
        ("deeplabcut", 12, 1, 4, 2)
    ),
    "videos_with_pose/multiview_single/minimal_back_proofread.analysis.h5": (
        ("sleap_analysis", 120, 1, 15, 2)
    ),
    "videos_with_pose/multiview_single/minimal_mid_proofread.analysis.h5": (
        ("sleap_analysis", 120, 1, 15, 2)
    ),
    "videos_with_pose/multiview_single/minimal_side_proofread.analysis.h5": (
        ("sleap_analysis", 120, 1, 15, 2)
    ),
    "videos_with_pose/multiview_single/minimal_top_proofread.analysis.h5": (
        ("sleap_analysis", 120, 1, 15, 2)
    ),
    "videos_with_pose/openfield_single/m3v1mp4DLC_resnet50_openfieldAug20shuffle1_30000.h5": (
        ("deeplabcut", 2330, 1, 4, 2)
    ),
    "videos_with_pose/openfield_single/m3v1mp4DLC_resnet50_openfieldOct30shuffle1_100000.h5": (
        ("deeplabcut", 2330, 1, 4, 2)
    ),
    "videos_with_pose/openfield_single/m3v1mp4DLC_resnet50_openfieldOct30shuffle2_100000.h5": (
        ("deeplabcut", 2330, 1, 4, 2)
    ),
    "videos_with_pose/three_mice_mabe/EGS8X2MN4SSUGFWAV976.h5": ("deeplabcut", 1800, 3, 12, 2),
    "videos_with_pose/two_mice_topview/test2DLC_csv_table_madlc.csv": ("deeplabcut", 97, 2, 14, 2),
    "videos_with_pose/two_mice_topview/test2DLC_h5_table_madlc.h5": ("deeplabcut", 100, 2, 14, 2),
}
NO_POSES = [
    "annotations/asoid/test_labels.csv",
    "annotations/behaviordepot/demo1_manual_annotations.mat",
    "annotations/behaviordepot/hB_demo1_manual_annotations.mat",
    "annotations/boris/boris_new_example_excerpt.csv",
    "annotations/boris/test.boris",
    "annotations/boris/test_export_events_tabular.csv",
    "annotations/deepethogram/deepethogram_Together_1_excerpt.csv",
    "annotations/dlcanalyzer/AllEPMLables.csv",
    "annotations/jabs/sample_file_predictions.h5",
    "annotations/onehot/2019_06_26_fly2.csv",
    "edge_cases/empty.csv",
    "edge_cases/empty.mp4",
    "labelled_clips/labels.csv",
    "videos_with_pose/head_fixed_reaching/brief.mp4",
    "videos_with_pose/head_fixed_reaching/briefDeepCut_resnet50_TESTAug16shuffle1_5_skeleton.csv",
    "videos_with_pose/multiview_single/calibration.metadata.h5",
]


@pytest.mark.parametrize("name", REAL_FILES, ids=lambda name: name.split("/")[-1])
def test_real_pose_file(shared_data: Path, name: str) -> None:
    pose_format, frames, individuals, keypoints, dimensions = REAL_FILES[name]
    assert pose_files.recognise(shared_data / name) == [pose_format]
    poses = pose_files.read_poses(shared_data / name)
    assert tuple(poses.sizes.values()) == (frames, dimensions, keypoints, individuals)
    assert poses.attrs["pose_format"] == pose_format
    assert np.isfinite(poses.position.values).any()
    assert (np.diff(poses.time.values) > 0).all()


@pytest.mark.parametrize("name", NO_POSES, ids=lambda name: name.split("/")[-1])
def test_real_file_without_poses(shared_data: Path, name: str) -> None:
    assert pose_files.recognise(shared_data / name) == []
    with pytest.raises(ValueError, match="no pose format recognised"):
        pose_files.read_poses(shared_data / name)


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"", "the file is empty"),
        (b"subject,behaviour\n1,2\n", "first line is 'subject,behaviour'"),
        (b"\x00\x01\x02", "binary file"),
        (b"a" * 500, "first line is 'aaaa"),
    ],
    ids=["empty", "text", "binary", "long line"],
)
def test_what_was_found_is_said(tmp_path: Path, content: bytes, match: str) -> None:
    path = tmp_path / "pose.csv"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=match) as error:
        pose_files.read_poses(path)
    assert len(str(error.value)) < 200


def test_hdf5_without_poses_names_what_it_holds(tmp_path: Path) -> None:
    path = write_fixed(tmp_path / "pose.h5", levels=("a", "b", "c"))
    with pytest.raises(ValueError, match="an HDF5 file that holds df_with_missing"):
        pose_files.read_poses(path)


def test_missing_file(tmp_path: Path) -> None:
    assert pose_files.recognise(tmp_path / "none.csv") == []
    with pytest.raises(FileNotFoundError, match=r"none\.csv"):
        pose_files.read_poses(tmp_path / "none.csv")


def test_two_formats_in_one_file(tmp_path: Path) -> None:
    import h5py

    path = write_analysis(tmp_path / "both.h5")
    write_fixed(tmp_path / "other.h5")
    with h5py.File(path, "a") as file, h5py.File(tmp_path / "other.h5") as other:
        other.copy("df_with_missing", file)
    with pytest.raises(ValueError, match="deeplabcut and sleap_analysis") as error:
        pose_files.read_poses(path)
    assert "pose_format='deeplabcut'" in str(error.value)
    chosen = pose_files.read_poses(path, pose_format="deeplabcut")
    assert list(chosen.keypoint.values) == ["nose", "tail"]


def test_unknown_format_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"installed are: .*deeplabcut"):
        pose_files.read_poses(write_csv(tmp_path / "p.csv"), pose_format="deeplab")


def test_every_format_keeps_the_contract() -> None:
    for name in extensions.names("pose_formats"):
        pose_format = extensions.load("pose_formats", name)
        assert all(suffix.startswith(".") and suffix.islower() for suffix in pose_format.suffixes)
        assert pose_format.matches(Path("no such folder/pose.csv")) is False
