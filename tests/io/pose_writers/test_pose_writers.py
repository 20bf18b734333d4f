"""Poses that are written and read again, by us and by pandas and xarray."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.io.pose_files import read_poses
from napari_mousegpt.io.pose_writers import deeplabcut_csv, movement_netcdf

NAMES = st.text("abcxyzäß _1", min_size=1, max_size=8).filter(lambda name: name == name.strip())


@st.composite
def random_poses(draw: st.DrawFn) -> xr.Dataset:
    """Up to three animals with gaps; a point that is missing has no confidence either."""
    keypoints = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    individuals = draw(st.lists(NAMES, min_size=2, max_size=3, unique=True))
    individuals = draw(st.sampled_from([["individual_0"], individuals]))
    n_frames, n_space = draw(st.integers(1, 6)), draw(st.sampled_from([2, 3]))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    shape = (n_frames, n_space, len(keypoints), len(individuals))
    position = rng.normal(300, 1000, shape).astype(np.float32)
    confidence = rng.random((n_frames, *shape[2:])).astype(np.float32)
    missing = rng.random(confidence.shape) < 0.3
    missing[0] = False
    confidence[missing] = np.nan
    position[np.broadcast_to(missing[:, None], shape)] = np.nan
    return make_poses(position, confidence, keypoints=keypoints, individuals=individuals)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("poses")


@settings(deadline=None, max_examples=20)
@given(poses=random_poses(), clock=st.sampled_from([{}, {"fps": 29.97}, {"fps": 240.0}, "varying"]))
def test_movement_files_hold_everything(folder: Path, poses: xr.Dataset, clock: object) -> None:
    times_s = np.cumsum(np.linspace(0.01, 0.3, poses.sizes["time"]))
    options = {"times_s": times_s} if clock == "varying" else dict(clock)  # type: ignore[call-overload]
    movement_netcdf.write(poses, folder / "poses.nc", **options)
    found = read_poses(folder / "poses.nc")
    xr.testing.assert_equal(found, poses)
    assert found.attrs["fps"] == options.get("fps")


@settings(deadline=None, max_examples=20)
@given(poses=random_poses())
def test_deeplabcut_csv_holds_all_but_confidence_in_space(folder: Path, poses: xr.Dataset) -> None:
    notes = deeplabcut_csv.write(poses, folder / "poses.csv")
    found = read_poses(folder / "poses.csv")
    xr.testing.assert_equal(found["position"], poses["position"])
    if poses.sizes["space"] == 2:
        xr.testing.assert_equal(found["confidence"], poses["confidence"])
        assert notes == []
    else:
        assert "confidence in three dimensions: left out" in notes[0]


@pytest.mark.parametrize(
    ("individuals", "levels"),
    [
        (["individual_0"], ["scorer", "bodyparts", "coords"]),
        (["mia", "max"], ["scorer", "individuals", "bodyparts", "coords"]),
        (["mia"], ["scorer", "individuals", "bodyparts", "coords"]),
    ],
    ids=["one animal", "two", "one of several"],
)
def test_pandas_reads_the_csv_as_deeplabcut_does(
    tmp_path: Path, individuals: list[str], levels: list[str]
) -> None:
    position = np.arange(2 * 2 * 3 * len(individuals), dtype=np.float32)
    position = position.reshape(2, 2, 3, len(individuals))
    position[1, :, 2] = np.nan
    poses = make_poses(position, None, keypoints=["a", "b", "c"], individuals=individuals)
    poses["confidence"][:] = 0.5
    deeplabcut_csv.write(poses, tmp_path / "p.csv")
    table = pd.read_csv(tmp_path / "p.csv", header=list(range(len(levels))), index_col=0)
    assert list(table.columns.names) == levels
    assert set(table.columns.get_level_values("scorer")) == {"mousegpt"}
    assert list(table.index) == [0, 1]
    last = table.xs("c", axis=1, level="bodyparts").xs("x", axis=1, level="coords")
    np.testing.assert_array_equal(last.to_numpy()[0], position[0, 0, 2])
    assert np.isnan(last.to_numpy()[1]).all()


def test_without_any_confidence_there_is_no_likelihood(tmp_path: Path) -> None:
    poses = make_poses(np.ones((2, 2, 1, 1), np.float32), keypoints=["a"])
    notes = deeplabcut_csv.write(poses, tmp_path / "p.csv")
    assert "without likelihood" in notes[0]
    assert "likelihood" not in (tmp_path / "p.csv").read_text()


def test_movement_names_and_attributes(tmp_path: Path) -> None:
    """What movement 0.17 checks before it opens a file."""
    poses = make_poses(np.ones((3, 2, 2, 1), np.float32), keypoints=["a", "b"])
    poses.attrs["source_software"] = "SLEAP"
    movement_netcdf.write(poses, tmp_path / "p.nc", fps=10.0)
    with xr.open_dataset(tmp_path / "p.nc", engine="scipy") as stored:
        assert stored["position"].dims == ("time", "space", "keypoint", "individual")
        assert stored["confidence"].dims == ("time", "keypoint", "individual")
        assert stored["time"].values.tolist() == [0.0, 0.1, 0.2]
        assert stored["individual"].values.tolist() == ["individual_0"]
        wanted = {"ds_type": "poses", "time_unit": "seconds", "source_software": "SLEAP"}
        assert wanted.items() <= stored.attrs.items()
        assert stored.attrs["fps"] == 10.0


def test_poses_too_large_for_the_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(movement_netcdf, "LARGEST_BYTES", 10)
    poses = make_poses(np.ones((3, 2, 2, 1), np.float32), keypoints=["a", "b"])
    with pytest.raises(ValueError, match=r"at most 10 bytes, found 48\. Write one individual"):
        movement_netcdf.write(poses, tmp_path / "p.nc")
    assert not (tmp_path / "p.nc").exists()
