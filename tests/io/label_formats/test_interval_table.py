"""Plain tables of intervals: columns by name, frames or seconds, csv, xlsx and Parquet."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from napari_mousegpt.io.label_formats import dlcanalyzer, interval_table, poser


def written(folder: Path, text: str, name: str = "labels.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def ranges(bouts: object, *columns: str) -> list[tuple]:
    names = [*columns, "start", "stop"]
    return [tuple(row) for row in bouts[names].to_numpy().tolist()]  # type: ignore[index]


@pytest.mark.parametrize(
    ("header", "row", "expected", "problem"),
    [
        ("start,stop,behaviour", "5,9,x", (5, 9), None),
        ("Start,End,Behavior", "5,9,x", (5, 9), None),
        ("start_frame,stop_frame,action", "5,9,x", (5, 9), "'stop_frame' was taken as the first"),
        ("StartFrame,EndFrame,label", "5,9,x", (5, 9), "'EndFrame' was taken as the first"),
        ("start_s,stop_s,behaviour", "1,2,x", (10, 20), None),
        ("Start (s);Stop (s);Behaviour", "1,5;2;x", (15, 20), None),
        (
            "onset\toffset\tbehavior",
            "1.5\t2\tx",
            (15, 20),
            "not all whole numbers: taken as seconds",
        ),
        ("start_time,end_time,behavior", "1,2,x", (10, 20), None),
    ],
)
def test_columns_and_units_by_name(
    tmp_path: Path, header: str, row: str, expected: tuple, problem: str | None
) -> None:
    path = written(tmp_path, f"{header}\n{row}\n")
    assert interval_table.matches(path)
    bouts = interval_table.read(path, fps=10.0)
    assert ranges(bouts, "behaviour") == [("x", *expected)]
    problems = bouts.attrs["problems"]
    assert problems == [] if problem is None else problem in problems[0]


def test_mabe_annotations_in_parquet(tmp_path: Path) -> None:
    path = tmp_path / "44566106.parquet"
    pd.DataFrame(
        {
            "agent_id": [1, 2],
            "target_id": [2, 2],
            "action": ["rear", "sniff"],
            "start_frame": [2, 5],
            "stop_frame": [9, 7],
        }
    ).to_parquet(path)
    assert interval_table.matches(path)
    bouts = interval_table.read(path)
    assert ranges(bouts, "individual", "target", "behaviour") == [
        ("1", "2", "rear", 2, 9),
        ("2", "2", "sniff", 5, 7),
    ]


def test_other_columns_are_kept_and_other_meanings_of_source_renamed(tmp_path: Path) -> None:
    path = written(tmp_path, "start,stop,behaviour,source,cage\n1,2,x,some/lab,7\n")
    bouts = interval_table.read(path)
    assert bouts[["source", "origin", "cage"]].to_numpy().tolist() == [["import", "some/lab", "7"]]


def test_rows_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    path = written(tmp_path, "start,stop,behaviour\n1,2,x\na,3,y\n4,5,\n9,8,z\n-5,-4,w\n-5,4,v\n")
    bouts = interval_table.read(path)
    assert ranges(bouts, "behaviour") == [("v", 0, 4), ("x", 1, 2)]
    assert bouts.attrs["problems"] == [
        "labels without a behaviour, left out: 1",
        "labels without possible frame numbers, left out: 1",
        "labels that stop before they start, left out: 1",
        "labels before the video, left out: 1",
        "labels that begin before the video, cut at its start: 1",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected columns for behaviour, start, stop, found none"),
        ("start,behaviour\n1,x\n", "expected columns for stop, found start, behaviour"),
        ("start_s,stop_s,behaviour\n1,2,x\n", "Give the frame rate"),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        interval_table.read(written(tmp_path, text))


POSER = ",individual,nbehaviour,start,stop,behaviour\n0,1,1,4,9,sit\n1,2,1,10,20.5,run\n"


def test_poser_tables_are_posers(tmp_path: Path) -> None:
    path = written(tmp_path, POSER, "fish.avi_classification.csv")
    assert poser.matches(path)
    assert not interval_table.matches(path)
    bouts = poser.read(path)
    assert ranges(bouts, "video", "individual", "behaviour") == [("fish.avi", "1", "sit", 4, 9)]
    assert bouts.attrs["problems"] == ["labels without possible frame numbers, left out: 1"]
    with pytest.raises(ValueError, match="expected columns"):
        poser.read(written(tmp_path, "start,stop\n"))


def test_dlcanalyzer_tables_give_raters_and_videos(tmp_path: Path) -> None:
    text = "file;Experimenter;from;to;type;ID;DLCFile\nJ.json;Jin;1,0;2.5;Head Dip;EPM_1;x.csv\n"
    path = written(tmp_path, text)
    assert dlcanalyzer.matches(path)
    assert not interval_table.matches(path)
    bouts = dlcanalyzer.read(path, times_s=np.arange(40) / 10)
    assert ranges(bouts, "video", "annotator", "behaviour", "source", "observation") == [
        ("EPM_1", "Jin", "Head Dip", "person", "J.json", 10, 25)
    ]
