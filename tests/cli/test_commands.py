"""The command line as people and scripts use it: what it prints and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from video_files import write_video

from napari_mousegpt.cli import app
from napari_mousegpt.cli.outcome import run

N = 120


def mousegpt(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Run a command in this process; return exit code, stdout and stderr."""
    capsys.readouterr()
    code = run(app, [str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def dlc_csv(path: Path, n_rows: int = N) -> Path:
    """A mouse that walks along x = y for two seconds and stays still for two."""
    lines = ["scorer" + ",s" * 6, "bodyparts" + ",snout" * 3 + ",tailbase" * 3]
    lines.append("coords" + ",x,y,likelihood" * 2)
    for i in range(n_rows):
        at = 10 + min(i, 60) * 0.7
        lines.append(f"{i},{at + 15},{at + 15},0.99,{at},{at},0.99")
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def video(tmp_path: Path) -> Path:
    return write_video(tmp_path / "film.mp4", N)


def test_info_of_many_files(
    tmp_path: Path, video: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    poses, text = dlc_csv(tmp_path / "p.csv"), tmp_path / "notes.txt"
    text.write_text("nothing of ours")
    code, out, _ = mousegpt(capsys, "info", video, poses, text, "--json")
    assert code == 0
    entries = json.loads(out)["files"]
    assert [(entry["kind"], entry["format"]) for entry in entries] == [
        ("video", "mp4"),
        ("pose", "deeplabcut"),
        ("unknown", None),
    ]
    assert [entry["frames"] for entry in entries] == [N, N, None]
    assert entries[1]["keypoints"] == ["snout", "tailbase"]
    assert entries[2]["problems"]
    keys = (
        "path kind format frames fps width height codec individuals keypoints behaviours problems"
    )
    assert all(list(entry) == keys.split() for entry in entries)


def test_info_of_a_missing_file_fails_but_tells_the_others(
    video: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = mousegpt(capsys, "info", "nowhere.mp4", video)
    assert code == 1
    assert "mp4 video, 120 frames" in out
    assert "no such file: nowhere.mp4" in err


def test_from_video_to_csv(tmp_path: Path, video: Path, capsys: pytest.CaptureFixture[str]) -> None:
    poses = dlc_csv(tmp_path / "p.csv")
    folder = tmp_path / "x.mousegpt"
    arguments = ["caption", video, "--pose", poses, "-o", folder, "--captioner", "kinematic-rules"]
    code, out, _ = mousegpt(capsys, *arguments, "--json")
    assert code == 0
    summary = json.loads(out)
    assert summary.pop("seconds") > 0
    assert summary == {
        "recording": str(folder),
        "captioner": "kinematic-rules",
        "model": None,
        "windows": 2,
        "captioned": 2,
        "skipped": 0,
        "invalid": 0,
    }
    code, out, _ = mousegpt(capsys, *arguments)
    assert "nothing to do, all 2 windows were described before" in out

    code, out, _ = mousegpt(capsys, "export", folder, "--to", "csv", "-o", tmp_path / "out.csv")
    assert code == 0
    bouts = pd.read_csv(tmp_path / "out.csv")
    assert bouts[["start", "stop", "start_s", "stop_s", "source"]].values.tolist() == [
        [0, 60, 0.0, 2.0, "rule"],
        [60, 120, 2.0, 4.0, "rule"],
    ]
    assert bouts["behaviour"].tolist()[1] == "still"
    said = pd.read_csv(tmp_path / "out_descriptions.csv")
    assert said["overall"].notna().all()


def test_import_says_what_was_taken_for_what(
    tmp_path: Path, video: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    poses = dlc_csv(tmp_path / "p.csv", N + 2)
    code, out, _ = mousegpt(capsys, "import", video, "--pose", poses)
    assert code == 0
    assert "tail_base = tailbase" in out
    assert "rows past the end, ignored: 2" in out


def _empty_model(folder: Path) -> Path:
    model = folder / "model"
    model.mkdir()
    (model / "config.json").write_text("{}")
    return model


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["caption", "nowhere.mp4"], 1, "no such file"),
        (["caption", "{video}", "--pose", "nowhere.csv"], 1, "nowhere.csv"),
        (["caption", "{video}", "--pose", "{video}"], 1, "no pose format"),
        (["caption", "{notes}"], 1, "expected a video"),
        (["caption", "{empty}"], 1, "empty file"),
        (["caption", "{video}", "--frames", "0:9999"], 1, "outside the video"),
        (["caption", "{video}", "--frames", "5-9"], 2, "START:STOP"),
        (["caption", "{video}", "--individual", "bob"], 1, "no individual 'bob'"),
        (["caption", "{video}", "--captioner", "gpt"], 1, "mousegpt-tiny"),
        (["caption", "{video}", "--captioner", "kinematic-rules"], 1, "--pose"),
        (["caption", "{video}", "--captioner", "transformers"], 1, "needs a model"),
        (
            ["caption", "{video}", "--captioner", "transformers", "--model", "{model}"],
            1,
            "expected weights as .safetensors",
        ),
        (["caption", "{video}", "--camera-view", "behind"], 2, "top, bottom, side, oblique"),
        (["caption", "{video}", "--window-s", "0"], 2, "above zero"),
        (["caption", "{video}", "--batch-size", "many"], 2, "auto"),
        (["caption", "{video}", "--frames-per-clip", "6"], 1, "looks at 8 frames"),
        (["caption", "{video}", "--nonsense"], 2, "nonsense"),
        (["caption"], 2, "Missing argument"),
        (["nonsense"], 2, "nonsense"),
        (["export", "{video}", "--to", "csv", "-o", "x.csv"], 1, "expected a recording folder"),
        (["export", "nowhere.mousegpt", "--to", "csv", "-o", "x.csv"], 1, "no such recording"),
        (["export", "nowhere.mousegpt", "--to", "pdf", "-o", "x.csv"], 2, "expected one of csv"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_bad_input_is_one_sentence(
    tmp_path: Path,
    video: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    words: str,
) -> None:
    names: dict[str, Any] = {"video": video, "notes": tmp_path / "notes.txt"}
    names |= {"empty": tmp_path / "empty.mp4", "model": _empty_model(tmp_path)}
    names["notes"].write_text("nothing of ours")
    names["empty"].touch()
    found, out, err = mousegpt(capsys, *(word.format(**names) for word in arguments))
    assert found == code
    assert words in " ".join(err.split())
    assert "Traceback" not in err
    assert not out


def test_a_traceback_only_with_debug(tmp_path: Path) -> None:
    for flag, shown in ((["--debug"], True), ([], False)):
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                "from napari_mousegpt.cli import main; main()",
                "caption",
                *flag,
                "x",
            ],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            check=False,
        )
        assert done.returncode == 1
        assert ("Traceback" in done.stderr) is shown


def test_doctor_finds_what_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = mousegpt(capsys, "doctor", "--json")
    assert code == 0
    checks = {check["name"]: check for check in json.loads(out)["checks"]}
    assert checks["weights"]["works"]
    assert checks["video"]["works"]
