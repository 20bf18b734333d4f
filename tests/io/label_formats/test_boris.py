"""BORIS in all its headers: pairing, media played one after another, modifiers, encodings."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from napari_mousegpt.io.label_formats import boris

OLD_FACTS = """Observation id,obs1,,,,,,,
,,,,,,,,
Player #1,D:\\videos\\a.mp4,,,,,,,
Time offset (s),{offset},,,,,,,
independent variables,,,,,,,,
variable,value,,,,,,,
Time,Media file path,Total length,FPS,Subject,Behavior,Behavioral category,Comment,Status
"""
OLD_ROW = "{time},D:\\videos\\a.mp4,10.0,25,{subject},{behaviour},social,{comment},{status}\n"
NEW_HEADER = (
    "Observation id,Observation date,Description,Observation duration,Observation type,Source,"
    "Time offset (s),Media duration (s),FPS,Subject,Behavior,Behavioral category,Modifier #1,"
    "Modifier #2,Behavior type,Time,Media file name,Image index,Image file path,Comment\n"
)
NEW_ROW = (
    "o,2024-01-01 00:00:00,,9,Media file(s),player #1:a.mp4;b.mp4|player #2:c.mp4,{offset},"
    "4.000;6.000|10.000,25.000;50.000|25.000,{subject},{behaviour},,{one},{two},{status},{time},"
    "{medium},NA,NA,{comment}\n"
)
AGGREGATED = (
    "Observation id\tObservation date\tDescription\tMedia file\tTotal length\tFPS\tdrug\tSubject\t"
    "Behavior\tBehavioral category\tModifiers\tBehavior type\tStart (s)\tStop (s)\tDuration (s)\t"
    "Comment start\tComment stop\n"
    "o\t\t\ta.mp4\t10\t25\tsaline\tm1\tgroom\t\tlong|left\tSTATE\t1,000\t2,000\t1,000\tbegin\tend\n"
    "o\t\t\ta.mp4\t10\t25\tsaline\tNo focal subject\tsneeze\tNot defined\t\tPOINT\t3,040\t3,040\t"
    "NA\t\t\n"
)


def old(*events: tuple, offset: float = 0.0) -> str:
    rows = [
        OLD_ROW.format(time=time, status=status, behaviour=behaviour, subject=subject, comment="")
        for time, status, behaviour, subject in events
    ]
    return OLD_FACTS.format(offset=offset) + "".join(rows)


def new(*events: tuple, offset: float = 0.0) -> str:
    rows = [
        NEW_ROW.format(
            time=time,
            status=status,
            behaviour=behaviour,
            medium=medium,
            one=one,
            two="",
            subject="",
            comment=comment,
            offset=offset,
        )
        for time, status, behaviour, medium, one, comment in events
    ]
    return NEW_HEADER + "".join(rows)


def written(folder: Path, text: str, name: str = "events.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def ranges(bouts: object, *columns: str) -> list[tuple]:
    names = [*columns, "start", "stop"]
    return [tuple(row) for row in bouts[names].to_numpy().tolist()]  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        (old((1.0, "START", "lèche", "m"), (2.0, "STOP", "lèche", "m")), "utf-8", "a.csv"),
        (old((1.0, "START", "lèche", "m"), (2.0, "STOP", "lèche", "m")), "utf-8-sig", "a.csv"),
        (old((1.0, "START", "lèche", "m"), (2.0, "STOP", "lèche", "m")), "cp1252", "a.csv"),
        (old((1.0, "START", "lèche", "m"), (2.0, "STOP", "lèche", "m")), "utf-16", "a.txt"),
        (
            old(("1,0", "START", "lèche", "m"), ("2,0", "STOP", "lèche", "m"))
            .replace(",", ";")
            .replace("1;0", "1,0")
            .replace("2;0", "2,0"),
            "utf-8",
            "a.csv",
        ),
        (
            old((1.0, "START", "lèche", "m"), (2.0, "STOP", "lèche", "m"))
            .replace(",", "\t")
            .replace("\n", "\r\n"),
            "utf-8",
            "a.tsv",
        ),
    ],
    ids=["utf-8", "utf-8 with mark", "cp1252", "utf-16", "decimal comma", "tabs"],
)
def test_old_header_in_any_encoding_and_separator(
    tmp_path: Path, text: str, encoding: str, name: str
) -> None:
    path = written(tmp_path, text, name, encoding)
    assert boris.matches(path)
    bouts = boris.read(path)
    assert ranges(bouts, "video", "individual", "behaviour", "category", "observation") == [
        ("a.mp4", "m", "lèche", "social", "obs1", 25, 50)
    ]
    assert bouts.attrs["problems"] == []
    assert bouts.attrs["fps"] == 25.0


@pytest.mark.parametrize(
    ("events", "expected", "problem"),
    [
        pytest.param(
            [
                (1, "START", "x", "m"),
                (2, "START", "x", "n"),
                (3, "STOP", "x", "m"),
                (4, "STOP", "x", "n"),
            ],
            [("m", 25, 75), ("n", 50, 100)],
            None,
            id="two subjects",
        ),
        pytest.param(
            [
                (1, "START", "x", "m"),
                (4, "STOP", "x", "m"),
                (2, "START", "y", "m"),
                (3, "STOP", "y", "m"),
            ],
            [("m", 25, 100), ("m", 50, 75)],
            None,
            id="unsorted",
        ),
        pytest.param(
            [(1, "START", "x", "m")],
            [("m", 25, 250)],
            "obs1: 'x' of m at 1 s starts but never stops: it was closed at the end of the "
            "observation at 10 s",
            id="never stopped",
        ),
        pytest.param(
            [(1, "START", "x", "m"), (2, "START", "x", "m"), (3, "STOP", "x", "m")],
            [("m", 25, 50), ("m", 50, 75)],
            "closed at the next start at 2 s",
            id="started twice",
        ),
        pytest.param(
            [(1, "STOP", "x", "m"), (2, "POINT", "p", "m")],
            [("m", 50, 51)],
            "'x' of m at 1 s stops without a start: left out",
            id="stop alone",
        ),
        pytest.param(
            [(1, "START", "x", "m"), (1, "STOP", "x", "m")],
            [("m", 25, 26)],
            "labels shorter than a frame, kept as one frame: 1",
            id="no length",
        ),
        pytest.param(
            [(9, "START", "x", "m"), (11, "STOP", "x", "m")],
            [("m", 225, 275)],
            "labels past the length that the file gives for its media, kept: 1",
            id="past the end",
        ),
        pytest.param(
            [("x", "POINT", "p", "m"), (2, "POINT", "p", "m")],
            [("m", 50, 51)],
            "events without a readable time, left out: 1",
            id="no time",
        ),
        pytest.param(
            [(2, "PAUSE", "p", "m"), (2, "POINT", "p", "m")],
            [("m", 50, 51)],
            "rows that are neither start, stop nor point, left out: 1",
            id="unknown status",
        ),
    ],
)
def test_starts_and_stops_are_paired(
    tmp_path: Path, events: list, expected: list, problem: str | None
) -> None:
    bouts = boris.read(written(tmp_path, old(*events)))
    assert ranges(bouts, "individual") == expected
    problems = bouts.attrs["problems"]
    assert problems == [] if problem is None else problem in problems[0]


def test_the_time_offset_of_an_observation_is_taken_off(tmp_path: Path) -> None:
    text = old((101.0, "POINT", "p", ""), offset=100.0)
    assert ranges(boris.read(written(tmp_path, text)), "individual") == [("individual_0", 25, 26)]


def test_media_played_one_after_another_are_told_apart_and_states_cut(tmp_path: Path) -> None:
    text = new(
        (1.0, "START", "x", "a.mp4", "", "hello"),
        (5.0, "STOP", "x", "b.mp4", "", "bye"),
        (4.0, "POINT", "p", "b.mp4", "", ""),
        (6.0, "POINT", "p", "b.mp4", "", ""),
    )
    bouts = boris.read(written(tmp_path, text))
    assert sorted(ranges(bouts, "video", "kind")) == [
        ("a.mp4", "state", 25, 100),
        ("b.mp4", "point", 0, 1),
        ("b.mp4", "point", 100, 101),  # 2 s into the second, which has 50 frames a second
        ("b.mp4", "state", 0, 50),
    ]
    assert bouts.attrs["problems"] == [
        "states that last into the next medium, cut where it begins: 1"
    ]
    first = bouts[bouts["video"] == "a.mp4"].iloc[0]
    assert (first["comment"], first["comment_stop"]) == ("hello", "bye")


def test_states_of_other_modifiers_are_other_states(tmp_path: Path) -> None:
    text = new(
        (0.0, "START", "x", "a.mp4", "m1", ""),
        (1.0, "START", "x", "a.mp4", "m2", ""),
        (2.0, "STOP", "x", "a.mp4", "m1", ""),
        (3.0, "STOP", "x", "a.mp4", "m2", ""),
        (0.0, "START", "x", "a.mp4", "None", ""),
        (1.0, "STOP", "x", "a.mp4", "None", ""),
    )
    bouts = boris.read(written(tmp_path, text))
    assert sorted(ranges(bouts, "modifiers"), key=str) == [
        ("m1", 0, 50),
        ("m2", 25, 75),
        (None, 0, 25),
    ]


def test_aggregated_events_with_variables_in_the_middle(tmp_path: Path) -> None:
    path = written(tmp_path, AGGREGATED, "events.tsv")
    assert boris.matches(path)
    bouts = boris.read(path)
    assert ranges(bouts, "video", "individual", "behaviour", "kind", "modifiers", "comment") == [
        ("a.mp4", "m1", "groom", "state", "long|left", "begin", 25, 50),
        ("a.mp4", "individual_0", "sneeze", "point", None, None, 76, 77),
    ]
    assert bouts["comment_stop"].tolist() == ["end", None]


def test_the_videos_own_times_come_before_any_rate(tmp_path: Path) -> None:
    path = written(tmp_path, old((1.0, "START", "x", "m"), (2.0, "STOP", "x", "m")))
    times_s = np.array([0.0, 0.5, 0.9, 1.4, 2.0, 3.0])
    bouts = boris.read(path, times_s=times_s, fps=99.0)
    assert ranges(bouts) == [(2, 4)]
    bouts = boris.read(path, fps=30.0)
    assert ranges(bouts) == [(30, 60)]
    assert bouts.attrs["problems"] == ["the file says 25 frames a second, 30 was used"]
    late = boris.read(path, times_s=times_s / 4)
    assert (
        "labels past the end of the video, up to frame 13 of 6, kept: 1"
        in late.attrs["problems"][0]
    )


PROJECT = {
    "project_format_version": "7.0",
    "subjects_conf": {"0": {"key": "1", "name": "m1", "description": ""}},
    "behaviors_conf": {
        "0": {
            "type": "State event",
            "key": "s",
            "code": "sniff",
            "color": "#ff0000",
            "description": "nose to it",
            "category": "social",
            "modifiers": {
                "0": {"name": "part", "type": 0, "values": ["face"]},
                "1": {"name": "target", "type": 0, "values": ["m2"]},
            },
        },
        "1": {"type": "Point event", "key": "p", "code": "poke", "modifiers": ""},
    },
    "observations": {
        "first": {
            "type": "MEDIA",
            "file": {"1": ["/x/a.mp4", "/x/b.mp4"], "2": []},
            "time offset": 10.0,
            "independent_variables": {"annotator": "ann"},
            "media_info": {
                "length": {"/x/a.mp4": 4.0, "/x/b.mp4": 6.0},
                "fps": {"/x/a.mp4": 25.0, "/x/b.mp4": 50.0},
            },
            "events": [
                [11.0, "m1", "sniff", "face|m2", "hi"],
                [12.0, "m1", "sniff", "face|m2", ""],
                [15.0, "", "poke", "", "", 50],
                [16.0, "", "lick", "", ""],
            ],
        },
        "live": {
            "type": "LIVE",
            "file": [],
            "time offset": 0.0,
            "events": [[1.0, "", "poke", "", ""]],
        },
    },
}


def test_a_project_gives_targets_modifiers_annotators_and_its_ethogram(tmp_path: Path) -> None:
    path = written(tmp_path, json.dumps(PROJECT), "p.boris")
    bouts = boris.read(path)
    columns = ("video", "individual", "behaviour", "kind", "target", "modifiers", "annotator")
    assert ranges(bouts, *columns) == [
        ("a.mp4", "m1", "sniff", "state", "m2", "face", "ann", 25, 50),
        ("b.mp4", "individual_0", "poke", "point", None, None, "ann", 50, 51),
        ("b.mp4", "individual_0", "lick", "point", None, None, "ann", 100, 101),
    ]
    assert bouts.attrs["problems"] == [
        "'lick' is not in the ethogram: taken as point events",
        "labels in observations without a video, which have no frame rate, left out: 1. Give the "
        "frame rate (fps, --fps) to read them",
    ]
    assert bouts.attrs["ethogram"][0] == {
        "name": "sniff",
        "key": "s",
        "colour": "#ff0000",
        "meaning": "nose to it",
        "kind": "state",
        "category": "social",
        "modifiers": ["part", "target"],
    }
    assert len(boris.read(path, fps=25.0)) == 4


def test_a_gzipped_project_and_one_under_another_name(tmp_path: Path) -> None:
    packed = tmp_path / "p.boris.gz"
    packed.write_bytes(gzip.compress(json.dumps(PROJECT).encode()))
    plain = written(tmp_path, json.dumps(PROJECT), "p.json")
    for path in (packed, plain):
        assert boris.matches(path)
        assert len(boris.read(path)) == 3


def test_only_live_observations_need_a_frame_rate(tmp_path: Path) -> None:
    live = PROJECT | {"observations": {"live": PROJECT["observations"]["live"]}}
    path = written(tmp_path, json.dumps(live), "p.boris")
    with pytest.raises(ValueError, match="Give the frame rate"):
        boris.read(path)
    assert ranges(boris.read(path, fps=10.0)) == [(10, 11)]


def test_text_in_a_project_is_never_evaluated(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    code = f"__import__('pathlib').Path({str(trap)!r}).touch()"
    event = [code, code, "sniff", code, code]
    observation = PROJECT["observations"]["first"] | {"events": [event, [11.0, *event[1:]]]}
    project = PROJECT | {"observations": {code: observation}, "converters": {"x": {"code": code}}}
    bouts = boris.read(written(tmp_path, json.dumps(project), "p.boris"))
    assert not trap.exists()
    assert set(bouts["comment"]) == {code}


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        ("{}", "p.boris", "expected a BORIS project with observations and behaviors_conf"),
        ("[" * 100_000, "p.boris", "found none of them"),
        ('{"a":' * 100_000, "p.boris", "JSON of moderate depth"),
        ("{", "p.boris", "expected JSON, found something else"),
        ("Time,Start\n1,2\n", "p.csv", "found none of them"),
    ],
)
def test_broken_files_end_in_a_message(tmp_path: Path, text: str, name: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        boris.read(written(tmp_path, text, name))


def test_a_gzip_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from napari_mousegpt.io.doors import safe_json

    path = tmp_path / "p.boris.gz"
    path.write_bytes(gzip.compress(b'{"observations": ' + b" " * 5_000_000))
    monkeypatch.setattr(
        safe_json.read_json, "__kwdefaults__", {"limit_bytes": 1_000_000, "parse_float": None}
    )
    with pytest.raises(ValueError, match="at most 1000000 bytes of JSON"):
        boris.read(path)
