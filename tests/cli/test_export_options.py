"""Options of ``mousegpt export``."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_recordings import make_recording

from napari_mousegpt.cli import app
from napari_mousegpt.cli.outcome import run


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--to", "movement"], 0, "walk.nc"),
        (["--to", "dlc", "--individual", "mia"], 0, "walk.csv"),
        (["--to", "dlc", "--individual", "mo"], 1, "has no individual 'mo'; it has mia, max"),
        (["--to", "nwb", "--session-start", "today"], 2, "such as 2026-01-31T10:30"),
        (["--to", "csv", "--video", "cam9"], 1, "has no video 'cam9'"),
        (["--to", "report2"], 2, "expected one of csv, spreadsheet"),
        (["--to", "report"], 0, "walk.html"),
        (["--to", "report", "--individual", "mia"], 2, "report has no such option"),
        (["--to", "csv", "--groups", "groups.csv"], 2, "csv has no such option"),
        (["--to", "report", "--source", "rule"], 1, "expected bouts of source 'rule'"),
    ],
    ids=lambda value: " ".join(value)[-24:] if isinstance(value, list) else "",
)
def test_options(
    tmp_path: Path, capsys: pytest.CaptureFixture, options: list[str], code: int, words: str
) -> None:
    recording = make_recording(tmp_path, ["mia", "max"])
    assert run(app, ["export", str(recording.folder), *options, "-o", str(tmp_path)]) == code
    captured = capsys.readouterr()
    said = " ".join((captured.out + captured.err).replace("│", " ").split())
    assert words in said
