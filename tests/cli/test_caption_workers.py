"""Who describes, as chosen on the command line; no worker is started here."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from small_recordings import make_recording

from napari_mousegpt.cli import app
from napari_mousegpt.cli.outcome import run


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--workers", "2", "--gpus", "all"], 2, "expected one of --gpus and --workers"),
        (["--gpus", "some"], 2, "expected all or a number of GPUs"),
        (["--gpus", "1", "--device", "cpu"], 2, "leave --device out"),
        (["--workers", "2", "--endpoint", "http://127.0.0.1:1"], 2, "needs no workers"),
        (["--scheduler", "none.json"], 1, "no such scheduler file"),
        (["--sampling", "random"], 2, "expected uniform or adaptive"),
    ],
    ids=["two kinds", "no number", "a device too", "endpoint", "no file", "sampling"],
)
def test_what_cannot_be(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    code: int,
    said: str,
) -> None:
    assert run(app, ["caption", str(tmp_path / "x.mp4"), *options]) == code
    assert said in " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert not list(tmp_path.iterdir())


def test_without_distributed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert run(app, ["caption", str(tmp_path / "x.mp4"), "--workers", "2"]) == 1
    assert "pip install 'napari-mousegpt[cluster]'" in capsys.readouterr().err


def test_adaptive_windows_are_told_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(make_recording(tmp_path, described=False).folder)
    command = ["caption", folder, "--captioner", "kinematic-rules", "--sampling", "adaptive"]
    assert run(app, [*command, "--json"]) == 0
    out = capsys.readouterr().out
    assert '"uniform_windows": 2' in out
    assert '"not_shown_s": 0.0' in out
