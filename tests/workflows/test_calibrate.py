"""Labels mend what a captioner says of its confidence; what stays unsure is no bout, and first."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from video_files import write_video

from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.description import Description
from napari_mousegpt.datamodel.labels.set import LabelSet
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.run import make_run
from napari_mousegpt.io.bout_journal import add_bouts
from napari_mousegpt.io.confidence_file import CONFIDENCE, read_confidence_rules
from napari_mousegpt.io.recording_folder import add_run, append_answers, open_recording
from napari_mousegpt.layers.said import UNSURE, behaviours_of
from napari_mousegpt.workflows.calibrate import calibrate, latest_sure_run, set_unsure_below
from napari_mousegpt.workflows.import_recording import import_recording
from napari_mousegpt.workflows.judged_windows import judged_windows
from napari_mousegpt.workflows.review import ReviewSettings, review

WINDOW, FRAMES = 4, 160


def described(folder: Path, name: str, *, sure: bool = True) -> Recording:
    """Forty windows said to walk: every other with confidence 1 and right, else 0.9 and still."""
    video = write_video(folder / f"{name}.mp4", FRAMES, rate=20)
    recording = import_recording(video, folder=folder / f"{name}.mousegpt")
    entry = recording.video()
    run = make_run(tool="mousegpt-tiny", version="0", video=entry.id, video_sha256=entry.sha256)
    recording = add_run(recording, run)
    text = Description("It walks.", keywords=("walking",)).to_text()
    where = {"run_id": run.run_id, "video": entry.id, "individual": "individual_0"}
    answers, bouts = [], []
    for place, start in enumerate(range(0, FRAMES, WINDOW)):
        answer = where | {"start": start, "stop": start + WINDOW, "text": text, "valid": True}
        answers.append(answer | ({"confidence": 1.0 if place % 2 else 0.9} if sure else {}))
        bouts.append(
            {
                "video": entry.id,
                "start": start,
                "stop": start + WINDOW,
                "behaviour": "walking" if place % 2 else "still",
                "source": "person",
                "annotator": "anna",
            }
        )
    append_answers(recording, answers)
    add_bouts(recording.folder, make_bouts(bouts))
    return open_recording(recording.folder)


def test_labels_mend_the_confidence(tmp_path: Path) -> None:
    recordings = [described(tmp_path, name) for name in "abc"]
    found = calibrate(recordings, unsure_below=0.5)
    assert (found.judged, found.right) == (120, 0.5)
    assert found.ways["brier"][0] < 0.02 < found.brier
    assert found.unsure == 60
    again = open_recording(recordings[0].folder)
    said = again.descriptions
    assert said["confidence"].round(1).tolist() == [0.0, 1.0] * 20
    assert behaviours_of(said).tolist() == [UNSURE, "walking"] * 20
    by_model = again.bouts[again.bouts["source"] == "model"]
    assert by_model["start"].tolist() == list(range(WINDOW, FRAMES, 2 * WINDOW))
    # Learnt anew from what the captioner said, not from what was mended before.
    assert calibrate([again, *recordings[1:]]).rule == found.rule


def test_a_threshold_comes_and_goes(tmp_path: Path) -> None:
    recording = described(tmp_path, "a")
    run_id = latest_sure_run(recording).run_id
    unsure = set_unsure_below(recording, run_id, 0.95)
    assert unsure.descriptions["unsure"].sum() == 20
    steps = review(unsure, LabelSet(), ReviewSettings(limit=25))
    queue = _result(steps)
    assert all("too low for a bout" in item.reason for item in queue.items[:20])
    assert not any("too low for a bout" in item.reason for item in queue.items[20:])
    sure = set_unsure_below(unsure, run_id, None)
    assert not sure.descriptions["unsure"].any()
    assert (sure.bouts["source"] == "model").sum() == 1  # one long walk


def test_only_windows_that_a_person_judged_count(tmp_path: Path) -> None:
    recording = described(tmp_path, "a")
    recording = recording.replace(bouts=recording.bouts.iloc[:3])
    judged = judged_windows(recording, latest_sure_run(recording).run_id)
    assert judged["right"].tolist() == [False, True, False]
    assert judged["confidence"].tolist() == [0.9, 1.0, 0.9]


@pytest.mark.parametrize("broken", ["{", '{"runs": 3}', '{"runs": {"x": {"said": [2]}}}'])
def test_a_broken_file_changes_nothing(tmp_path: Path, broken: str) -> None:
    recording = described(tmp_path, "a")
    (recording.folder / CONFIDENCE).write_text(broken)
    assert read_confidence_rules(recording.folder) == {}
    assert np.all(open_recording(recording.folder).descriptions["confidence"] >= 0.9)


def test_without_a_confidence_there_is_nothing_to_mend(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no captioner said how sure it is"):
        calibrate([described(tmp_path, "a", sure=False)])


def _result(steps):  # type: ignore[no-untyped-def]
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value
