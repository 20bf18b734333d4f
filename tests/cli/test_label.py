"""``mousegpt label``: what it does, says and returns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from label_samples import empty_recording

from napari_mousegpt import open_recording
from napari_mousegpt.cli import app
from napari_mousegpt.cli.label import span_of
from napari_mousegpt.cli.outcome import run
from napari_mousegpt.io.labels.session import LabelSession


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return empty_recording(tmp_path).folder


def label(folder: Path, *words: str) -> int:
    return run(app, ["label", str(folder), *words])


def spans(folder: Path) -> list[tuple[str, int, int]]:
    bouts = open_recording(folder).bouts.sort_values("start")
    return list(zip(bouts["behaviour"], bouts["start"], bouts["stop"], strict=True))


def test_add_undo_redo(folder: Path) -> None:
    assert label(folder, "--add", "rearing:120:180", "--add", "jump:300", "--annotator", "A") == 0
    assert spans(folder) == [("rearing", 120, 180), ("jump", 300, 301)]
    assert label(folder, "--undo") == 0
    assert spans(folder) == []
    assert label(folder, "--redo", "3") == 0
    assert spans(folder) == [("rearing", 120, 180), ("jump", 300, 301)]
    bouts = open_recording(folder).bouts
    assert set(bouts["annotator"]) == {"A"}
    assert set(bouts["source"]) == {"person"}
    assert (bouts["kind"] == ["state", "point"]).all()


def test_undo_without_number_before_another_option(folder: Path) -> None:
    label(folder, "--add", "rearing:1:2")
    assert label(folder, "--undo", "--json") == 0
    assert spans(folder) == []


def test_json_and_remove_by_the_beginning_of_an_id(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    label(folder, "--add", "rearing:1:20", "--target", "individual_1", "--json")
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert answer["bouts"] == 1
    assert answer["actions"] == ["add rearing"]
    assert label(folder, "--list", "--json") == 0
    listed = json.loads(capsys.readouterr().out)["list"]
    assert listed[0]["target"] == "individual_1"
    assert label(folder, "--remove", answer["added"][0][:6]) == 0
    assert spans(folder) == []


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--add", "rearing"], 2, "expected BEHAVIOUR:START:STOP"),
        (["--add", "rearing:20:10"], 2, "a stop after the start"),
        (["--add", "rearing:1.5:10"], 2, "expected BEHAVIOUR:START:STOP"),
        (["--undo", "0"], 2, "--undo"),
        ([], 2, "expected one of --add"),
        (["--undo", "--add", "rearing:1:2"], 2, "expected either"),
        (["--add", "rearing:5000:5010"], 1, "within the video (1000 frames)"),
        (["--add", "rearing:1:2", "--individual", "bob"], 1, "there is individual_0"),
        (["--add", "rearing:1:2", "--video", "cam7"], 1, "it has cam0"),
        (["--remove", "zz"], 1, "found 0 that begin with 'zz'"),
    ],
)
def test_clear_errors(
    folder: Path, words: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert label(folder, *words) == code
    shown = " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert says in shown
    assert spans(folder) == []


def test_while_somebody_else_labels(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with LabelSession.open(folder, annotator="Bea"):
        assert label(folder, "--add", "rearing:1:2") == 1
        assert "it is being labelled by Bea on" in capsys.readouterr().err
        assert label(folder, "--list") == 0
    assert label(folder, "--add", "rearing:1:2") == 0


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("rearing:1:20", ("rearing", 1, 20)),
        ("jump:7", ("jump", 7, None)),
        ("phase: two:1:20", ("phase: two", 1, 20)),
        ("phase:two:7", ("phase:two", 7, None)),
    ],
)
def test_span_of(text: str, span: tuple[str, int, int | None]) -> None:
    assert span_of(text) == span
