"""A captioning that is killed goes on where it was, and captions no window twice."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from video_files import write_video

COMMAND = [sys.executable, "-c", "from napari_mousegpt.cli import main; main()", "caption"]


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["killed", "ctrl-c"])
def test_no_window_twice(tmp_path: Path, how: signal.Signals) -> None:
    film = write_video(tmp_path / "x.mp4", 500, rate=5)
    folder = tmp_path / "x.mousegpt"
    command = [*COMMAND, str(film), "-o", str(folder), "--crop", "whole", "--json"]
    answers = folder / "answers.jsonl"
    slowly = [*command, "--batch-size", "1"]  # or all would be done before it is killed
    process = subprocess.Popen(
        slowly,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        # A shell's background jobs ignore Ctrl-C, and so would what they start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline_s = time.monotonic() + 120
    while not answers.exists() or answers.read_bytes().count(b"\n") < 3:
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        assert time.monotonic() < deadline_s
        time.sleep(0.05)
    process.send_signal(how)
    _, said = process.communicate(timeout=60)
    assert process.returncode != 0
    assert how is signal.SIGKILL or b"the same command goes on from there" in said
    before = answers.read_bytes()
    before = before[: before.rfind(b"\n") + 1]

    done = subprocess.run(command, capture_output=True, text=True, check=True)
    summary = json.loads(done.stdout)
    rows = [json.loads(line) for line in answers.read_text().splitlines()]
    assert answers.read_bytes().startswith(before)
    assert summary["skipped"] == before.count(b"\n") >= 3
    assert summary["captioned"] + summary["skipped"] == summary["windows"] == 50
    assert sorted(row["start"] for row in rows) == list(range(0, 500, 10))
