"""Captioning as a whole, with a captioner of ten lines in place of a model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from filelock import FileLock
from video_files import write_video

from napari_mousegpt import extensions
from napari_mousegpt.captioning.captioner import Answer, Clip
from napari_mousegpt.datamodel.description import Description
from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.io.pose_table import write_pose_table
from napari_mousegpt.io.recording_folder import ANSWERS, open_recording, save_recording
from napari_mousegpt.workflows.caption import CaptionSettings, caption, plan_captions
from napari_mousegpt.workflows.import_recording import import_recording

N_FRAMES, FPS = 200, 20


class StandIn:
    """Says which individual and window it got; some windows it spoils on purpose."""

    name = "stand-in"
    needs_pixels = True
    needs_poses = False
    open_vocabulary = False
    longest_window_s: float | None = None
    side_px = 32
    revision = None
    prompt_text = "Say it."
    parameters: dict[str, Any] = {}  # noqa: RUF012

    def __init__(self, model=None, adapter=None, device=None, batch_size=None) -> None:  # type: ignore[no-untyped-def]
        self.model, self.adapter, self.batch_size = model, adapter, batch_size or 3
        self.seen: list[Clip] = []
        self.spoiled_attempts: dict[int, int] = {}

    def prompt_for(self, clip: Clip) -> str:
        return self.prompt_text

    def describe(self, clips: Sequence[Clip], *, attempt: int = 0) -> list[Answer]:
        self.seen += clips
        return [self._answer(clip, attempt) for clip in clips]

    def _answer(self, clip: Clip, attempt: int) -> Answer:
        if attempt < self.spoiled_attempts.get(clip.window.start, 0):
            return Answer('{"overall": "The mou', seconds=0.5)
        behaviour = "walking" if clip.frames[0] < 100 else "still"
        said = Description(f"{clip.individual} at {clip.frames[0]}.", keywords=(behaviour,))
        return Answer(said.to_text(), seconds=0.5)


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    captioner = StandIn()
    monkeypatch.setattr(extensions, "load", lambda group, name: lambda **options: captioner)
    return captioner


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    """Two mice that walk along x = y, 60 pixels apart; b is lost from frame 80 to 119."""
    video = write_video(tmp_path / "v.mp4", N_FRAMES, rate=FPS)
    made = import_recording(video)
    steps = np.linspace(20, 40, N_FRAMES, dtype=np.float32)
    position = np.empty((N_FRAMES, 2, 2, 2), np.float32)
    for animal, shift in enumerate((0, 60)):
        position[:, 0, 0, animal] = steps + shift
        position[:, 0, 1, animal] = steps + shift - 10
        position[:, 1, :, animal] = steps[:, None]
    position[80:120, :, :, 1] = np.nan
    poses = make_poses(position, keypoints=["snout", "tailbase"], individuals=["a", "b"])
    made = made.replace(
        individuals=("a", "b"), keypoint_roles={"snout": "snout", "tail_base": "tailbase"}
    )
    save_recording(made)
    write_pose_table(made.folder / "poses.parquet", poses, "cam0")
    return made


def answers(recording: Recording) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (recording.folder / ANSWERS).read_text().splitlines()]


def run(recording: Recording, **settings: Any) -> Recording:
    *_, last = caption(plan_captions(recording, CaptionSettings(**settings)))
    return last.recording


def test_each_individual_in_each_window(recording: Recording, stand_in: StandIn) -> None:
    plan = plan_captions(recording, CaptionSettings())
    assert (plan.total, plan.skipped) == (10, 0)
    *_, last = caption(plan)
    assert (last.captioned, last.skipped, last.invalid, last.total) == (10, 0, 1, 10)
    table = open_recording(recording.folder).descriptions
    assert sorted(zip(table["individual"], table["start"], table["stop"], strict=True)) == [
        (who, start, start + 40) for who in "ab" for start in range(0, 200, 40)
    ]
    spoken = table[table["valid"]].set_index(["individual", "start"])["overall"]
    assert spoken["a", 40] == "a at 40."
    lost = table[~table["valid"]].iloc[0]
    assert (lost["individual"], lost["start"]) == ("b", 80)
    assert lost["problem"] == "no pose of b in this window"


def test_clips_are_what_the_captioner_asked_for(recording: Recording, stand_in: StandIn) -> None:
    run(recording, frames_per_clip=5, individuals=("a",))
    first = stand_in.seen[0]
    assert first.pixels is not None
    assert first.pixels.shape == (5, 32, 32, 3)
    assert first.frames == (0, 10, 20, 29, 39)
    np.testing.assert_allclose(first.times_s, np.array(first.frames) / FPS)


def test_bouts_join_windows_of_one_behaviour(recording: Recording, stand_in: StandIn) -> None:
    bouts = run(recording).bouts
    found = bouts[["individual", "start", "stop", "behaviour", "source"]].values.tolist()
    assert found == [
        ["a", 0, 120, "walking", "model"],
        ["a", 120, 200, "still", "model"],
        ["b", 0, 80, "walking", "model"],
        ["b", 120, 200, "still", "model"],
    ]
    assert open_recording(recording.folder).bouts.equals(bouts)


def test_the_same_run_goes_on_and_repeats_nothing(recording: Recording, stand_in: StandIn) -> None:
    steps = caption(plan_captions(recording, CaptionSettings()))
    next(steps)
    steps.close()  # as Ctrl-C or Cancel do
    first = answers(recording)
    assert 0 < len(first) < 10
    assert len(open_recording(recording.folder).descriptions) == len(first)
    plan = plan_captions(open_recording(recording.folder), CaptionSettings())
    assert plan.skipped == len(first)
    list(caption(plan))
    everything = answers(recording)
    assert everything[: len(first)] == first
    keys = {(row["individual"], row["start"]) for row in everything}
    assert len(everything) == len(keys) == 10
    again = plan_captions(open_recording(recording.folder), CaptionSettings())
    assert (again.skipped, [p.captioned for p in caption(again)]) == (10, [0])


@pytest.mark.parametrize(
    "change",
    [
        {"window_s": 1.0},
        {"stride_s": 1.0},
        {"frames_per_clip": 4},
        {"camera_view": "side"},
        {"fps": 10.0},
        {"crop": "whole"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_can_change_an_answer_is_another_run(
    recording: Recording, stand_in: StandIn, change: dict[str, Any]
) -> None:
    one = plan_captions(recording, CaptionSettings()).run.run_id
    assert plan_captions(recording, CaptionSettings(**change)).run.run_id != one


@pytest.mark.parametrize(
    "change",
    [{"batch_size": 7}, {"device": "cpu"}, {"frames": TimeRange(0, 80)}, {"individuals": ("a",)}],
)
def test_what_cannot_is_the_same_run(
    recording: Recording, stand_in: StandIn, change: dict[str, Any]
) -> None:
    one = plan_captions(recording, CaptionSettings()).run.run_id
    assert plan_captions(recording, CaptionSettings(**change)).run.run_id == one


def test_a_captioner_that_fails_says_so_and_loses_nothing(
    recording: Recording, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(clips: Sequence[Clip], *, attempt: int = 0) -> list[Answer]:
        raise ValueError("no such model")

    monkeypatch.setattr(stand_in, "open_vocabulary", True, raising=False)
    monkeypatch.setattr(stand_in, "describe", fail)
    with pytest.raises(ValueError, match="no such model"):
        run(recording)
    assert open_recording(recording.folder).descriptions.empty


def test_open_text_makes_bouts_only_of_known_behaviours(
    recording: Recording, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stand_in, "open_vocabulary", True, raising=False)
    monkeypatch.setattr(
        stand_in,
        "_answer",
        lambda clip, attempt: Answer(
            Description(
                "x", keywords=("walking" if clip.frames[0] < 40 else "pondering",)
            ).to_text()
        ),
    )
    bouts = run(recording, individuals=("a",)).bouts
    assert bouts[["start", "stop", "behaviour"]].values.tolist() == [[0, 40, "walking"]]


def test_two_runs_stand_beside_each_other(recording: Recording, stand_in: StandIn) -> None:
    run(recording)
    again = run(open_recording(recording.folder), window_s=5.0, stride_s=5.0)
    assert again.descriptions["run_id"].nunique() == len(again.runs) == 2
    assert again.bouts["run_id"].nunique() == 2


@pytest.mark.parametrize(("spoiled", "valid"), [(1, True), (2, True), (3, False)])
def test_invalid_text_is_asked_for_twice_more(
    recording: Recording, stand_in: StandIn, spoiled: int, valid: bool
) -> None:
    stand_in.spoiled_attempts = {40: spoiled}
    run(recording, individuals=("a",))
    row = next(row for row in answers(recording) if row["start"] == 40)
    assert row["valid"] is valid
    assert row["seconds"] == 0.5 * min(spoiled + 1, 3)
    assert valid or (row["text"] == '{"overall": "The mou' and "not JSON" in row["problem"])


def test_long_windows_are_told_part_by_part(recording: Recording, stand_in: StandIn) -> None:
    stand_in.longest_window_s = 2.0
    table = run(recording, window_s=10.0, stride_s=10.0, individuals=("a",)).descriptions
    assert table["overall"].tolist() == [
        "a at 0. Then: a at 40. Then: a at 80. Then: a at 120. Then: a at 160."
    ]
    assert table["keywords"].tolist() == [["walking", "still"]]


def test_only_one_program_at_a_time(recording: Recording, stand_in: StandIn) -> None:
    with (
        FileLock(recording.folder / ".captioning.lock"),
        pytest.raises(RuntimeError, match="being captioned by another program"),
    ):
        run(recording)


def test_a_torn_answer_is_captioned_again(recording: Recording, stand_in: StandIn) -> None:
    run(recording)
    path = recording.folder / ANSWERS
    path.write_bytes(path.read_bytes()[:-20])  # killed while writing
    plan = plan_captions(open_recording(recording.folder), CaptionSettings())
    assert plan.skipped == 9
    list(caption(plan))
    assert len(answers(recording)) == 10


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"individuals": ("c",)}, ValueError, "no individual 'c'; it has a, b"),
        ({"window_s": 0.0}, ValueError, "above zero"),
    ],
)
def test_settings_that_cannot_be(
    recording: Recording, stand_in: StandIn, settings: dict[str, Any], error: type, words: str
) -> None:
    with pytest.raises(error, match=words):
        plan_captions(recording, CaptionSettings(**settings))


def test_a_video_that_changed_is_refused(recording: Recording, stand_in: StandIn) -> None:
    write_video(recording.videos[0].path, 150, rate=FPS)
    with pytest.raises(ValueError, match="its content has changed"):
        plan_captions(recording, CaptionSettings())
    recording.videos[0].path.unlink()
    with pytest.raises(FileNotFoundError, match="Put it back, or import it again"):
        plan_captions(recording, CaptionSettings())


def test_adaptive_windows_are_another_run_and_cover_the_film(
    recording: Recording, stand_in: StandIn
) -> None:
    even = plan_captions(recording, CaptionSettings())
    plan = plan_captions(recording, CaptionSettings(sampling="adaptive"))
    assert plan.run.run_id != even.run.run_id
    assert plan.run.parameters["sampling"] == "adaptive"
    for name in recording.individuals:
        mine = [window for window, who in plan.described.items() if name in who]
        assert sum(map(len, mine)) == N_FRAMES
    done = run(recording, sampling="adaptive")
    assert len(done.descriptions) == plan.total
    again = plan_captions(open_recording(recording.folder), CaptionSettings(sampling="adaptive"))
    assert (again.skipped, again.wanted) == (again.total, {})


def test_of_a_long_stillness_only_the_middle_is_read(
    recording: Recording, stand_in: StandIn
) -> None:
    still = np.zeros((N_FRAMES, 2, 2, 2), np.float32)
    still[:] = np.array([[[40, 100]] * 2, [[40, 40]] * 2], np.float32)
    still[:, 0, 1] -= 10
    poses = make_poses(still, keypoints=["snout", "tailbase"], individuals=["a", "b"])
    write_pose_table(recording.folder / "poses.parquet", poses, "cam0")
    done = run(recording, sampling="adaptive")
    assert done.descriptions[["start", "stop", "shown"]].values.tolist() == [[0, 200, "80:120"]] * 2
    assert {clip.frames for clip in stand_in.seen} == {(80, 86, 91, 97, 102, 108, 113, 119)}
    assert [row["shown"] for row in answers(recording)] == ["80:120"] * 2
    assert open_recording(recording.folder).descriptions["shown"].tolist() == ["80:120"] * 2


def test_adaptive_windows_need_poses(tmp_path: Path, stand_in: StandIn) -> None:
    bare = import_recording(write_video(tmp_path / "bare.mp4", 40, rate=FPS))
    with pytest.raises(ValueError, match="finds its windows in the poses, and bare has none"):
        plan_captions(bare, CaptionSettings(sampling="adaptive"))
