"""``mousegpt train``: which method, what it prints, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from small_recordings import make_recording

from napari_mousegpt.cli import app
from napari_mousegpt.cli.outcome import DONE, FAILED, NOT_UNDERSTOOD, run
from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.io.bout_journal import add_bouts


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """Two mice, six bouts of half a second each, by two names of a person's own."""
    recording = make_recording(tmp_path, ("a", "b"), described=False)
    rows = [(one, start, start + 15) for one in ("a", "b") for start in range(0, 90, 15)]
    bouts = pd.DataFrame(rows, columns=["individual", "start", "stop"])
    names = [("loop", "amble")[start // 15 % 2] for start in bouts["start"]]
    bouts = bouts.assign(behaviour=names, video="cam0", source="person", annotator="Anna")
    add_bouts(recording.folder, make_bouts(bouts))
    return recording.folder


def trained(*arguments: object, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = run(app, ["train", *map(str, arguments), "--window-s", "0.5", "--device", "cpu"])
    return (code, *capsys.readouterr())


@pytest.mark.parametrize("method", [[], ["--method", "head"]], ids=["usual", "asked for"])
def test_the_built_in_model_is_taught_labels(
    labelled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], method: list[str]
) -> None:
    output = tmp_path / "mine"
    code, out, error = trained(labelled, "-o", output, *method, "--json", capsys=capsys)
    assert code == DONE, error
    told = json.loads(out)
    assert (told["folder"], told["method"]) == (str(output), "head")
    assert told["data"]["learned"] == {"amble": 3, "loop": 3}
    assert told["command"].endswith(f"--captioner mousegpt-tiny --adapter {output}")
    assert (output / "label_head.safetensors").is_file()


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (["--method", "head", "--base", "qwen3-vl-2b"], FAILED, "Use --method adapter"),
        (["--method", "words"], NOT_UNDERSTOOD, "--method"),
        (["--held-out", "1.5"], NOT_UNDERSTOOD, "between 0 and 1"),
    ],
)
def test_what_cannot_be_trained_is_said(
    labelled: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    code: int,
    says: str,
) -> None:
    found, out, error = trained(labelled, "-o", tmp_path / "mine", *options, capsys=capsys)
    assert (found, out) == (code, "")
    assert says in error
    assert "Traceback" not in error
    assert not (tmp_path / "mine").exists()
