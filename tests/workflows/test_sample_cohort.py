from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from napari_mousegpt.datamodel.description import BEHAVIOURS
from napari_mousegpt.io.recording_folder import load_poses, open_recording
from napari_mousegpt.sample.cohort import LESS, MORE, NEW, cohort_mouse
from napari_mousegpt.sample.motion import move
from napari_mousegpt.workflows import sample_cohort
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


def test_a_mouse_that_would_touch_a_wall_is_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def picky(script: object) -> object:
        if script == first.script:
            raise ValueError("in a wall")
        return move(script)  # type: ignore[arg-type]

    first = cohort_mouse(0, minutes=0.1)
    monkeypatch.setattr(sample_cohort, "move", picky)
    mouse, motion = sample_cohort._moving(partial(cohort_mouse, 0, minutes=0.1))
    assert mouse.script == cohort_mouse(0, minutes=0.1, attempt=1).script != first.script
    assert motion.n_frames == 180


@pytest.mark.parametrize("new", ["circling", "creeping", ""])
def test_other_new_behaviours_and_none(new: str) -> None:
    names = {
        bout.name
        for place in (1, 3, 5)
        for bout in cohort_mouse(place, minutes=0.5, seed=1, new=new).script.bouts
    }
    assert names - set(BEHAVIOURS) == ({new} if new else set())


def test_an_unknown_new_behaviour_is_refused() -> None:
    with pytest.raises(ValueError, match="expected one of walking backwards, circling, creeping"):
        cohort_mouse(0, minutes=1, new="flying")
