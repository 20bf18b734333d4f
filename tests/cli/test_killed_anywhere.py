"""A captioning killed at random points, again and again, gives each window exactly one answer.

Twenty kills; as many as the environment variable MOUSEGPT_KILLS says, for a longer check.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from small_recordings import make_recording

from napari_mousegpt.io.recording_folder import ANSWERS, open_recording

KILLS = int(os.environ.get("MOUSEGPT_KILLS", "20"))
N_WINDOWS = 80
KILLER = Path(__file__).parents[1] / "killed_captioning.py"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot fork here")
@pytest.mark.timeout(300 + 10 * KILLS)
def test_exactly_one_answer(tmp_path: Path) -> None:
    recording = make_recording(tmp_path, ("a", "b"), described=False)
    done = subprocess.run(
        [sys.executable, str(KILLER), str(recording.folder), str(KILLS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout)
    assert (counts["kills"], counts["end"]) == (KILLS, N_WINDOWS)
    if KILLS >= 20:  # before, while and after answers are written
        assert len(set(counts["answers"])) > 3
    rows = [json.loads(line) for line in (recording.folder / ANSWERS).read_text().splitlines()]
    assert sorted((row["individual"], row["start"]) for row in rows) == sorted(
        (who, start) for who in "ab" for start in range(0, 120, 3)
    )
    said = open_recording(recording.folder)
    assert len(said.descriptions) == N_WINDOWS
    assert said.bouts["behaviour"].tolist() == ["walking", "walking"]
