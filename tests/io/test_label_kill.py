"""A program that is killed while it labels loses at most the action it was saving.

So it is with a disk that refuses: nothing is lost and nothing is there twice.
"""

from __future__ import annotations

import errno
import os
import random
import sys
import time
from pathlib import Path

import pytest
from label_samples import empty_recording

sys.path.insert(0, str(Path(__file__).parent))
from label_killing import Children, check_history, check_survivor, digest, random_edit

from napari_mousegpt.io.labels import append as label_append
from napari_mousegpt.io.labels import writer as label_writer
from napari_mousegpt.io.labels.session import LabelSession, NotSaved

KILLS = int(os.environ.get("MOUSEGPT_KILLS", "8"))
REFUSALS = int(os.environ.get("MOUSEGPT_REFUSALS", "30"))
SNAPSHOT_KILLS = int(os.environ.get("MOUSEGPT_SNAPSHOT_KILLS", "4"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="children are made by fork")
@pytest.mark.timeout(0)
@pytest.mark.parametrize(
    ("kills", "snapshots"), [(KILLS, False), (SNAPSHOT_KILLS, True)], ids=["labels", "snapshots"]
)
def test_killed_at_any_moment(tmp_path: Path, kills: int, snapshots: bool) -> None:
    """Long: ``MOUSEGPT_KILLS=1000 MOUSEGPT_SNAPSHOT_KILLS=100``."""
    dice = random.Random(kills)
    actions = 0
    with Children() as children:
        for kill in range(kills):
            if kill % 20 == 0:
                folder = empty_recording(tmp_path, f"mouse{kill}.mousegpt").folder
            children.kill_one(folder, kill, dice.uniform(0, 0.15), snapshots=snapshots)
            actions = max(actions, check_survivor(folder))
            check_history(folder)
            assert not list((folder / "backups").glob(".*.new"))
    assert actions > 0


def test_a_disk_that_refuses_at_any_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four of ten appends stop at a random byte; long: ``MOUSEGPT_REFUSALS=200``."""
    dice, write, refused = random.Random(REFUSALS), label_append._write, [0]

    def refuse(file: object, lines: bytes) -> None:
        if dice.random() < 0.4:
            refused[0] += 1
            write(file, lines[: dice.randrange(len(lines) + 1)])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(file, lines)

    monkeypatch.setattr(label_append, "_write", refuse)
    monkeypatch.setattr(label_writer, "_FIRST_WAIT_S", 0.001)
    monkeypatch.setattr(label_writer, "_LONGEST_WAIT_S", 0.001)
    folder = empty_recording(tmp_path).folder
    while refused[0] < REFUSALS:
        session = LabelSession.open(folder, annotator="Anna")
        for _ in range(50):
            edit = random_edit(session, dice)
            if edit is not None:
                session.apply(edit, confirmed=True)
            else:
                (session.undo if dice.random() < 0.6 else session.redo)()
            session.flush()
        saved = digest(session.labels)
        close(session)
        with LabelSession.open(folder, read_only=True) as reader:
            assert digest(reader.labels) == saved
            assert reader.recovered == () or reader.labels.open_bouts()
        check_history(folder)


def close(session: LabelSession) -> None:
    """Close as soon as the disk takes the last actions."""
    for _ in range(1000):
        try:
            session.close()
        except NotSaved:
            time.sleep(0.002)
        else:
            return
    raise AssertionError("the disk never took the last actions")
