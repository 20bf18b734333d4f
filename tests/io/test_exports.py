"""What of a recording is written, and under which names."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd
import pytest
import xarray as xr
from small_recordings import make_recording, walking_poses

from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.exports import Selection, export_recording
from napari_mousegpt.io.label_files import read_bouts
from napari_mousegpt.io.pose_files import read_poses
from napari_mousegpt.io.pose_table import write_pose_table
from napari_mousegpt.io.recording_folder import POSES


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    recording = make_recording(tmp_path, ["mia", "max"])
    bouts = pd.concat(
        [
            recording.bouts,
            recording.bouts.assign(annotator="Bob", source="import"),
            recording.bouts.assign(annotator=None, source="model", run_id="r1"),
        ]
    )
    return recording.replace(bouts=make_bouts(bouts))


@pytest.mark.parametrize(
    ("chosen", "n_bouts"),
    [
        (Selection(), 6),
        (Selection(source="model"), 2),
        (Selection(annotator="Bob"), 2),
        (Selection(run="r1"), 2),
        (Selection(individual="mia"), 3),
        (Selection(individual="mia", source="person"), 1),
        (Selection(video="cam0"), 6),
    ],
    ids=["all", "source", "annotator", "run", "individual", "both", "video"],
)
def test_chosen_bouts(
    recording: Recording, tmp_path: Path, chosen: Selection, n_bouts: int
) -> None:
    path = tmp_path / "out.csv"
    export_recording(recording, "csv", path, selection=chosen)
    assert len(read_bouts(path)) == n_bouts


@pytest.mark.parametrize("to", ["movement", "dlc"])
def test_poses_of_a_recording(recording: Recording, tmp_path: Path, to: str) -> None:
    (tmp_path / "out").mkdir()
    exported = export_recording(recording, to, tmp_path / "out")
    assert [path.stem for path in exported.files] == ["walk"]
    xr.testing.assert_equal(read_poses(exported.files[0]), walking_poses(["mia", "max"]))
    one = export_recording(
        recording, to, tmp_path / "out", selection=Selection(individual="max")
    ).files[0]
    found = read_poses(one)["position"].values
    expected = walking_poses(["mia", "max"]).sel(individual=["max"])["position"].values
    assert (found == expected).all()


def test_poses_of_several_videos_are_files_of_their_own(
    recording: Recording, tmp_path: Path
) -> None:
    second = dataclasses.replace(recording.video(), id="cam1", fps=15.0)
    both = recording.replace(videos=(recording.video(), second))
    write_pose_table(recording.folder / POSES, walking_poses(["mia", "max"]), "cam1")
    exported = export_recording(both, "movement", tmp_path / "x.nc")
    assert [path.name for path in exported.files] == ["x_cam0.nc", "x_cam1.nc"]
    assert [read_poses(path).attrs["fps"] for path in exported.files] == [30.0, 15.0]
    only = export_recording(both, "movement", tmp_path / "x.nc", selection=Selection(video="cam1"))
    assert [path.name for path in only.files] == ["x.nc"]


@pytest.mark.parametrize(
    ("to", "chosen", "message"),
    [
        ("nothing", Selection(), "expected a format among csv, spreadsheet"),
        ("csv", Selection(individual="mo"), "no individual 'mo'; it has mia, max"),
        ("csv", Selection(video="cam7"), "no video 'cam7'; it has cam0"),
    ],
)
def test_what_there_is_not(
    recording: Recording, tmp_path: Path, to: str, chosen: Selection, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        export_recording(recording, to, tmp_path, selection=chosen)


def test_recordings_without_poses(recording: Recording, tmp_path: Path) -> None:
    (recording.folder / POSES).unlink()
    with pytest.raises(ValueError, match="expected poses to write, found none"):
        export_recording(recording, "movement", tmp_path)


def test_bouts_of_videos_that_run_differently_need_one_to_be_chosen(
    recording: Recording, tmp_path: Path
) -> None:
    second = dataclasses.replace(recording.video(), id="cam1", fps=15.0)
    bouts = pd.concat([recording.bouts, recording.bouts.assign(video="cam1")])
    both = recording.replace(videos=(recording.video(), second), bouts=make_bouts(bouts))
    with pytest.raises(ValueError, match=r"cam0, cam1\. Write one at a time with --video"):
        export_recording(both, "boris", tmp_path)
    path = export_recording(both, "boris", tmp_path, selection=Selection(video="cam1")).files[0]
    assert read_bouts(path).attrs["fps"] == 15.0
