"""Bare arrays of poses: which are, which are not, and what the third number is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from napari_mousegpt.datamodel.skeleton import MOUSEGPT_KEYPOINTS
from napari_mousegpt.io.pose_formats import numpy_poses


class Planted:
    """Pickles as a call that makes a file."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.marker,)


@pytest.mark.parametrize("n_space", [2, 3])
@pytest.mark.parametrize(("n_keypoints", "first"), [(24, MOUSEGPT_KEYPOINTS[0]), (5, "kp0")])
def test_arrays(tmp_path: Path, n_space: int, n_keypoints: int, first: str) -> None:
    array = np.random.default_rng(0).normal(100, 30, (6, n_keypoints, n_space))
    path = tmp_path / "pose.npy"
    np.save(path, array)
    assert numpy_poses.matches(path)
    poses = numpy_poses.read(path)
    assert poses.keypoint.values[0] == first
    np.testing.assert_array_equal(
        poses.position.values[..., 0], array.transpose(0, 2, 1).astype(np.float32)
    )


def test_a_third_number_between_0_and_1_is_the_confidence(tmp_path: Path) -> None:
    array = np.full((3, 4, 3), 50.0)
    array[..., 2] = 0.75
    np.save(tmp_path / "pose.npy", array)
    poses = numpy_poses.read(tmp_path / "pose.npy")
    assert poses.sizes["space"] == 2
    assert (poses.confidence.values == 0.75).all()
    assert "read as confidence" in poses.attrs["problems"][1]


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((3, 4)),
        np.zeros((3, 4, 5)),
        np.zeros((0, 4, 2)),
        np.zeros((3, 4, 2), complex),
        np.full((3, 4, 2), "x"),
        np.zeros((3, 4), [("x", "f8"), ("y", "f8")]),
    ],
    ids=["flat", "wide", "empty", "complex", "text", "records"],
)
def test_other_arrays(tmp_path: Path, array: np.ndarray) -> None:
    path = tmp_path / "a.npy"
    np.save(path, array)
    assert not numpy_poses.matches(path)
    with pytest.raises(ValueError, match=r"a\.npy: expected"):
        numpy_poses.read(path)


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    path, marker = tmp_path / "a.npy", tmp_path / "marker"
    array = np.empty((1, 1, 2), object)
    array[:] = Planted(marker)
    np.save(path, array, allow_pickle=True)
    assert not numpy_poses.matches(path)
    with pytest.raises(ValueError, match="expected"):
        numpy_poses.read(path)
    assert not marker.exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"\x93NUMPY", b"\x93NUMPY\x01\x00\xff\xff{'descr': '<f8'", b"PK\x03\x04", b"\x80\x04."],
)
def test_damaged(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.npy"
    path.write_bytes(content)
    assert not numpy_poses.matches(path)
    with pytest.raises(ValueError, match=r"a\.npy"):
        numpy_poses.read(path)


def test_a_shape_larger_than_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999, 24, 3), }"
    path.write_bytes(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode())
    with pytest.raises(ValueError, match=r"a\.npy"):
        numpy_poses.read(path)
