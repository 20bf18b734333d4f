"""Descriptions against labels, corrections and poses; controls; what poses contradict."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from small_recordings import describe, make_recording

from napari_mousegpt import extensions
from napari_mousegpt.analysis.wording import pose_check
from napari_mousegpt.captioning.captioner import Answer, Clip
from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.description import Description
from napari_mousegpt.datamodel.labels.set import LabelSet
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.workflows.caption import CaptionSettings, caption, plan_captions
from napari_mousegpt.workflows.evaluate_baselines import out_of_fold
from napari_mousegpt.workflows.evaluate_controls import run_controls
from napari_mousegpt.workflows.evaluate_descriptions import (
    DescriptionSettings,
    evaluate_descriptions,
)
from napari_mousegpt.workflows.evaluation_sides import Side
from napari_mousegpt.workflows.fact_truth import label_values, truth_of_labels
from napari_mousegpt.workflows.pose_contradictions import contradictions_of
from napari_mousegpt.workflows.review import ReviewSettings, review, said_rows
from napari_mousegpt.workflows.steps import last_result

WINDOWS = pd.DataFrame(
    {"video": "cam0", "individual": "individual_0", "start": [0, 30, 60, 90]}
).assign(stop=lambda table: table["start"] + 30)


def labels(*rows: tuple[str, int, int]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["behaviour", "start", "stop"])
    return make_bouts(table.assign(video="cam0", individual="individual_0", source="person"))


@pytest.mark.parametrize(
    ("label", "values"),
    [
        ("Freezing", {"still"}),
        ("wall_rear", {"rearing"}),
        ("Grooming", {"grooming"}),
        ("Head Dip", {"Head Dip"}),
        ("turn right", {"turning right"}),
    ],
)
def test_what_labels_stand_for(label: str, values: set[str]) -> None:
    assert label_values(label) == values


def test_truth_of_labels() -> None:
    assessed = WINDOWS[["video", "individual", "start", "stop"]].iloc[:3]
    known = truth_of_labels(
        WINDOWS,
        labels(("rearing", 0, 30), ("Freezing", 40, 44), ("walk", 44, 60)),
        asked=["rearing", "Freezing", "walk", "digging"],
        assessed=assessed,
    )
    first = known[0]["behaviour"]
    assert (first.must, first.may) == ({"rearing"}, {"rearing"})
    assert first.asked == {"rearing", "still", "walking", "digging"}
    assert known[0]["paws"].must == {"raised"}
    assert known[1]["behaviour"].must == {"walking"}
    assert known[1]["behaviour"].may == {"walking", "still"}
    assert known[2]["behaviour"].must == frozenset()  # seen, and none of them was there
    assert known[3] == {}  # not looked at


def test_descriptions_of_a_walking_mouse(tmp_path: Path) -> None:
    """It walks all the time; the words alternate between walking and still."""
    recording = make_recording(tmp_path)
    reference = Side("Ada", labels(("walking", 0, 120)), listed=("walking", "still"))
    found = evaluate_descriptions(recording, DescriptionSettings(n_draws=0), reference)
    facts = found.facts.set_index(["truth", "who", "fact"])
    own = facts.loc[("labels", found.run.tool, "behaviour")]
    assert (own["windows"], own["precision"], own["hallucination"]) == (4, 0.5, 0.5)
    assert facts.loc[("labels", "kinematic-rules", "behaviour"), "precision"] == 1
    assert facts.loc[("labels", "commonest", "behaviour"), "precision"] == 1
    assert found.pose is not None
    assert (found.pose.judged, found.pose.flagged) == (4, 0)


def test_what_contradicts_the_pose_is_reviewed_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It walks at 1.25 body lengths/s all the time."""
    monkeypatch.setattr(pose_check, "NOT_RUNNING_BL_PER_S", 2.0)
    recording = describe(make_recording(tmp_path, described=False), ("running", "walking"))
    names = [f"b{number}" for number in range(len(recording.bouts))]
    recording = recording.replace(bouts=recording.bouts.assign(bout_id=names))
    flags = contradictions_of(recording, said_rows(recording))
    *_, queue = _returned(review(recording, LabelSet(), ReviewSettings(order="disagreement")))
    assert flags.notna().any()
    reasons = [item.reason for item in queue.items]
    first = int(flags.notna().sum())
    assert all("contradicts the pose: says" in reason for reason in reasons[:first])
    assert not any("contradicts" in reason for reason in reasons[first:])


def _returned(steps):  # type: ignore[no-untyped-def]
    yield (yield from steps)


