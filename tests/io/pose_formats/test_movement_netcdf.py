"""netCDF files in the layout of movement, of version 3 and 4, older and newer names."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray as xr

from napari_mousegpt.io.pose_formats import movement_netcdf

POSITION = np.arange(4 * 2 * 3 * 2, dtype=np.float32).reshape(4, 2, 3, 2)
COORDS = {
    "time": np.arange(4) / 25,
    "space": ["x", "y"],
    "keypoint": ["nose", "n\u00e9ck", "tail"],
    "individual": ["mia", "max"],
}
ATTRS = {"fps": 25.0, "time_unit": "seconds", "source_software": "SLEAP"}


def stored(**renamed: str) -> xr.Dataset:
    dims = ("time", "space", "keypoint", "individual")
    confidence = (("time", "keypoint", "individual"), POSITION[:, 0] / 100)
    poses = xr.Dataset({"position": (dims, POSITION), "confidence": confidence}, COORDS, ATTRS)
    return poses.rename(renamed)


def write_version_4(path: Path, poses: xr.Dataset, *, numbered: bool = True) -> Path:
    """Write what the netCDF library writes, as far as it matters."""
    with h5py.File(path, "w") as file:
        for k, (dim, values) in enumerate(poses.coords.items()):
            is_text = values.dtype.kind in "UO"
            file[str(dim)] = [str(v) for v in values.values] if is_text else values.values
            file[str(dim)].attrs["_Netcdf4Dimid"] = np.int32(k)
        numbers = {dim: k for k, dim in enumerate(poses.coords)}
        for name, values in poses.data_vars.items():
            file[str(name)] = values.values
            if numbered:
                axes = np.array([numbers[dim] for dim in values.dims], np.int32)
                file[str(name)].attrs["_Netcdf4Coordinates"] = axes
        for name, value in poses.attrs.items():
            file.attrs[name] = np.array([value]) if isinstance(value, float) else np.bytes_(value)
    return path


def check(path: Path) -> None:
    assert movement_netcdf.matches(path)
    poses = movement_netcdf.read(path)
    np.testing.assert_array_equal(poses.position.values, POSITION)
    np.testing.assert_array_equal(poses.confidence.values, POSITION[:, 0] / np.float32(100))
    assert list(poses.individual.values) == ["mia", "max"]
    assert list(poses.keypoint.values) == COORDS["keypoint"]
    assert poses.time.values.tolist() == [0, 1, 2, 3]
    assert poses.attrs["fps"] == 25
    assert poses.attrs["source_software"] == "SLEAP"


def test_version_3(tmp_path: Path) -> None:
    path = tmp_path / "poses.nc"
    stored().to_netcdf(path, engine="scipy")
    check(path)


@pytest.mark.parametrize("numbered", [True, False])
def test_version_4(tmp_path: Path, numbered: bool) -> None:
    check(write_version_4(tmp_path / "poses.nc", stored(), numbered=numbered))


def test_older_names(tmp_path: Path) -> None:
    older = stored(keypoint="keypoints", individual="individuals")
    check(write_version_4(tmp_path / "poses.nc", older))
    older.to_netcdf(tmp_path / "classic.nc", engine="scipy")
    check(tmp_path / "classic.nc")


def test_other_order_of_the_axes(tmp_path: Path) -> None:
    turned = stored().transpose("individual", "keypoint", "space", "time")
    check(write_version_4(tmp_path / "poses.nc", turned))


def test_frames_instead_of_seconds(tmp_path: Path) -> None:
    poses = stored().assign_coords(time=[3, 4, 8, 9])
    poses.attrs = {"time_unit": "frames"}
    read = movement_netcdf.read(write_version_4(tmp_path / "poses.nc", poses))
    assert read.time.values.tolist() == [3, 4, 8, 9]
    assert read.attrs["fps"] is None


@pytest.mark.parametrize("content", [b"", b"CDF\x01", b"CDF\x02" + bytes(60), b"text"])
def test_damaged(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "poses.nc"
    path.write_bytes(content)
    assert not movement_netcdf.matches(path)
    with pytest.raises((ValueError, OSError), match=r"poses\.nc"):
        movement_netcdf.read(path)


def test_without_poses(tmp_path: Path) -> None:
    path = write_version_4(tmp_path / "other.nc", stored().drop_vars("position"))
    assert not movement_netcdf.matches(path)
    with pytest.raises(ValueError, match="expected a position over"):
        movement_netcdf.read(path)
