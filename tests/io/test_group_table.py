from __future__ import annotations

from pathlib import Path

import pytest

from napari_mousegpt.io.group_table import match_groups, read_groups

ONE = "individual_0"


def written(folder: Path, text: str) -> Path:
    path = folder / "groups.csv"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("text", "animals", "expected"),
    [
        pytest.param(
            "recording,group\nr1,a\nr2,b\n",
            [("r1", ONE), ("r2", ONE)],
            [("r1", "a"), ("r2", "b")],
            id="recordings",
        ),
        pytest.param(
            "recording;animal;group\nx/r1.mousegpt;m7;a\nr2.mousegpt/;m7;a\nr3;m8;b\n",
            [("r1", ONE), ("r2", ONE), ("r3", ONE)],
            [("m7", "a"), ("m7", "a"), ("m8", "b")],
            id="animals with several recordings, paths, semicolons",
        ),
        pytest.param(
            "animal\tgroup\nr1\ta\nr2\tb\n",
            [("r1", ONE), ("r2", ONE)],
            [("r1", "a"), ("r2", "b")],
            id="animals called like recordings",
        ),
        pytest.param(
            "Recording,Individual,Group\nr1,mouse1,a\nr1,mouse2,b\n",
            [("r1", "mouse1"), ("r1", "mouse2")],
            [("r1/mouse1", "a"), ("r1/mouse2", "b")],
            id="several animals in a recording",
        ),
        pytest.param(
            "animal,group\nmouse1,a\nmouse2,b\n",
            [("r1", "mouse1"), ("r1", "mouse2"), ("r2", "mouse1"), ("r2", "mouse2")],
            [("mouse1", "a"), ("mouse2", "b"), ("mouse1", "a"), ("mouse2", "b")],
            id="the same animals in several recordings",
        ),
        pytest.param(
            "recording,group\nr1,a\n",
            [("r1", "mouse1"), ("r1", "mouse2")],
            [("r1/mouse1", "a"), ("r1/mouse2", "a")],
            id="one row for all animals of a recording",
        ),
    ],
)
def test_rows_find_their_animals(tmp_path: Path, text: str, animals: list, expected: list) -> None:
    rows = match_groups(read_groups(written(tmp_path, text)), animals)
    assert list(zip(rows["animal"], rows["group"], strict=True)) == expected


def test_cages_epochs_and_covariates(tmp_path: Path) -> None:
    text = (
        "# made by hand\nrecording,group,cage,epoch,start_s,stop_s,age,note\n"
        "r1,a,c1,before,0,60,12,quiet\nr1,a,c1,after,60,120.5,12,\n"
    )
    table = read_groups(written(tmp_path, text))
    assert (table.block_column, table.covariates) == ("cage", ("age",))
    rows = match_groups(table, [("r1", ONE)])
    assert rows[["epoch", "start_s", "stop_s", "block"]].values.tolist() == [
        ["before", 0.0, 60.0, "c1"],
        ["after", 60.0, 120.5, "c1"],
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("recording,cage\nr1,a\n", "expected a column group"),
        ("name,group\nr1,a\n", "recording or animal"),
        ("recording,group\nr1,\n", "no group in line 2"),
        ("recording,group\nr1,a\nr1,b\n", "line 3 repeats r1"),
        ("recording,group,start_s\nr1,a,0\n", "both start_s and stop_s"),
        ("recording,group,start_s,stop_s\nr1,a,0,end\n", "seconds in stop_s"),
        ("", "not a csv table|expected a column"),
    ],
)
def test_files_that_are_none(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_groups(written(tmp_path, text))


def test_who_is_missing_on_either_side_is_said_at_once(tmp_path: Path) -> None:
    table = read_groups(written(tmp_path, "recording,group\nr1,a\nr3,b\nr4,b\n"))
    with pytest.raises(ValueError, match=r"no row for r2; no recording for the rows of r3, r4"):
        match_groups(table, [("r1", ONE), ("r2", ONE)])


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no such groups file"):
        read_groups(tmp_path / "nowhere.csv")
