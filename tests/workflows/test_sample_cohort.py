from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from napari_mousegpt.datamodel.description import BEHAVIOURS
from napari_mousegpt.io.recording_folder import load_poses, open_recording
from napari_mousegpt.sample.cohort import LESS, MORE, NEW, cohort_mouse
from napari_mousegpt.sample.motion import move
from napari_mousegpt.workflows.sample_cohort import FILM_PX, write_cohort


@pytest.mark.slow
def test_treated_mice_differ_in_what_was_planted() -> None:
    mice = [cohort_mouse(place, minutes=1) for place in range(10)]
    seconds: dict[tuple[str, str], float] = {}
    for mouse in mice:
        for bout in mouse.script.bouts:
            key = (mouse.group, bout.name)
            seconds[key] = seconds.get(key, 0) + bout.duration_s
    assert seconds["treated", MORE] > 1.2 * seconds["control", MORE]
    assert seconds["treated", LESS] < 0.8 * seconds["control", LESS]
    assert NEW not in BEHAVIOURS
    assert seconds["treated", NEW] > 5
    assert ("control", NEW) not in seconds
    assert {(mouse.cage, mouse.group) for mouse in mice[:4]} == {
        ("c1", "control"),
        ("c1", "treated"),
    }


def test_the_new_behaviour_goes_backwards() -> None:
    mouse = cohort_mouse(1, minutes=1)
    script = next(
        s for s in (cohort_mouse(p, minutes=1).script for p in range(1, 20, 2)) if _backs(s)
    )
    place = [bout.name for bout in script.bouts].index(NEW)
    middle = (script.starts[place] + script.stops[place]) // 2
    assert move(script).path.speed_cm_per_s[middle] < -3
    assert cohort_mouse(1, minutes=1).script == mouse.script


def _backs(script: object) -> bool:
    return any(bout.name == NEW for bout in script.bouts)  # type: ignore[attr-defined]


def test_a_cohort_on_disk(tmp_path: Path) -> None:
    made = list(write_cohort(tmp_path, animals=2, minutes=0.2))
    groups = pd.read_csv(tmp_path / "groups.csv")
    assert groups["group"].tolist() == ["control", "treated"]
    for recording in made:
        again = open_recording(recording.folder)
        poses = load_poses(again)
        truth = pd.read_csv(tmp_path / f"{again.name}_truth.csv")
        assert poses is not None
        assert poses.sizes["time"] == again.videos[0].frames == truth["stop"].max() == 360
        assert float(np.nanmax(poses["position"])) < FILM_PX
        assert {"snout", "tail_base"} <= again.keypoint_roles.keys()