def test_corrections_are_the_truth_and_the_answer_is_judged(tmp_path: Path) -> None:
    recording = make_recording(tmp_path)
    table = recording.descriptions.copy()
    table["original"] = table["corrected_by"] = pd.Series([None] * len(table), dtype="object")
    table.loc[0, "original"] = '{"overall": "The mouse rears.", "keywords": ["rearing"]}'
    table.loc[0, ["overall", "corrected_by"]] = ["The mouse digs.", "Ada"]
    table.at[0, "keywords"] = ["digging"]
    found = evaluate_descriptions(
        recording.replace(descriptions=table), DescriptionSettings(n_draws=0)
    )
    facts = found.facts.set_index(["truth", "who", "fact"])
    own = facts.loc[("corrections", found.run.tool, "behaviour")]
    assert (own["windows"], own["precision"], own["recall"]) == (1, 0, 0)
    assert found.words["windows"] == 1


def test_boosting_never_sees_the_unit_it_tells() -> None:
    """Features that name the unit and nothing else tell nothing of another unit."""
    units = np.repeat(np.arange(6), 20)
    labels_of = np.where(units % 2, "still", "walking").astype(object)
    rng = np.random.default_rng(0)
    features = rng.normal(size=(120, 3))
    features[:, 2] = np.nan  # such as paws that nobody tracked
    features[:, 0] += 100 * units  # the neighbours in number have the other label
    told = out_of_fold(features, labels_of, units)
    assert told is not None
    seen = out_of_fold(features, labels_of, np.arange(120))
    assert seen is not None
    assert (seen == labels_of).mean() > 0.95 > (told == labels_of).mean() + 0.2
    assert out_of_fold(features, labels_of, np.zeros(120, int)) is None


class Looker:
    """Says what the brightness of its frames is, or always the same by window."""

    name = "looker"
    needs_pixels = True
    needs_poses = False
    open_vocabulary = False
    longest_window_s: float | None = None
    side_px = 32
    revision = None
    model = adapter = None
    prompt_text = "Say it."
    parameters: dict[str, Any] = {}  # noqa: RUF012
    batch_size = 4

    def __init__(self, *, looks: bool) -> None:
        self.looks = looks

    def prompt_for(self, clip: Clip) -> str:
        return ""

    def describe(self, clips: Sequence[Clip], *, attempt: int = 0) -> list[Answer]:
        said = []
        for clip in clips:
            assert clip.pixels is not None
            seen = int(clip.pixels.astype(int).sum()) if self.looks else clip.window.start // 6
            blank = self.looks and np.ptp(clip.pixels) == 0
            word = "still" if blank else ("walking", "rearing", "digging", "running")[seen % 4]
            said.append(Answer(Description(f"The mouse: {word}.", keywords=(word,)).to_text()))
        return said


@pytest.mark.parametrize("looks", [True, False])
def test_a_captioner_that_does_not_look_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, looks: bool
) -> None:
    recording = make_recording(tmp_path, described=False)
    monkeypatch.setattr(extensions, "load", lambda *_: lambda **options: Looker(looks=looks))
    settings = CaptionSettings(captioner="looker", window_s=0.2, stride_s=0.2)
    *_, last = caption(plan_captions(recording, settings))
    steps = list(run_controls(last.recording, n_windows=20))
    found = last_result(iter(steps))
    assert found.looking.looks is looks
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert (len(found.windows), found.looking.n_units) == (20, 20)


def test_controls_of_several_recordings_are_drawn_by_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extensions, "load", lambda *_: lambda **options: Looker(looks=True))
    settings = CaptionSettings(captioner="looker", window_s=0.4, stride_s=0.4)
    recordings = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        recording = make_recording(tmp_path / name, described=False)
        *_, last = caption(plan_captions(recording, settings))
        folder = recording.folder.rename(recording.folder.with_name(f"{name}.mousegpt"))
        recordings.append(last.recording.replace(folder=folder))
    found = last_result(run_controls(*recordings, n_windows=12))
    assert (found.looking.unit, found.looking.n_units) == ("recording", 2)
    assert found.windows["recording"].tolist() == ["one"] * 6 + ["two"] * 6
    same = found.looking.table.set_index("control")["same"]
    assert same["swapped, the other's"] == 1.0  # of the same recording


def test_controls_need_a_captioner_that_looks(tmp_path: Path) -> None:
    recording: Recording = make_recording(tmp_path, described=False)
    *_, last = caption(plan_captions(recording, CaptionSettings(captioner="kinematic-rules")))
    with pytest.raises(ValueError, match="looks at no pixels"):
        list(run_controls(last.recording))
