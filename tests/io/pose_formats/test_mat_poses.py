"""MATLAB files: DANNCE and LEAP, old and new versions, damaged ones."""

from __future__ import annotations

import contextlib
from pathlib import Path

import h5py
import numpy as np
import pytest
import scipy.io

from napari_mousegpt.io.pose_formats import dannce, leap, mat_arrays
from napari_mousegpt.io.pose_formats.mat_headers import array_shapes

PRED = np.arange(4 * 3 * 2, dtype=float).reshape(4, 3, 2)
"""Shape (samples, xyz, keypoints)."""
P_MAX = np.arange(8.0).reshape(4, 2) / 10


def write_mat(path: Path, variables: dict[str, np.ndarray], version: str) -> Path:
    if version == "7.3":
        with h5py.File(path, "w") as file:
            for name, value in variables.items():
                file[name] = value.T
    else:
        scipy.io.savemat(path, variables, do_compression=version == "7")
    return path


@pytest.mark.parametrize("version", ["5", "7", "7.3"])
def test_dannce(tmp_path: Path, version: str) -> None:
    path = write_mat(tmp_path / "save.mat", {"pred": PRED, "p_max": P_MAX, "data": PRED}, version)
    assert dannce.matches(path)
    assert not leap.matches(path)
    poses = dannce.read(path)
    np.testing.assert_array_equal(poses.position.values[..., 0], PRED)
    np.testing.assert_array_equal(poses.confidence.values[..., 0], P_MAX.astype(np.float32))
    assert list(poses.keypoint.values) == ["kp0", "kp1"]


def test_sdannce_with_two_animals(tmp_path: Path) -> None:
    pred = np.stack([PRED, PRED + 100], axis=1)  # (samples, animals, xyz, keypoints)
    p_max = np.stack([P_MAX, P_MAX + 1], axis=1)
    poses = dannce.read(write_mat(tmp_path / "s.mat", {"pred": pred, "p_max": p_max}, "7"))
    np.testing.assert_array_equal(poses.position.values[..., 1], PRED + 100)
    np.testing.assert_allclose(poses.confidence.values[..., 1], P_MAX + 1)
    assert list(poses.individual.values) == ["individual_0", "individual_1"]


@pytest.mark.parametrize(("version", "named"), [("5", True), ("7", True), ("7.3", False)])
def test_leap(tmp_path: Path, version: str, named: bool) -> None:
    positions = np.arange(12.0).reshape(2, 2, 3)  # (keypoints, xy, frames)
    positions[:, :, 1] = np.nan
    variables = {"positions": positions, "initialization": positions}
    if named:
        variables["skeleton"] = {"nodes": np.array([["head"], ["tail"]], object)}
    path = write_mat(tmp_path / "labels.mat", variables, version)
    assert leap.matches(path)
    assert not dannce.matches(path)
    poses = leap.read(path)
    assert list(poses.keypoint.values) == (["head", "tail"] if named else ["kp0", "kp1"])
    np.testing.assert_array_equal(poses.position.values[..., 0], positions.transpose(2, 1, 0))
    assert bool(poses.attrs["problems"]) is not named


def write_cells(path: Path, texts: list[str], kind: str = "nodes") -> None:
    """A structure with a cell array of text, as MATLAB 7.3 writes it."""
    with h5py.File(path, "a") as file:
        references = np.empty((1, len(texts)), h5py.ref_dtype)
        for k, text in enumerate(texts):
            codes = np.frombuffer(text.encode("utf-16-le"), "<u2").reshape(-1, 1)
            references[0, k] = file.create_dataset(f"#refs#/{k}", data=codes).ref
        file.create_dataset(f"skeleton/{kind}", data=references, dtype=h5py.ref_dtype)


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        (["head", "schwänzchen"], ["head", "schwänzchen"]),
        (["head"], ["kp0", "kp1"]),
        ([], ["kp0", "kp1"]),
    ],
    ids=["as many", "too few", "none"],
)
def test_leap_names_of_version_7_3(tmp_path: Path, texts: list[str], names: list[str]) -> None:
    positions = np.arange(12.0).reshape(2, 2, 3)
    variables = {"positions": positions, "initialization": positions}
    path = write_mat(tmp_path / "labels.mat", variables, "7.3")
    write_cells(path, texts)
    assert list(leap.read(path).keypoint.values) == names


def test_leap_names_that_are_no_text(tmp_path: Path) -> None:
    positions = np.arange(12.0).reshape(2, 2, 3)
    variables = {"positions": positions, "initialization": positions}
    path = write_mat(tmp_path / "labels.mat", variables, "7.3")
    with h5py.File(path, "a") as file:
        group = file.create_group("skeleton")
        references = np.array([[file["positions"].ref, file["skeleton"].ref]], h5py.ref_dtype)
        group.create_dataset("nodes", data=references, dtype=h5py.ref_dtype)
    assert list(leap.read(path).keypoint.values) == ["kp0", "kp1"]


@pytest.mark.parametrize(
    ("module", "variables", "match"),
    [
        (dannce, {"pred": np.zeros((4, 2, 2))}, "expected pred of shape"),
        (dannce, {"other": PRED}, "expected pred of shape"),
        (leap, {"positions": np.zeros((2, 3, 4))}, "expected positions of shape"),
    ],
)
def test_refused(
    tmp_path: Path, module: object, variables: dict[str, np.ndarray], match: str
) -> None:
    path = write_mat(tmp_path / "p.mat", variables, "7")
    assert not module.matches(path)
    with pytest.raises(ValueError, match=match):
        module.read(path)


def test_shapes_of_arrays_only(tmp_path: Path) -> None:
    path = tmp_path / "p.mat"
    scipy.io.savemat(path, {"a": PRED, "b": "text", "c": {"d": 1}, "n": np.zeros((0, 3))})
    assert array_shapes(path) == {"a": (4, 3, 2), "n": (0, 3)}


@pytest.mark.parametrize("compressed", [True, False])
def test_damaged_files_end_in_a_message(tmp_path: Path, compressed: bool) -> None:
    path = tmp_path / "p.mat"
    scipy.io.savemat(path, {"pred": PRED, "p_max": P_MAX}, do_compression=compressed)
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    for _ in range(200):
        damaged = bytearray(whole[: rng.integers(1, len(whole) + 1)])
        for position in rng.integers(0, len(damaged), 4):
            damaged[position] = rng.integers(256)
        path.write_bytes(damaged)
        dannce.matches(path)
        with contextlib.suppress(ValueError, OSError):
            dannce.read(path)


def test_a_shape_beyond_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mat_arrays, "LIMIT_BYTES", 100)
    path = write_mat(tmp_path / "p.mat", {"pred": PRED}, "7")
    with pytest.raises(ValueError, match="too large"):
        dannce.read(path)
