"""What the caption dock is made of: requests, pace, forecasts, form, the process beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from small_recordings import make_recording, walking_poses, write_deeplabcut_csv
from video_files import write_video

from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.io.recording_folder import ANSWERS
from napari_mousegpt.widgets.caption.child_run import ChildRun
from napari_mousegpt.widgets.caption.form import CaptionForm
from napari_mousegpt.widgets.caption.job import (
    Forecast,
    Source,
    read_request,
    request_text,
)
from napari_mousegpt.widgets.caption.look_ahead import Question, outlooks, window_at
from napari_mousegpt.widgets.caption.pace import Pace, in_words
from napari_mousegpt.widgets.caption.run_panel import RunPanel
from napari_mousegpt.widgets.one_sentence import in_one_sentence
from napari_mousegpt.workflows.caption import CaptionProgress, CaptionSettings

RULES = CaptionSettings(captioner="kinematic-rules", window_s=1.0, stride_s=1.0)


@pytest.mark.parametrize(
    "settings",
    [
        CaptionSettings(),
        CaptionSettings(frames=TimeRange(3, 99), individuals=("a", "b"), model="m", window_s=0.5),
    ],
    ids=["defaults", "everything"],
)
def test_a_request_survives_the_way_to_the_process(settings: CaptionSettings) -> None:
    text = request_text(Path("x.mousegpt"), settings)
    assert "\n" not in text
    assert read_request(text) == (Path("x.mousegpt"), settings)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ValueError("no such model"), "no such model"),
        (KeyError("a"), "KeyError: 'a'"),
        (MemoryError(), "no reason given"),
    ],
)
def test_errors_in_one_sentence(error: Exception, expected: str) -> None:
    assert in_one_sentence(error) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0.2, "under a second"), (12.4, "12 s"), (200, "3:20 min"), (3730, "1:02:10 h")],
)
def test_durations_in_words(seconds: float, expected: str) -> None:
    assert in_words(seconds) == expected


@pytest.mark.parametrize(("frame", "expected"), [(0, 0), (35, 30), (70, 60), (500, 60)], ids=str)
def test_the_window_a_clip_is_shown_of(frame: int, expected: int) -> None:
    windows = (TimeRange(0, 30), TimeRange(30, 60), TimeRange(60, 90))
    assert window_at(windows, frame).start == expected


def test_pace_is_measured_or_read_from_earlier_answers(tmp_path: Path) -> None:
    recording = make_recording(tmp_path)
    run_id = recording.runs[0].run_id
    answers = [{"run_id": run_id, "seconds": 0.5}, {"run_id": "other", "seconds": 9}]
    text = "\n".join(json.dumps(answer) for answer in answers) + '\n{"run_id": "cut o'
    (recording.folder / ANSWERS).write_text(text, encoding="utf-8")
    pace, settings = Pace(), CaptionSettings(captioner="stand-in")
    assert pace.seconds_per_window(CaptionSettings(), recording) is None
    assert pace.seconds_per_window(settings, recording) == 0.5
    pace.note(settings, 0.1)
    assert pace.seconds_per_window(settings, recording) == 0.1


def test_looking_ahead_leaves_no_files(tmp_path: Path) -> None:
    video = write_video(tmp_path / "v.mp4", 120)
    poses = write_deeplabcut_csv(tmp_path / "v.csv", walking_poses())
    question = Question(Source(None, video, poses), RULES, frame=70)
    first, second = outlooks(question, None, tmp_path / "scratch")
    assert (first.forecast.windows, first.forecast.total, first.forecast.skipped) == (4, 4, 0)
    assert first.clip is None
    assert second.window == TimeRange(60, 90)
    assert second.clip is not None
    assert second.clip.features
    assert not (tmp_path / "v.mousegpt").exists()


def test_the_form_gives_settings(qtbot) -> None:
    form = CaptionForm()
    qtbot.addWidget(form)
    form.captioner.setCurrentText("kinematic-rules")
    form.window_s.setValue(1.5)
    assert form.stride_s.value() == 1.5
    form.stride_s.setValue(0.5)
    form.list_individuals(["a", "b"])
    form.individuals.item(0).setCheckState(form.individuals.item(0).checkState().Unchecked)
    form.select_range(TimeRange(30, 90), "0:01 – 0:03")
    assert form.settings() == CaptionSettings(
        captioner="kinematic-rules",
        camera_view="top",
        frames=TimeRange(30, 90),
        window_s=1.5,
        stride_s=0.5,
        individuals=("b",),
    )
    form.select_range(None, "")
    assert form.settings().frames is None


@pytest.mark.parametrize(
    ("captioner", "has_poses", "expected"),
    [
        ("kinematic-rules", True, None),
        ("kinematic-rules", False, "open a pose file"),
        ("mousegpt-tiny", False, None),
    ],
)
def test_the_form_says_what_is_missing(
    qtbot, captioner: str, has_poses: bool, expected: str | None
) -> None:
    form = CaptionForm()
    qtbot.addWidget(form)
    form.captioner.setCurrentText(captioner)
    problem = form.problem(has_poses=has_poses)
    assert problem is None if expected is None else expected in str(problem)


@pytest.mark.parametrize(
    ("forecast", "pace_s", "expected"),
    [
        (Forecast("r", 39, 1, 39, 0), None, "39 windows. How long it takes shows after"),
        (Forecast("r", 10, 3, 30, 10), 2.0, "10 windows × 3 individuals = 30, 10 of them"),
        (Forecast("r", 10, 3, 30, 10), 2.0, "About 40 s."),
        (Forecast("r", 1, 1, 1, 1), 2.0, "1 window, 1 of them described before: nothing left"),
    ],
)
def test_forecasts_in_words(qtbot, forecast: Forecast, pace_s: float | None, expected: str) -> None:
    panel = RunPanel()
    qtbot.addWidget(panel)
    panel.show_forecast(forecast, pace_s)
    assert expected in panel.forecast.text()


def test_the_process_describes_and_is_cancelled(tmp_path: Path) -> None:
    recording = make_recording(tmp_path, described=False)
    steps = list(ChildRun(Source(recording, recording.video().path), RULES))
    kinds = [type(step) for step in steps]
    assert kinds[:2] == [Recording, Forecast]
    assert kinds[-2:] == [CaptionProgress, Recording]
    last, whole = steps[-2:]
    assert isinstance(last, CaptionProgress)
    assert isinstance(whole, Recording)
    assert (last.captioned, last.total, len(whole.descriptions)) == (4, 4, 4)
    assert len(whole.bouts)

    run = ChildRun(
        Source(whole, whole.video().path), CaptionSettings("kinematic-rules", window_s=0.2)
    )
    run.cancel()
    *_, after = run
    assert isinstance(after, Recording)
    assert len(after.descriptions) < 4 + 20


def test_the_process_gives_the_reason_why_not(tmp_path: Path) -> None:
    recording = make_recording(tmp_path, described=False)
    settings = CaptionSettings(captioner="transformers", model=str(tmp_path))
    with pytest.raises(RuntimeError, match=r"expected a model with a config\.json"):
        list(ChildRun(Source(recording, recording.video().path), settings))
