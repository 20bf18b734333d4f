"""DeepLabCut tables, csv and h5 of both layouts: the same numbers in, the same poses out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from deeplabcut_samples import (
    LEVELS,
    MANY_LEVELS,
    THREE_FRAMES,
    TWO_POINTS,
    write_csv,
    write_fixed,
    write_levels,
    write_table,
)

from napari_mousegpt.io.pose_formats import deeplabcut
from napari_mousegpt.io.pose_formats.deeplabcut_columns import plan_columns

TWO_MICE = [
    ("net", mouse, part, coord)
    for mouse in ("mia", "max")
    for part in ("nose", "tail")
    for coord in ("x", "y")
]
WRITERS = {"csv": write_csv, "table": write_table, "fixed": write_fixed}
SUFFIX = {"csv": "csv", "table": "h5", "fixed": "h5"}


@pytest.mark.parametrize("layout", WRITERS)
def test_one_animal(tmp_path: Path, layout: str) -> None:
    path = WRITERS[layout](tmp_path / f"pose.{SUFFIX[layout]}")
    assert deeplabcut.matches(path)
    poses = deeplabcut.read(path, fps=30)
    assert poses.sizes == {"time": 3, "space": 2, "keypoint": 2, "individual": 1}
    assert list(poses.keypoint.values) == ["nose", "tail"]
    assert list(poses.individual.values) == ["individual_0"]
    assert list(poses.time.values) == [0, 1, 2]
    assert poses.attrs["fps"] == 30
    assert poses.attrs["problems"] == ()
    tail = poses.sel(keypoint="tail", individual="individual_0", time=1)
    assert tail.position.values.tolist() == [9, 10]
    assert tail.confidence.item() == 11


@pytest.mark.parametrize("layout", WRITERS)
def test_two_animals_without_likelihood(tmp_path: Path, layout: str) -> None:
    numbers = np.arange(16.0).reshape(2, 8)
    path = tmp_path / f"pose.{SUFFIX[layout]}"
    if layout == "csv":
        write_csv(path, TWO_MICE, numbers, levels=MANY_LEVELS)
    else:
        WRITERS[layout](path, TWO_MICE, [(range(8), numbers)], levels=MANY_LEVELS)
    poses = deeplabcut.read(path)
    assert list(poses.individual.values) == ["mia", "max"]
    tail = poses.position.sel(keypoint="tail", individual="max", time=1)
    assert tail.values.tolist() == [14, 15]
    assert np.isnan(poses.confidence.values).all()


@pytest.mark.parametrize("layout", WRITERS)
@pytest.mark.parametrize(
    ("names", "frames", "problem"),
    [
        (["img0", "img1", "img2"], [0, 1, 2], None),
        (["img007", "img031", "img200"], [7, 31, 200], None),
        (["img3", "img1", "img2"], [0, 1, 2], "do not increase"),
        (["img1", "img1", "img2"], [0, 1, 2], "do not increase"),
        (["a", "b", "c"], [0, 1, 2], "no frame numbers"),
    ],
    ids=["from zero", "gaps", "unsorted", "twice", "no numbers"],
)
def test_labelled_images(
    tmp_path: Path, layout: str, names: list[str], frames: list[int], problem: str | None
) -> None:
    paths = [f"labeled-data/day1/{name}.png" for name in names]
    path = tmp_path / f"CollectedData_me.{SUFFIX[layout]}"
    index = np.array([name.encode() for name in paths]) if layout == "table" else paths
    poses = deeplabcut.read(WRITERS[layout](path, index=index))
    assert poses.time.values.tolist() == frames
    assert [problem in found for found in poses.attrs["problems"]] == [True] * (problem is not None)


def test_labelled_images_in_three_columns(tmp_path: Path) -> None:
    pieces = [("labeled-data", "day1", f"img{k}.png") for k in (4, 5, 6)]
    fixed = deeplabcut.read(write_fixed(tmp_path / "labels.h5", index=pieces))
    lines = [f"{name},,,{','.join(c[k] for c in TWO_POINTS)}" for k, name in enumerate(LEVELS)]
    lines += [
        f"{','.join(piece)},{','.join(map(str, row))}"
        for piece, row in zip(pieces, THREE_FRAMES, strict=True)
    ]
    csv = tmp_path / "labels.csv"
    csv.write_text("\n".join(lines))
    assert fixed.equals(deeplabcut.read(csv))
    assert fixed.time.values.tolist() == [4, 5, 6]


@pytest.mark.parametrize("layout", WRITERS)
@pytest.mark.parametrize(
    ("index", "frames", "n_problems"),
    [([5, 6, 9], [5, 6, 9], 0), ([2, 1, 0], [0, 1, 2], 1), ([-1, 0, 1], [0, 1, 2], 1)],
    ids=["later frames", "backwards", "negative"],
)
def test_frame_numbers_of_the_file(
    tmp_path: Path, layout: str, index: list[int], frames: list[int], n_problems: int
) -> None:
    path = tmp_path / f"pose.{SUFFIX[layout]}"
    poses = deeplabcut.read(WRITERS[layout](path, index=np.array(index)))
    assert poses.time.values.tolist() == frames
    assert len(poses.attrs["problems"]) == n_problems


@pytest.mark.parametrize("layout", ["table", "fixed"])
def test_columns_of_several_number_types_keep_their_order(tmp_path: Path, layout: str) -> None:
    whole = [0, 1, 2]  # the nose is kept as integers, after the tail
    blocks = [([3, 4, 5], THREE_FRAMES[:, 3:]), (whole, THREE_FRAMES[:, :3].astype(np.int32))]
    path = WRITERS[layout](tmp_path / "pose.h5", blocks=blocks)
    assert deeplabcut.read(path).equals(deeplabcut.read(write_csv(tmp_path / "pose.csv")))


def test_three_dimensions(tmp_path: Path) -> None:
    columns = [("net", "nose", coord) for coord in "xyz"]
    poses = deeplabcut.read(write_csv(tmp_path / "p.csv", columns, [[1, 2, 3], [4, 5, 6]]))
    assert list(poses.space.values) == ["x", "y", "z"]
    assert poses.position.values[1, :, 0, 0].tolist() == [4, 5, 6]
    assert "points in space" in poses.attrs["problems"][0]


@pytest.mark.parametrize(
    ("row", "position", "confidence"),
    [
        ([1, 2, 0.5], [1, 2], 0.5),
        (["", "", ""], [np.nan, np.nan], np.nan),
        ([1, "", 0.5], [np.nan, np.nan], 0.5),
        (["inf", "inf", 1.5], [np.nan, np.nan], 1.5),
        (["1e300", 2, "inf"], [np.nan, np.nan], np.nan),
    ],
    ids=["whole", "blank", "half", "infinite", "too large"],
)
def test_missing_values(
    tmp_path: Path, row: list[object], position: list[float], confidence: float
) -> None:
    columns = [("net", "nose", coord) for coord in ("x", "y", "likelihood")]
    poses = deeplabcut.read(write_csv(tmp_path / "p.csv", columns, [row]))
    np.testing.assert_array_equal(poses.position.values.ravel(), position)
    np.testing.assert_array_equal(poses.confidence.values.ravel(), confidence)


def test_scorers_made_different_and_extra_columns(tmp_path: Path) -> None:
    columns = [("net", "nose", "x"), ("net.1", "nose", "y"), ("net.2", "nose", "x_ens_var")]
    poses = deeplabcut.read(write_csv(tmp_path / "p.csv", columns, [[1, 2, 3]]))
    assert poses.position.values.ravel().tolist() == [1, 2]
    assert poses.attrs["problems"] == ("columns that are not read: x_ens_var",)


def test_a_lone_animal_called_single(tmp_path: Path) -> None:
    columns = [("net", "single", "nose", coord) for coord in "xy"]
    path = write_csv(tmp_path / "p.csv", columns, [[1, 2]], levels=MANY_LEVELS)
    assert list(deeplabcut.read(path).individual.values) == ["individual_0"]


def test_points_at_the_corner_are_named(tmp_path: Path) -> None:
    columns = [("net", "nose", coord) for coord in ("x", "y", "likelihood")]
    poses = deeplabcut.read(write_csv(tmp_path / "p.csv", columns, [[0, 0, 0], [1, 1, 1]]))
    (problem,) = poses.attrs["problems"]
    assert problem.startswith("1 points lie at 0, 0")


@pytest.mark.parametrize(
    ("columns", "match"),
    [
        ([("a", "nose", "x"), ("a", "nose", "y"), ("b", "nose", "x")], "several scorers"),
        ([("a", "nose", "length")], "expected columns x and y"),
        ([], "found none"),
    ],
    ids=["two scorers", "skeleton", "nothing"],
)
def test_headers_that_are_refused(columns: list[tuple[str, ...]], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        plan_columns(LEVELS, columns)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("scorer,n,n\nbodyparts,a,a\ncoords,x,y\n", "a header only"),
        ("scorer,n,n\nbodyparts,a,a\ncoords,x,y\n0,1,two\n", "table of numbers"),
        ("scorer,n,n\nbodyparts,a,a\ncoords,x,y\n0,1,2,3,4\n", "rows of 3 cells, found 5"),
        ("scorer,n,n\nbodyparts,a,a\ncoords,x,y\n" + "0,1,2\n" * 9 + "0,1,2,3\n", "Expected 3"),
        ("frame,x,y\n0,1,2\n", "expected the header rows"),
    ],
    ids=["only a header", "a word", "too many", "too many later", "another table"],
)
def test_csv_that_is_refused(tmp_path: Path, text: str, match: str) -> None:
    path = tmp_path / "p.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=match) as error:
        deeplabcut.read(path)
    assert "p.csv" in str(error.value)


def test_several_tables_in_one_file(tmp_path: Path) -> None:
    import h5py

    path = write_fixed(tmp_path / "p.h5")
    with h5py.File(path, "a") as file:
        file.copy("df_with_missing", "other")
    with pytest.raises(ValueError, match="found /df_with_missing, /other"):
        deeplabcut.read(path)


def test_codes_beyond_the_names(tmp_path: Path) -> None:
    import h5py

    path = write_fixed(tmp_path / "p.h5")
    with h5py.File(path, "a") as file:
        group = file["df_with_missing"]
        for k in range(3):
            del group[f"axis0_level{k}"], group[f"axis0_label{k}"]
        write_levels(group, "axis0", TWO_POINTS, LEVELS)
        group["axis0_label1"][...] = 7
    with pytest.raises(ValueError, match="do not fit together"):
        deeplabcut.read(path)


@pytest.mark.parametrize(
    "name",
    [
        "pose_only/dlc/raw_clip1DLC_resnet50_OpenFieldHighResApr8shuffle1_1030000",
        "pose_only/dlc/CollectedData_Pranav",
        "pose_only/dlc/CollectedData_dlc_multi",
        "videos_with_pose/head_fixed_reaching/briefDeepCut_resnet50_TESTAug16shuffle1_5",
    ],
    ids=lambda name: name.split("/")[-1][:20],
)
def test_csv_and_h5_of_the_same_poses(shared_data: Path, name: str) -> None:
    from_csv = deeplabcut.read(shared_data / f"{name}.csv")
    from_h5 = deeplabcut.read(shared_data / f"{name}.h5")
    assert from_csv.equals(from_h5)


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("annotations/behaviordepot/demo1_tracking.csv", [0, 1, 2]),
        ("pose_only/dlc/vid1_DLC_3D.csv", [0, 1, 2]),
        ("pose_only/dlc/madlc_testdata.csv", [0, 1, 2, 3]),
        ("videos_with_pose/head_fixed_mirror/180607_004.train_frames=75.rng=0.csv", [0, 1, 2]),
        ("videos_with_pose/two_mice_topview/test2DLC_csv_table_madlc.csv", [0, 1, 2, 3]),
        ("edge_cases/no_likelihood_dlc.csv", [0, 1, 2]),
    ],
    ids=["single", "3d", "gaps", "lightning pose", "two mice", "no likelihood"],
)
def test_csv_is_what_pandas_reads(shared_data: Path, name: str, header: list[int]) -> None:
    table = pd.read_csv(shared_data / name, header=header, index_col=0)
    poses = deeplabcut.read(shared_data / name)
    n_animals = 1 if len(header) == 3 else table.columns.get_level_values(1).nunique()
    shape = (len(table), n_animals, poses.sizes["keypoint"], -1)
    expected = table.to_numpy(np.float32).reshape(shape)
    position = poses.position.transpose("time", "individual", "keypoint", "space").values
    whole = np.isfinite(expected[..., : position.shape[3]]).all(axis=3, keepdims=True)
    n_space = position.shape[3]
    np.testing.assert_array_equal(position, np.where(whole, expected[..., :n_space], np.nan))
    if expected.shape[3] > n_space:
        confidence = poses.confidence.transpose("time", "individual", "keypoint").values
        np.testing.assert_array_equal(confidence, expected[..., n_space])
