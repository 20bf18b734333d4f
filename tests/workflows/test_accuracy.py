"""What the captioners say of films whose truth is known exactly, and of real ones."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.sample.rendered import Sample, write_sample
from napari_mousegpt.workflows.caption import CaptionSettings, caption, plan_captions
from napari_mousegpt.workflows.import_recording import import_recording
from napari_mousegpt.workflows.sample_cohort import write_cohort


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return write_sample(tmp_path_factory.mktemp("sample"))


def scripted(bouts: pd.DataFrame, start: int, stop: int) -> str:
    """The behaviour that fills most frames of a window; "" if none fills 60 %."""
    frames: Counter[str] = Counter()
    for bout in bouts.itertuples():
        frames[bout.behaviour] += max(0, min(stop, bout.stop) - max(start, bout.start))
    ((name, most),) = frames.most_common(1)
    return name if most >= 0.6 * (stop - start) else ""


def said(recording: Recording, captioner: str) -> pd.DataFrame:
    """Descriptions of all windows, with the behaviour they name."""
    *_, last = caption(plan_captions(recording, CaptionSettings(captioner=captioner)))
    table = last.recording.descriptions
    return table.assign(said=[words[0] if words else "" for words in table["keywords"]])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("captioner", "least_right"), [("kinematic-rules", 0.9), ("mousegpt-tiny", 0.5)]
)
def test_the_scripted_behaviour_is_named(
    sample: Sample, tmp_path: Path, captioner: str, least_right: float
) -> None:
    folder = tmp_path / "x.mousegpt"
    recording = import_recording(sample.video, poses=sample.poses_csv, folder=folder)
    check(said(recording, captioner), sample.bouts, least_right)


@pytest.mark.slow
def test_rules_name_what_other_mice_do(tmp_path: Path) -> None:
    """They see poses only, so that their films need no fur."""
    for recording in write_cohort(tmp_path, animals=2, minutes=1, seed=1, new="", shifted=0.0):
        truth = pd.read_csv(tmp_path / f"{recording.name}_truth.csv")
        check(said(recording, "kinematic-rules"), truth, 0.95)


def check(table: pd.DataFrame, bouts: pd.DataFrame, least_right: float) -> None:
    table["scripted"] = [
        scripted(bouts, start, stop)
        for start, stop in zip(table["start"], table["stop"], strict=True)
    ]
    table = table[table["scripted"] != ""]
    print(pd.crosstab(table["scripted"], table["said"]).to_string())
    assert table["valid"].all()
    assert (table["said"] == table["scripted"]).mean() >= least_right


def test_three_real_mice_each_in_each_window(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "videos_with_pose" / "three_mice_mabe"
    recording = import_recording(
        next(folder.glob("*.mp4")), poses=next(folder.glob("*.h5")), folder=tmp_path / "x.mousegpt"
    )
    table = said(recording, "kinematic-rules")
    assert table.groupby("individual").size().to_dict() == dict.fromkeys(
        ["mouse1", "mouse2", "mouse3"], 30
    )
    assert table["valid"].mean() > 0.95
    problem = json.loads((tmp_path / "x.mousegpt" / "recording.json").read_text())["problems"]
    assert any("frames without a pose: 1" in sentence for sentence in problem)


def test_a_real_turn_is_to_the_right_side(shared_data: Path, tmp_path: Path) -> None:
    """Frames 120-180 of the open-field film show a turn to the left, 1800-1860 one to the right."""
    folder = shared_data / "videos_with_pose" / "openfield_single"
    recording = import_recording(
        folder / "m3v1mp4.mp4",
        poses=folder / "m3v1mp4DLC_resnet50_openfieldOct30shuffle1_100000.h5",
        folder=tmp_path / "x.mousegpt",
    )
    table = said(recording, "kinematic-rules").set_index("start")
    assert len(table) == 39
    assert "turns left by" in table.loc[120, "overall"]
    assert "turns right by" in table.loc[1800, "overall"]
