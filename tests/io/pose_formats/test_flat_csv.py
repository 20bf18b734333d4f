"""Csv poses with one header row: Anipose and SimBA."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from napari_mousegpt.io.pose_formats import anipose, simba

ENDINGS = ("x", "y", "z", "error", "ncams", "score")
ANIPOSE = [f"{part}_{end}" for part in ("nose", "tail") for end in ENDINGS]


def write(path: Path, columns: list[str], rows: list[list[object]]) -> Path:
    lines = [columns, *rows]
    path.write_text("\n".join(",".join(map(str, line)) for line in lines) + "\n")
    return path


def test_anipose(tmp_path: Path) -> None:
    columns = [*ANIPOSE, "M_00", "center_0", "fnum"]
    rows = [[*range(k, k + 12), 1, 0, 30 + k] for k in range(3)]
    rows[1][1] = ""
    path = write(tmp_path / "p.csv", columns, rows)
    assert anipose.matches(path)
    assert not simba.matches(path)
    poses = anipose.read(path)
    assert poses.time.values.tolist() == [30, 31, 32]
    assert poses.position.values[0, :, :, 0].tolist() == [[0, 6], [1, 7], [2, 8]]
    assert poses.confidence.values[0, :, 0].tolist() == [5, 11]
    assert np.isnan(poses.position.values[1, :, 0, 0]).all()
    assert "units of the calibration" in poses.attrs["problems"][0]


@pytest.mark.parametrize("index", ["", "scorer", "Unnamed: 0", None])
def test_simba(tmp_path: Path, index: str | None) -> None:
    parts = ["Ear_left_x", "Ear_left_y", "Ear_left_p", "Nose_x", "Nose_y", "Nose_p"]
    columns = parts if index is None else [index, *parts]
    rows = [[k, 1, 2, 0.5, 3, 4, 1][index is None :] for k in range(4)]
    path = write(tmp_path / "p.csv", columns, rows)
    assert simba.matches(path)
    poses = simba.read(path)
    assert list(poses.keypoint.values) == ["Ear_left", "Nose"]
    assert poses.position.values[3, :, :, 0].tolist() == [[1, 3], [2, 4]]
    assert poses.confidence.values[3, :, 0].tolist() == [0.5, 1]
    assert poses.attrs["problems"] == ()


def test_simba_input_with_rows_above_the_names(tmp_path: Path) -> None:
    above = ["", "IMPORTED_POSE", "IMPORTED_POSE", "IMPORTED_POSE"]
    names = ["", "Nose_x", "Nose_y", "Nose_p"]
    path = write(tmp_path / "p.csv", above, [above, names, [0, 5, 6, 1], [1, 7, 8, 1]])
    assert simba.matches(path)
    assert simba.read(path).position.values[:, :, 0, 0].tolist() == [[5, 6], [7, 8]]


def test_simba_with_two_animals(tmp_path: Path) -> None:
    columns = [
        f"{part}_{end}" for part in ("Nose_1", "Tail_1", "Nose_2", "Tail_2") for end in "xyp"
    ]
    path = write(tmp_path / "p.csv", columns, [list(range(12))])
    poses = simba.read(path)
    assert list(poses.keypoint.values) == ["Nose", "Tail"]
    assert list(poses.individual.values) == ["animal_1", "animal_2"]
    assert poses.position.values[0, 0].tolist() == [[0, 6], [3, 9]]
    assert "_1, _2" in poses.attrs["problems"][0]


@pytest.mark.parametrize(
    "columns",
    [
        ["", "Nose_x", "Nose_y", "Nose_p", "Attack"],
        ["", "Nose_x", "Nose_y"],
        ["_x", "_y", "_p"],
        ["time", "behaviour"],
    ],
    ids=["labels beside poses", "no confidence", "no names", "another table"],
)
def test_other_tables(tmp_path: Path, columns: list[str]) -> None:
    path = write(tmp_path / "p.csv", columns, [[0] * len(columns)])
    assert not simba.matches(path)
    assert not anipose.matches(path)


@pytest.mark.parametrize("module", [anipose, simba])
def test_refused(tmp_path: Path, module: object) -> None:
    path = write(tmp_path / "p.csv", ["time", "behaviour"], [[0, 1]])
    with pytest.raises(ValueError, match=r"p\.csv: expected columns such as nose_x"):
        module.read(path)


def test_no_rows(tmp_path: Path) -> None:
    path = write(tmp_path / "p.csv", ["Nose_x", "Nose_y", "Nose_p"], [])
    with pytest.raises(ValueError, match="at least one row"):
        simba.read(path)
