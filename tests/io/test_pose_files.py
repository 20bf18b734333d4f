"""Recognising pose files by what is in them, and every real one with the counts it is known by."""

from __future__ import annotations

import csv
from pathlib import Path

import h5py
import numpy as np
import pytest
from deeplabcut_samples import write_csv, write_fixed
from test_sleap_analysis import write_analysis

from napari_mousegpt import extensions
from napari_mousegpt.io import pose_files

REAL_FILES = list(
    csv.DictReader((Path(__file__).parent / "real_pose_files.csv").read_text().splitlines())
)
"""Each with the counts that its notes give."""
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


@pytest.mark.parametrize("known", REAL_FILES, ids=lambda known: Path(known["file"]).name)
def test_real_pose_file(shared_data: Path, known: dict[str, str]) -> None:
    path = shared_data / known["file"]
    assert pose_files.recognise(path) == [known["format"]]
    poses = pose_files.read_poses(path)
    counts = [int(known[name]) for name in ("frames", "dimensions", "keypoints", "individuals")]
    assert list(poses.sizes.values()) == counts
    assert np.isfinite(poses.position.values).any()
    assert (np.diff(poses.time.values) > 0).all()
    assert poses.attrs["pose_format"] == known["format"]
    assert poses.attrs["source_file"] == str(path)


@pytest.mark.parametrize("name", NO_POSES, ids=lambda name: Path(name).name)
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
    path = write_analysis(tmp_path / "both.h5")
    write_fixed(tmp_path / "other.h5")
    with h5py.File(path, "a") as file, h5py.File(tmp_path / "other.h5") as other:
        other.copy("df_with_missing", file)
    with pytest.raises(ValueError, match="deeplabcut and sleap") as error:
        pose_files.read_poses(path)
    assert "pose_format='deeplabcut'" in str(error.value)
    chosen = pose_files.read_poses(path, pose_format="deeplabcut")
    assert list(chosen.keypoint.values) == ["nose", "tail"]


def test_unknown_format_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"installed are: .*deeplabcut"):
        pose_files.read_poses(write_csv(tmp_path / "p.csv"), pose_format="deeplab")


@pytest.mark.parametrize("name", extensions.names("pose_formats"))
def test_every_format_keeps_the_contract(name: str, tmp_path: Path) -> None:
    module = extensions.load("pose_formats", name)
    assert all(suffix.startswith(".") and suffix.islower() for suffix in module.suffixes)
    for suffix in module.suffixes:
        path = tmp_path / f"pose{suffix}"
        assert module.matches(path) is False
        with pytest.raises(FileNotFoundError):
            module.read(path)


def test_options_of_one_format(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="video"):
        pose_files.read_poses(write_csv(tmp_path / "p.csv"), video=1)
