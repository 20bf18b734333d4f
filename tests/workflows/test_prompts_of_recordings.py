"""Prompts of whole recordings: identity of runs, examples, several cameras, the command."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from cameras_made import make_cameras
from small_recordings import make_recording

from napari_mousegpt.captioning.mousegpt_tiny import FOLDER
from napari_mousegpt.captioning.prompting.choices import PromptChoices
from napari_mousegpt.datamodel.labels.corrections import Corrected, Correction, with_corrections
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.workflows.caption import CaptionSettings, clip_for, plan_captions

WORDS_BEFORE = "0b31fec53ef0a6b6b7df97dd8d3ff2d18e8e5a2b060653732c70e4f31dade118"
"""Of the words that general models were asked in when these were the only ones."""
GENERAL_MODEL = CaptionSettings(
    captioner="transformers", model=str(FOLDER), window_s=1.0, stride_s=1.0
)


def asking(**choices: object) -> CaptionSettings:
    return replace(GENERAL_MODEL, prompt=PromptChoices(**choices))  # type: ignore[arg-type]


def corrected(recording: Recording) -> Recording:
    """Windows 30:60 of both mice, whose words a person changed; their labels stay."""
    run_id = recording.runs[0].run_id
    keys = [Corrected(run_id, "cam0", who, 30, 60, "overall") for who in recording.individuals]
    said = [Correction(key, f"{key.individual} rests, {{kinematics}}.", "Anna") for key in keys]
    descriptions = with_corrections(recording.descriptions, said)
    return recording.replace(descriptions=descriptions, bouts=recording.bouts.iloc[:0])


def test_runs_of_earlier_releases_go_on(tmp_path: Path) -> None:
    """With nothing chosen, a run is what it was before there was anything to choose."""
    recording = make_recording(tmp_path)
    plan = plan_captions(recording, GENERAL_MODEL)
    assert plan.run.prompt_sha256 == WORDS_BEFORE
    assert not {"keypoints_drawn", "also_seen", "prompt"} & plan.run.parameters.keys()


@pytest.mark.parametrize(
    "choices",
    [
        {"preset": "auto"},
        {"preset": "side"},
        {"language": "German"},
        {"ethogram": True},
        {"keypoints_drawn": "points"},
        {"keypoints_drawn": "skeleton"},
        {"system": "S", "question": "Q"},
        {"examples": 1},
    ],
    ids=str,
)
def test_every_choice_is_another_run(tmp_path: Path, choices: dict) -> None:
    recording = corrected(make_recording(tmp_path, ("a", "b")))
    plain = plan_captions(recording, GENERAL_MODEL)
    chosen = plan_captions(recording, asking(**choices))
    assert chosen.run.run_id != plain.run.run_id
    assert plan_captions(recording, asking(**choices)).run.run_id == chosen.run.run_id


@pytest.mark.parametrize("captioner", ["mousegpt-tiny", "kinematic-rules"])
def test_captioners_that_take_no_prompt_say_so(tmp_path: Path, captioner: str) -> None:
    settings = CaptionSettings(captioner=captioner, prompt=PromptChoices(language="German"))
    with pytest.raises(ValueError, match=f"{captioner} takes no prompt"):
        plan_captions(make_recording(tmp_path), settings)


def test_the_other_animal_and_the_dots_are_in_the_clip(tmp_path: Path) -> None:
    recording = make_recording(tmp_path, ("a", "b"))
    plain, drawn = (
        plan_captions(recording, asking(preset="auto", keypoints_drawn=one))
        for one in ("none", "points")
    )
    window = TimeRange(0, 30)
    clip, dotted = clip_for(plain, window, "a"), clip_for(drawn, window, "a")
    words = plain.captioner.prompt_for(clip)
    assert 'Other mouse "b":' in words
    assert "another animal" not in words.lower()
    assert "There are 2 mice." in words
    assert clip.pixels is not None
    assert dotted.pixels is not None
    changed = (clip.pixels != dotted.pixels).any(axis=-1).mean()
    assert 0 < changed < 0.03


def test_examples_come_from_corrected_windows_only(tmp_path: Path) -> None:
    recording = corrected(make_recording(tmp_path, ("a", "b")))
    plan = plan_captions(recording, asking(examples=4))
    prompt = plan.captioner.prompt  # type: ignore[attr-defined]
    assert [(one.individual, one.start) for one in prompt.examples] == [("a", 30), ("b", 30)]
    # A person's words are never taken for placeholders.
    assert '"overall": "a rests, {kinematics}."' in prompt.examples[0].answer
    asked = {
        window.start: plan.captioner.prompt_for(clip_for(plan, window, "a"))
        for window in plan.windows
    }
    assert "a rests" in asked[0]
    assert "a rests" not in asked[30]  # its own answer
    assert "b rests" not in asked[30]  # the same moment
    assert asked[0].split("These are")[0] == asked[60].split("These are")[0]


def test_a_run_with_examples_goes_on_after_its_first_answers(tmp_path: Path) -> None:
    """Its own answers, which labels agree with, are no examples; those of another captioner are."""
    recording = make_recording(tmp_path)  # "rearing" is labelled in 30:50
    labels = recording.bouts.assign(start=30, stop=60, behaviour="still")
    recording = recording.replace(bouts=labels)
    first = plan_captions(recording, asking(examples=2))
    assert [one.start for one in first.captioner.prompt.examples] == [30]  # type: ignore[attr-defined]
    labels = pd.concat([labels, labels.assign(start=90, stop=120)])
    window = recording.descriptions["start"] == 90
    answers = recording.descriptions[window].assign(run_id=first.run.run_id, overall="It rests.")
    going_on = recording.replace(
        descriptions=pd.concat([recording.descriptions[~window], answers], ignore_index=True),
        bouts=labels,
        runs=(*recording.runs, first.run),
    )
    assert plan_captions(going_on, asking(examples=2)).run.run_id == first.run.run_id
    other = going_on.replace(runs=recording.runs)
    assert plan_captions(other, asking(examples=2)).run.run_id != first.run.run_id


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"examples": 2, "held_out": ("a", "b")}, "animals held out"),
        ({"preset": "views"}, "one here"),
    ],
    ids=["held out", "views"],
)
def test_what_a_recording_lacks(tmp_path: Path, choices: dict, words: str) -> None:
    recording = corrected(make_recording(tmp_path, ("a", "b")))
    with pytest.raises(ValueError, match=words):
        plan_captions(recording, asking(**choices))


def test_held_out_animals_are_never_shown(tmp_path: Path) -> None:
    recording = corrected(make_recording(tmp_path, ("a", "b")))
    choices = {"examples": 2, "held_out": (f"{recording.name}/a",), "example_frames": True}
    plan = plan_captions(recording, asking(**choices))
    (shown,) = plan.captioner.prompt.examples  # type: ignore[attr-defined]
    assert shown.individual == "b"
    assert shown.pixels is not None
    assert shown.pixels.shape == (8, 224, 224, 3)


def test_cameras_show_the_same_moment(tmp_path: Path) -> None:
    """cam1 began 15 frames later; cam2, of 20 frames/s, a second before and without poses."""
    recording = make_cameras(tmp_path / "r")
    plan = plan_captions(recording, replace(asking(preset="views"), crop="whole"))
    clip = clip_for(plan, TimeRange(30, 60), "individual_0")
    assert [one.video for one in clip.also_seen] == ["cam1", "cam2"]
    first, second = clip.also_seen
    assert first.frames == tuple(frame - 15 for frame in clip.frames)
    times_s = np.array(second.frames) / 20 - 1.0
    assert np.abs(times_s - np.array(clip.frames) / 30).max() <= 0.05
    assert "cam0 (top view), cam1 (side view), cam2 (side view)" in plan.captioner.prompt_for(clip)
    early = clip_for(plan, TimeRange(0, 30), "individual_0")
    assert [one.video for one in early.also_seen] == ["cam2"]  # cam1 was not filming yet
    some = replace(asking(preset="views"), also_seen=("cam1",))
    assert plan_captions(recording, some).run.run_id != plan.run.run_id
