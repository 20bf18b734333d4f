"""Which frames somebody looked at, as far as a format tells."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from napari_mousegpt.io.label_files import read_bouts
from napari_mousegpt.io.label_formats.assessed_spans import spans_of_columns

BENTO = """Bento annotation file
Movie file(s): m.mp4

Annotation start frame: 11
Annotation stop frame: 40
Annotation framerate: 30

List of channels:
Ch1

List of annotations:
attack

Ch1----------
>attack
Start\t Stop\t Duration
12\t20\t9
"""


@pytest.mark.parametrize(
    ("name", "text", "spans"),
    [
        ("a.csv", ",x,y\n0,1,0\n1,0,1\n2,1,1\n", [("", None, 0, 3, [])]),
        ("a.csv", ",x,y\n0,1,0\n1,-1,-1\n2,1,1\n", [("", None, 0, 1, []), ("", None, 2, 3, [])]),
        (
            "a.csv",
            ",x,y\n0,1,-1\n1,0,1\n",
            [("", None, 0, 2, ["x"]), ("", None, 1, 2, ["y"])],
        ),
        ("a.csv", "frame,x\n5,1\n6,0\n9,1\n", [("", None, 5, 7, []), ("", None, 9, 10, [])]),
        ("a.csv", "time,x\n0,1\n0.5,0\n1.0,1\n", [("", None, 0, 15, [])]),
        (
            "a.csv",
            "sequence number,annotation\n0,1\n0,1\n1,2\n",
            [("sequence 0", None, 0, 2, []), ("sequence 1", None, 0, 1, [])],
        ),
        ("a.csv", "Nose_x,Nose_y,Nose_p,attack\n1,2,0.9,0\n1,2,0.9,1\n", [("", None, 0, 2, [])]),
        ("a.annot", BENTO, [("m.mp4", None, 10, 40, [])]),
        (
            "a.json",
            '{"annotator-id_1": {"g/v1": {"annotations": [0, 1, 1], "metadata": {"vocab": {}}}}}',
            [("v1", "1", 0, 3, [])],
        ),
        ("a.csv", "start,stop,behaviour\n1,5,x\n", []),
    ],
    ids=["whole", "gap", "one behaviour", "frame numbers", "seconds", "sequences", "SimBA", "BENTO",
         "CalMS21", "intervals do not tell"],
)  # fmt: skip
def test_files_that_tell(tmp_path: Path, name: str, text: str, spans: list[tuple]) -> None:
    path = tmp_path / name
    path.write_text(text)
    found = read_bouts(path, fps=10.0).attrs["assessed"]
    columns = ("video", "annotator", "start", "stop", "behaviours")
    assert [tuple(one[column] for column in columns) for one in found] == spans
    assert all(one["individual"] is None for one in found)


def test_only_spans_of_the_video_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sequence number,annotation\n0,1\n0,1\n1,2\n")
    bouts = read_bouts(path, video="sequence 1")
    assert [one["video"] for one in bouts.attrs["assessed"]] == ["sequence 1"]


def test_no_frames_no_spans() -> None:
    assert spans_of_columns(["x"], np.zeros((0, 1), bool), np.zeros(0, np.int64)) == []
