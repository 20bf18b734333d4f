"""A program that is killed while it labels loses at most the action it was saving."""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

import pytest
from label_samples import empty_recording

sys.path.insert(0, str(Path(__file__).parent))
from label_killing import Children, check_history, check_survivor

KILLS = int(os.environ.get("MOUSEGPT_KILLS", "8"))
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
