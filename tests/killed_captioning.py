"""Begins to caption a recording again and again, and kills each attempt at a random point.

A program of its own: it forks, which is safe only while it has a single thread. At first a copy of
the folder is done to the end, to learn how long that takes. Each attempt is then killed at a random
time, or when a random part of the answers is there; after one that ended, the answers are removed.
After each kill the recording must open, with no window answered twice.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path

from napari_mousegpt.io.recording_folder import ANSWERS, open_recording
from napari_mousegpt.workflows.caption import CaptionSettings, caption, plan_captions

SETTINGS = CaptionSettings(captioner="kinematic-rules", window_s=0.1, stride_s=0.1, batch_size=1)


def main(folder: Path, kills: int) -> None:
    trial = folder.with_name("trial.mousegpt")
    shutil.copytree(folder, trial)
    _caption(trial)  # what is imported on first use is there for all that follow
    shutil.rmtree(trial)
    shutil.copytree(folder, trial)
    started_s = time.monotonic()
    assert _finish(_begin(trial)) == 0
    whole_s = time.monotonic() - started_s
    whole_bytes = (trial / ANSWERS).stat().st_size
    chance = random.Random(0)
    answers: list[int] = []
    while len(answers) < kills:
        if answers and answers[-1] == answers_in(trial):
            _forget(folder)
        process = _begin(folder)
        if chance.random() < 0.5:
            time.sleep(chance.uniform(0.0, whole_s))
        else:
            _wait_for(folder / ANSWERS, chance.uniform(0.0, whole_bytes), at_most_s=5 * whole_s)
            time.sleep(chance.uniform(0.0, 0.01))
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        answers.append(answers_in(folder))
    assert _finish(_begin(folder)) == 0
    print(json.dumps({"kills": len(answers), "answers": answers, "end": answers_in(folder)}))


def _wait_for(path: Path, size: float, *, at_most_s: float) -> None:
    deadline_s = time.monotonic() + at_most_s
    while time.monotonic() < deadline_s and not (path.exists() and path.stat().st_size > size):
        time.sleep(0.001)


def answers_in(folder: Path) -> int:
    """How many windows are answered; each must be so once, and in the table too."""
    table = open_recording(folder).descriptions
    path = folder / ANSWERS
    content = path.read_bytes() if path.exists() else b""
    rows = [json.loads(line) for line in content[: content.rfind(b"\n") + 1].splitlines()]
    keys = {(row["run_id"], row["individual"], row["start"], row["stop"]) for row in rows}
    assert len(keys) == len(rows) == len(table), (len(keys), len(rows), len(table))
    return len(rows)


def _begin(folder: Path) -> int:
    process = os.fork()
    if process:
        return process
    try:
        _caption(folder)
        os._exit(0)
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        os._exit(1)


def _caption(folder: Path) -> None:
    for _ in caption(plan_captions(open_recording(folder), SETTINGS)):
        pass


def _finish(process: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def _forget(folder: Path) -> None:
    for name in (ANSWERS, "descriptions.parquet", "bouts.jsonl", "bouts.parquet"):
        (folder / name).unlink(missing_ok=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
