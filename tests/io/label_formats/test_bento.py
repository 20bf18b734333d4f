"""BENTO, MARS and the Caltech annotator: frames from 1, the last one included."""

from __future__ import annotations

from pathlib import Path

import pytest

from napari_mousegpt.io.label_formats import bento, caltech

HEAD = """Bento annotation file
Movie file(s): C:\\x\\top.seq

Stimulus name: bleat
Annotation start frame: {start}
Annotation stop frame: 100
Annotation framerate: {rate}

List of channels:
{channels}

List of annotations:
attack
never

"""
MARS = """Bento annotation file
Movie file(s):
top.seq

Stimulus name:
Annotation start frame: 1
Annotation stop frame: 100
Annotation framerate: 30

List of channels:
classifier_output
ground_truth

List of annotations:
mount
attack

classifier_output----------
>mount
Start\tStop\tDuration
3\t5\t3\t
>attack
Start\tStop\tDuration
9\t9\t1\t

ground_truth----------
>mount
Start\tStop\tDuration
4\t6\t3\t

"""
CALTECH = """Caltech Behavior Annotator - Annotation File

Configuration file:
other\to
sniff face\ts

S1:\tstart\tend\ttype
-----------------------------
   \t1\t943\tother
   \t944\t1142\tsniff face
"""


def annot(*lines: str, start: int = 1, rate: str = "30.000000", channels: str = "Ch1") -> str:
    body = "Ch1----------\n>attack\nStart\t Stop\t Duration \n" + "\n".join(lines) + "\n\n"
    return HEAD.format(start=start, rate=rate, channels=channels) + body


def written(folder: Path, text: str, name: str = "x.annot") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def ranges(bouts: object, *columns: str) -> list[tuple]:
    names = [*columns, "start", "stop"]
    return [tuple(row) for row in bouts[names].to_numpy().tolist()]  # type: ignore[index]


@pytest.mark.parametrize(
    ("lines", "options", "expected", "problem"),
    [
        (["1\t3\t3", "10\t10\t1"], {}, [(0, 3), (9, 10)], None),
        (["0.0333333333333\t0.1\t0.1", "1\t1\t0.0333333333333"], {}, [(0, 3), (29, 30)], None),
        (["1\t2\t1.03333333333"], {}, [(29, 60)], None),  # whole seconds, told by the duration
        (["1\t2"], {}, [(0, 2)], None),
        (["0\t2\t3"], {"start": 0}, [(0, 3)], "counts frames from 0"),
        (["5\t3\t3"], {}, [], "labels that stop before they start, left out: 1"),
        (["x y z", "1\t3\t3"], {}, [(0, 3)], "labels without possible frame numbers, left out: 1"),
        (
            ["99\t102\t4"],
            {},
            [(98, 102)],
            "labels past the end of the video, up to frame 102 of 100, kept: 1",
        ),
    ],
)
def test_frames_and_seconds_are_exact(
    tmp_path: Path, lines: list[str], options: dict, expected: list, problem: str | None
) -> None:
    path = written(tmp_path, annot(*lines, **options))
    assert bento.matches(path)
    assert not caltech.matches(path)
    bouts = bento.read(path, fps=99.0)  # the file's own rate counts, whatever the video's
    assert ranges(bouts) == expected
    assert set(bouts["video"]) <= {"top.seq"}
    problems = bouts.attrs["problems"]
    assert problems == [] if problem is None else problem in problems[0]
    assert [entry["name"] for entry in bouts.attrs["ethogram"]] == ["attack", "never"]


def test_seconds_without_a_frame_rate_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, annot("0.5\t1.5\t1.0", rate=""))
    with pytest.raises(ValueError, match="gives no frame rate"):
        bento.read(path)


def test_mars_names_the_movie_in_its_own_line_and_has_channels(tmp_path: Path) -> None:
    path = written(tmp_path, MARS)
    assert bento.matches(path)
    bouts = bento.read(path)
    assert ranges(bouts, "video", "individual", "behaviour") == [
        ("top.seq", "classifier_output", "mount", 2, 5),
        ("top.seq", "ground_truth", "mount", 3, 6),
        ("top.seq", "classifier_output", "attack", 8, 9),
    ]
    assert "each of the channels classifier_output, ground_truth" in bouts.attrs["problems"][0]


def test_the_older_layout_is_another_format(tmp_path: Path) -> None:
    path = written(tmp_path, CALTECH, "x.txt")
    assert caltech.matches(path)
    assert not bento.matches(path)
    bouts = caltech.read(path)
    assert ranges(bouts, "individual", "behaviour") == [
        ("individual_0", "other", 0, 943),
        ("individual_0", "sniff face", 943, 1142),
    ]
    assert [entry["key"] for entry in bouts.attrs["ethogram"]] == ["o", "s"]
    assert bouts.attrs["problems"] == []


@pytest.mark.parametrize("reader", [bento, caltech])
@pytest.mark.parametrize("text", ["", "something else\n", "\0\0"])
def test_other_files_are_refused(tmp_path: Path, reader: object, text: str) -> None:
    path = written(tmp_path, text)
    assert not reader.matches(path)  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match=r"x\.annot: expected"):
        reader.read(path)  # type: ignore[attr-defined]
