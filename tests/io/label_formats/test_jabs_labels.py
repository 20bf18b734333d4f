"""Labels of JABS: what is there, what is not, and what nobody looked at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from napari_mousegpt.io import label_files, pose_files
from napari_mousegpt.io.label_formats import jabs_labels

BLOCKS = {
    "0": {
        "Walk": [
            {"start": 25, "end": 50, "present": True},
            {"start": 60, "end": 70, "present": False},
        ]
    },
    "3": {"Groom": [{"start": 99, "end": 99, "present": True}], "Rear": []},
}


def write(path: Path, **changes: Any) -> Path:
    content = {"version": 1, "file": "a/v.avi", "num_frames": 100, "labels": BLOCKS}
    path.write_text(json.dumps(content | changes))
    return path


def test_blocks_become_bouts_and_spans(tmp_path: Path) -> None:
    path = write(tmp_path / "v.json", annotations=[{"start": 1, "end": 2, "tag": "note"}])
    assert label_files.recognise(path) == ["jabs_labels"]
    assert pose_files.recognise(path) == []
    bouts = label_files.read_bouts(path)
    columns = ["video", "individual", "behaviour", "source", "start", "stop"]
    assert bouts[columns].to_numpy().tolist() == [
        ["v.avi", "individual_0", "Walk", "person", 25, 51],
        ["v.avi", "individual_3", "Groom", "person", 99, 100],
    ]
    spans = [
        (one["individual"], one["behaviours"], one["start"], one["stop"])
        for one in bouts.attrs["assessed"]
    ]
    assert spans == [
        ("individual_0", ["Walk"], 25, 51),
        ("individual_0", ["Walk"], 60, 71),
        ("individual_3", ["Groom"], 99, 100),
    ]
    assert bouts.attrs["problems"] == [
        "annotations of the timeline, which are no labels, left out: 1"
    ]


def test_labels_as_they_were_made_come_before_those_cut_at_gaps(tmp_path: Path) -> None:
    uncut = {"0": {"Walk": [{"start": 0, "end": 9, "present": True}]}}
    bouts = jabs_labels.read(write(tmp_path / "v.json", unfragmented_labels=uncut))
    assert bouts[["start", "stop"]].to_numpy().tolist() == [[0, 10]]


@pytest.mark.parametrize(
    ("changes", "n_bouts", "problem"),
    [
        ({"labels": {"0": {"Walk": [{"start": 9, "end": 200, "present": True}]}}}, 1, "past the"),
        ({"labels": {"0": {"Walk": [{"start": "x", "end": 2, "present": True}]}}}, 0, "possible"),
        ({"labels": {"0": {"Walk": [{"start": 9, "end": 2, "present": True}]}}}, 0, "before they"),
        ({"labels": {"0": {"Walk": 7}, "1": None}}, 0, None),
        ({"labels": {}, "num_frames": None}, 0, None),
    ],
    ids=["past the end", "no number", "backwards", "no blocks", "empty"],
)
def test_odd_blocks(
    tmp_path: Path, changes: dict[str, Any], n_bouts: int, problem: str | None
) -> None:
    bouts = jabs_labels.read(write(tmp_path / "v.json", **changes))
    assert len(bouts) == n_bouts
    assert (problem is None) == (not bouts.attrs["problems"])
    assert problem is None or problem in bouts.attrs["problems"][0]


def test_other_json_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "v.json", labels=[1, 2])
    with pytest.raises(ValueError, match=r"expected an object 'labels'.*found list"):
        jabs_labels.read(path)
