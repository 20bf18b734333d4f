"""Speed and turn as numbers, read off the pictures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from napari_mousegpt.captioning.captioner import Clip
from napari_mousegpt.captioning.mousegpt_tiny import MouseGPTTiny
from napari_mousegpt.datamodel.tables import SEEN
from napari_mousegpt.io.answers_table import read_descriptions
from napari_mousegpt.sample.random_script import random_script
from napari_mousegpt.sample.rendered import write_sample
from napari_mousegpt.workflows.caption import CaptionSettings, caption, plan_captions
from napari_mousegpt.workflows.import_recording import import_recording
from napari_mousegpt.workflows.window_kinematics import window_kinematics

SPEED, TURN = SEEN


def test_every_answer_has_both_numbers(tiny: MouseGPTTiny, clips: list[Clip]) -> None:
    together = tiny.describe(clips)
    singly = [tiny.describe([clip])[0] for clip in clips]
    for one, answer in zip(singly, together, strict=True):
        assert set(answer.seen) == {SPEED, TURN}
        assert answer.seen[SPEED] >= 0
        assert answer.seen == pytest.approx(one.seen, abs=1e-2)
    # The first blob stands; the others slide by, each further than the one before.
    assert min(answer.seen[SPEED] for answer in together[1:]) > together[0].seen[SPEED]


def test_half_the_time_is_about_twice_the_speed(tiny: MouseGPTTiny, clips: list[Clip]) -> None:
    slow = replace(clips[3], times_s=tuple(np.linspace(0, 2.0, 8)))
    fast = replace(clips[3], times_s=tuple(np.linspace(0, 1.0, 8)))
    first, second = (answer.seen[SPEED] for answer in tiny.describe([slow, fast]))
    assert 1.3 < second / first < 3


def test_a_model_that_was_not_taught_them_tells_none(bare: str, clips: list[Clip]) -> None:
    assert MouseGPTTiny(bare, device="cpu").describe(clips[:1])[0].seen == {}


@pytest.mark.slow
def test_they_go_with_the_poses_of_a_film(tmp_path: Path) -> None:
    """Of the package's own renderer, which is another than the one that was learned from."""
    files = write_sample(tmp_path / "film", seed=7, script=random_script(40.0, seed=7))
    recording = import_recording(
        files.video, poses=files.poses_csv, folder=tmp_path / "film.mousegpt"
    )
    plan = plan_captions(
        recording, CaptionSettings(captioner="mousegpt-tiny", window_s=1.0, stride_s=1.0)
    )
    *_, last = caption(plan)
    told = last.recording.descriptions
    told = told[told["run_id"] == plan.run.run_id].reset_index(drop=True)
    numbers = window_kinematics(recording, told)
    for seen, measured, least in (
        (SPEED, "speed_mean_bl_per_s", 0.8),
        (TURN, "net_turn_deg", 0.7),
    ):
        pairs = pd.DataFrame({"seen": told[seen], "true": np.asarray(numbers[measured])}).dropna()
        print(f"{seen}: r {pairs.corr().iloc[0, 1]:.2f} of {len(pairs)} windows")
        assert pairs.corr().iloc[0, 1] > least
    kept = read_descriptions(recording.folder)
    assert kept[SPEED].tolist() == pytest.approx(told[SPEED].tolist())
