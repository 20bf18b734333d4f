"""Labels per frame: DeepEthogram and its like, SimBA, A-SOiD, Solomon Coder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from napari_mousegpt.io.label_formats import asoid, frame_columns, simba_targets, solomon
from napari_mousegpt.io.label_formats.frame_runs import runs_of, true_runs

READERS = (asoid, frame_columns, simba_targets, solomon)


def written(folder: Path, text: str) -> Path:
    path = folder / "labels.csv"
    path.write_text(text)
    return path


def ranges(bouts: object, *columns: str) -> list[tuple]:
    names = [*columns, "start", "stop"]
    return [tuple(row) for row in bouts[names].to_numpy().tolist()]  # type: ignore[index]


def matching(path: Path) -> list[object]:
    return [reader for reader in READERS if reader.matches(path)]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([], []),
        ([0], []),
        ([1], [(0, 1)]),
        ([0, 1, 1, 0, 1], [(1, 3), (4, 5)]),
    ],
)
def test_runs(labels: list[int], expected: list[tuple[int, int]]) -> None:
    starts, stops = true_runs(np.array(labels, bool))
    assert list(zip(starts.tolist(), stops.tolist(), strict=True)) == expected
    starts, stops = runs_of(np.array(labels, bool))
    assert (stops - starts).sum() == len(labels)


@pytest.mark.parametrize(
    ("text", "expected", "problem"),
    [
        pytest.param(
            ",background,a,b\n0,1,0,0\n1,0,1,1\n2,0,1,0\n3,1,0,1\n",
            [("background", 0, 1), ("a", 1, 3), ("b", 1, 2), ("background", 3, 4), ("b", 3, 4)],
            None,
            id="several at once",
        ),
        pytest.param("a,b\n1,0\n0,1\n", [("a", 0, 1), ("b", 1, 2)], None, id="no index"),
        pytest.param(
            "frame,a\n5,1\n6,1\n8,1\n9,0\n", [("a", 5, 7), ("a", 8, 9)], None, id="a frame missing"
        ),
        pytest.param(
            "frame,a\n5,1\n4,1\n", [("a", 0, 2)], "row k is taken as frame k", id="frames backwards"
        ),
        pytest.param(
            ",a\n0,1.0\n1,-1\n2,\n3,0.0\n",
            [("a", 0, 1)],
            "which is not free of behaviour: 2",
            id="not labelled",
        ),
        pytest.param(",a\n0,0\n1,0\n", [], None, id="nothing"),
    ],
)
def test_columns_of_0_and_1(tmp_path: Path, text: str, expected: list, problem: str | None) -> None:
    path = written(tmp_path, text)
    bouts = frame_columns.read(path)
    assert ranges(bouts, "behaviour") == expected
    problems = bouts.attrs["problems"]
    assert problems == [] if problem is None else problem in problems[0]
    if ",\n" not in text:
        assert matching(path) == [frame_columns]


def test_rows_with_times_need_the_videos_rate(tmp_path: Path) -> None:
    path = written(tmp_path, "time,a\n0.0,0\n0.5,1\n1.0,1\n1.5,0\n")
    assert matching(path) == [frame_columns]
    with pytest.raises(ValueError, match="Give the frame rate"):
        frame_columns.read(path)
    assert ranges(frame_columns.read(path, fps=10.0), "behaviour") == [("a", 5, 15)]
    times_s = np.array([0.0, 0.4, 0.8, 1.2, 1.6])
    assert ranges(frame_columns.read(path, times_s=times_s)) == [(1, 3)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        ",a\n",
        "a,b\n0.5,1\n",
        ",a\n0,2\n",
        ",\n0,1\n",
        "0,1\n1,0\n0,1\n",
        "bodyparts,nose\ncoords,x\n0,1\n",
    ],
)
def test_other_tables_are_not_labels(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)
    assert matching(path) == []


def test_a_value_that_is_no_label_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, ",a\n" + "0,1\n" * 60 + "60,7\n")
    with pytest.raises(ValueError, match="expected 0, 1 or -1 for each frame, found 7"):
        frame_columns.read(path)


SIMBA_HEAD = (
    ",Nose_x,Nose_y,Nose_p,speed,Low_prob_detections_0.1,Probability_Attack,Attack,Sniff bite\n"
)


def test_simba_targets_are_the_last_columns_of_0_and_1(tmp_path: Path) -> None:
    rows = [f"{k},1.5,2,0.9,{k % 2},0,0.3,{int(k < 3)},{int(k > 7)}\n" for k in range(10)]
    path = written(tmp_path, SIMBA_HEAD + "".join(rows))
    assert matching(path) == [simba_targets]
    bouts = simba_targets.read(path)
    assert ranges(bouts, "behaviour") == [("Attack", 0, 3), ("Sniff bite", 8, 10)]
    assert bouts.attrs["problems"] == [
        "taken as behaviours, for holding only 0 and 1: 'Attack', 'Sniff bite'"
    ]


def test_a_simba_column_that_turns_out_to_hold_more_ends_the_list(tmp_path: Path) -> None:
    rows = [f"{k},1.5,2,0.9,3,0,0.3,{int(k > 50) * 5},{int(k > 7)}\n" for k in range(60)]
    path = written(tmp_path, SIMBA_HEAD + "".join(rows))
    bouts = simba_targets.read(path)
    assert ranges(bouts, "behaviour") == [("Sniff bite", 8, 60)]


@pytest.mark.parametrize(
    "text",
    [
        SIMBA_HEAD.replace(",Attack,Sniff bite", "") + "0,1.5,2,0.9,1,0,0.3\n",
        "Nose_x,Nose_y,Nose_p\n0,1,1\n",
    ],
    ids=["features", "poses"],
)
def test_simba_files_without_targets_are_not_labels(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)
    assert not simba_targets.matches(path)
    with pytest.raises(ValueError, match="targets_inserted"):
        simba_targets.read(path)


def test_asoid_counts_frames_within_each_sequence(tmp_path: Path) -> None:
    path = written(tmp_path, "sequence number,annotation\n0,1\n0,1\n1,1\n1,0\n0,1\n")
    assert matching(path) == [asoid]
    assert ranges(asoid.read(path), "video", "behaviour") == [
        ("sequence 0", "1", 0, 2),
        ("sequence 1", "1", 0, 1),
        ("sequence 1", "0", 1, 2),
        ("sequence 0", "1", 2, 3),
    ]
    with pytest.raises(ValueError, match="whole numbers"):
        asoid.read(written(tmp_path, "sequence number,annotation\n0,0.5\n"))


SOLOMON = "Time,Light,Behaviour\n0,,\n0.04,Off,walk\n0.08,Off,walk\n0.12,,groom\n0.16,,\n"


def test_solomon_cells_are_behaviours(tmp_path: Path) -> None:
    path = written(tmp_path, SOLOMON)
    assert matching(path) == [solomon]
    bouts = solomon.read(path, fps=25.0)
    assert ranges(bouts, "behaviour", "category", "source") == [
        ("Off", "Light", "person", 1, 3),
        ("walk", "Behaviour", "person", 1, 3),
        ("groom", "Behaviour", "person", 3, 4),
    ]
    with pytest.raises(ValueError, match="Give the frame rate"):
        solomon.read(path)
    with pytest.raises(ValueError, match="times that increase"):
        solomon.read(written(tmp_path, SOLOMON.replace("0.12", "0.02")), fps=25.0)
