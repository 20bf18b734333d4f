"""What each writer puts into its file, and what it says it left out."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.ethogram import Behaviour
from napari_mousegpt.io.label_formats import bento as bento_reader
from napari_mousegpt.io.label_formats import boris
from napari_mousegpt.io.label_writers import (
    bento,
    boris_events,
    boris_project,
    csv_table,
    poser,
    simba_targets,
)

FULL = {
    "video": "a.mp4",
    "individual": "m1",
    "start": 3,
    "stop": 9,
    "behaviour": "rearing",
    "run_id": "r1",
    "target": "m2",
    "source": "person",
    "annotator": "ann",
    "confidence": 0.5,
    "comment": "hi",
}


def bout(**changes: object) -> dict:
    return {"video": "a.mp4", "start": 3, "stop": 9, "behaviour": "rearing"} | changes


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-x", "'-x"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("plain = text", "plain = text"),
    ],
)
def test_formulas_are_neutralised_only_where_it_is_asked_for(
    tmp_path: Path, text: str, cell: str
) -> None:
    bouts = make_bouts([bout(behaviour=text, comment=text, confidence=-0.5)])
    csv_table.write(bouts, tmp_path / "safe.csv", spreadsheet_safe=True)
    csv_table.write(bouts, tmp_path / "raw.csv")
    for name, encoding, expected in (("safe", "utf-8-sig", cell), ("raw", "utf-8", text)):
        with (tmp_path / f"{name}.csv").open(encoding=encoding, newline="") as file:
            row = next(csv.DictReader(file))
        assert (row["behaviour"], row["comment"]) == (expected, expected)
        assert (row["confidence"], row["start"]) == ("-0.5", "3")  # numbers stay numbers
    assert (tmp_path / "safe.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_names_of_columns_are_neutralised_too(tmp_path: Path) -> None:
    bouts = make_bouts([bout() | {"=cmd|' /C calc'!A0": "x"}])
    csv_table.write(bouts, tmp_path / "safe.csv", spreadsheet_safe=True)
    assert "'=cmd" in (tmp_path / "safe.csv").read_text()


def test_a_csv_with_nul_is_refused_and_the_old_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("before")
    with pytest.raises(ValueError, match="NUL"):
        csv_table.write(make_bouts([bout(comment="a\0b")]), path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("writer", "options", "lost"),
    [
        (csv_table, {}, []),
        (boris_events, {"fps": 25.0}, []),
        (boris_project, {"fps": 25.0}, ["a BORIS project cannot hold confidences: left out"]),
        (
            bento,
            {"fps": 25.0},
            [
                "BENTO cannot hold runs, targets, annotators, confidences, comments: left out",
                "BENTO cannot hold who said it (person)",
            ],
        ),
        (
            poser,
            {},
            [
                "PoseR's csv cannot hold runs, targets, annotators, confidences, comments: left "
                "out",
                "PoseR's csv cannot hold who said it (person)",
                "PoseR looks for a.mp4_classification.csv, this file is called file",
            ],
        ),
        (
            simba_targets,
            {},
            [
                "SimBA cannot hold runs, targets, annotators, confidences, comments: left out",
                "SimBA cannot hold who said it (person)",
            ],
        ),
    ],
)
def test_what_a_format_cannot_hold_is_told(
    tmp_path: Path, writer: object, options: dict, lost: list[str]
) -> None:
    assert writer.write(make_bouts([FULL]), tmp_path / "file", **options) == lost  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("writer", "options"), [(bento, {"fps": 25.0}), (poser, {}), (simba_targets, {})]
)
def test_points_become_bouts_and_files_of_one_video_take_one(
    tmp_path: Path, writer: object, options: dict
) -> None:
    point = make_bouts([bout(kind="point", stop=4)])
    lost = writer.write(point, tmp_path / "a.mp4_classification.csv", **options)  # type: ignore[attr-defined]
    assert lost[0].endswith("cannot hold points: 1 became bouts of one frame")
    two = make_bouts([bout(), bout(video="b.mp4")])
    with pytest.raises(ValueError, match=r"holds one video, found bouts of 2: 'a\.mp4', 'b\.mp4'"):
        writer.write(two, tmp_path / "x", **options)  # type: ignore[attr-defined]


def test_a_bento_file_is_laid_out_as_bento_does(tmp_path: Path) -> None:
    bouts = make_bouts([bout(), bout(start=0, stop=1, individual="m 2", behaviour="face-groom")])
    lost = bento.write(bouts, tmp_path / "a.annot", fps=29.97, n_frames=100, behaviours=["never"])
    assert lost == [
        "BENTO takes letters, digits and _ only; renamed: 'face-groom' to 'face_groom'",
        "BENTO takes letters, digits and _ only; renamed: 'm 2' to 'm_2'",
    ]
    assert (tmp_path / "a.annot").read_text() == (
        "Bento annotation file\nMovie file(s): a.mp4\n\nStimulus name: \n"
        "Annotation start frame: 1\nAnnotation stop frame: 100\nAnnotation framerate: 29.97\n\n"
        "List of channels:\nCh_individual_0\nCh_m_2\n\n"
        "List of annotations:\nnever\nrearing\nface_groom\n\n"
        "Ch_individual_0----------\n>rearing\nStart\t Stop\t Duration \n4\t9\t6\n\n\n"
        "Ch_m_2----------\n>face_groom\nStart\t Stop\t Duration \n1\t1\t1\n\n\n"
    )
    assert bento_reader.read(tmp_path / "a.annot").attrs["problems"] == []


def test_simba_features_stay_as_they_are_to_the_character(tmp_path: Path) -> None:
    features = tmp_path / "features.csv"
    features.write_bytes(b",Nose_x,Nose_y,Nose_p\r\n0,1.50,2,0.90\r\n1,1e0,2.000,1\r\n")
    bouts = make_bouts([bout(start=1, stop=2), bout(start=0, stop=1, behaviour="x")])
    path = tmp_path / "targets.csv"
    simba_targets.write(bouts, path, features=features, behaviours=["never", "x"])
    assert path.read_text() == (
        ",Nose_x,Nose_y,Nose_p,never,x,rearing\n0,1.50,2,0.90,0,1,0\n1,1e0,2.000,1,0,0,1\n"
    )


@pytest.mark.parametrize(
    ("bouts", "n_frames", "message"),
    [
        ([bout(stop=50)], None, "a row for each of the 50 frames, found 2"),
        ([], 3, "a row for each of the 3 frames, found 2"),
        ([bout(behaviour="a,b", stop=5)], None, "take no commas"),
    ],
)
def test_simba_rows_and_frames_must_agree(
    tmp_path: Path, bouts: list, n_frames: int | None, message: str
) -> None:
    features = tmp_path / "features.csv"
    features.write_text("a\n1\n2\n")
    with pytest.raises(ValueError, match=message):
        simba_targets.write(
            make_bouts(bouts), tmp_path / "x.csv", features=features, n_frames=n_frames
        )
    assert not (tmp_path / "x.csv").exists()


def test_simba_says_what_runs_together(tmp_path: Path) -> None:
    bouts = make_bouts([bout(), bout(start=9, stop=12), bout(individual="m2", start=20, stop=22)])
    assert simba_targets.write(bouts, tmp_path / "x.csv") == [
        "SimBA's columns are of the whole video: the individuals were put together",
        "1 bouts touch another one of their behaviour: joined",
    ]


def test_a_boris_project_has_what_boris_asks_for(tmp_path: Path) -> None:
    bouts = make_bouts(
        [
            bout(individual="m1", target="m2", category="social"),
            bout(individual="m1", start=9, stop=12),
            bout(individual="m1", start=5, stop=11),
            bout(start=7, stop=8, behaviour="sneeze", kind="point", annotator="ann"),
        ]
    )
    ethogram = [Behaviour("rearing", "e", "#112233", "stands"), Behaviour("never", "n")]
    path = tmp_path / "p.boris"
    assert (
        boris_project.write(
            bouts, path, fps=25.0, n_frames=100, media={"a.mp4": "../a.mp4"}, ethogram=ethogram
        )
        == []
    )
    project = json.loads(path.read_text())
    assert project["project_format_version"] == "7.0"
    assert [b["code"] for b in project["behaviors_conf"].values()] == ["rearing", "never", "sneeze"]
    rearing = project["behaviors_conf"]["0"]
    assert (rearing["type"], rearing["key"], rearing["color"], rearing["description"]) == (
        "State event",
        "e",
        "#112233",
        "stands",
    )
    assert rearing["category"] in project["behavioral_categories"]
    assert rearing["modifiers"]["0"]["name"] == "target"
    assert project["subjects_conf"]["0"]["name"] == "m1"
    # overlapping bouts of one behaviour go to an observation of their own, as do annotators
    assert list(project["observations"]) == ["a.mp4", "a.mp4 (2)", "a.mp4 - ann"]
    first = project["observations"]["a.mp4"]
    assert first["file"]["1"] == ["../a.mp4"]
    assert first["media_info"]["length"] == {"../a.mp4": 4.0}
    assert [event[:4] for event in first["events"]] == [
        [0.12, "m1", "rearing", "m2"],
        [0.2, "m1", "rearing", "None"],
        [0.36, "m1", "rearing", "m2"],
        [0.44, "m1", "rearing", "None"],
    ]
    assert boris.read(path).attrs["ethogram"][1]["name"] == "never"


def test_in_a_boris_project_a_behaviour_is_a_state_or_a_point(tmp_path: Path) -> None:
    bouts = make_bouts([bout(), bout(kind="point", stop=4)])
    (changed,) = boris_project.write(bouts, tmp_path / "p.boris", fps=25.0)
    assert "rearing (point)" in changed
    found = boris.read(tmp_path / "p.boris")
    assert set(zip(found["behaviour"], found["kind"], strict=True)) == {
        ("rearing", "state"),
        ("rearing (point)", "point"),
    }


def test_what_boris_uses_for_itself_is_replaced_and_told(tmp_path: Path) -> None:
    bouts = make_bouts([bout(video="", target="m|2")])
    assert boris_project.write(bouts, tmp_path / "p.boris", fps=25.0) == [
        "BORIS puts | between modifiers: replaced by / in the names of targets",
        "BORIS needs the name of a video: 'video' was written",
    ]
    assert boris.read(tmp_path / "p.boris")["target"].tolist() == ["m/2"]


def test_columns_that_boris_gave_come_back_to_it(tmp_path: Path) -> None:
    extras = {
        "observation": "day 1",
        "modifiers": "m1|n2",
        "category": "self",
        "comment": "on",
        "comment_stop": "off",
    }
    bouts = make_bouts(
        [bout(**extras), bout(start=20, stop=21, behaviour="x", observation="day 1")]
    )
    for writer, name in ((boris_project, "p.boris"), (boris_events, "p.tsv")):
        assert writer.write(bouts, tmp_path / name, fps=25.0) == []
        found = boris.read(tmp_path / name)
        assert found[list(extras)].iloc[0].to_dict() == extras
        assert found["modifiers"].tolist() == ["m1|n2", None]


@pytest.mark.parametrize("writer", [boris_events, boris_project])
def test_seconds_need_a_rate(tmp_path: Path, writer: object) -> None:
    with pytest.raises(ValueError, match="Give the frame rate"):
        writer.write(make_bouts([bout()]), tmp_path / "x.csv")  # type: ignore[attr-defined]


def test_milliseconds_are_enough_until_frames_are_shorter(tmp_path: Path) -> None:
    bouts = make_bouts([bout(start=1, stop=2)])
    slow, fast = tmp_path / "slow.csv", tmp_path / "fast.csv"
    boris_events.write(bouts, slow, fps=30.0)
    boris_events.write(bouts, fast, times_s=np.arange(10) / 2000)
    assert pd.read_csv(slow, dtype=str)["Time"].tolist() == ["0.033", "0.067"]
    assert pd.read_csv(fast, dtype=str)["Time"].tolist() == ["0.000500000", "0.001000000"]
