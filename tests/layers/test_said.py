"""What is said at a frame, and where its word stands."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from napari.layers import Layer
from small_recordings import describe, make_recording, walking_poses

from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.layers.colours import on_dark
from napari_mousegpt.layers.said import said_in
from napari_mousegpt.layers.said_layer import COPIES, clearer_side, label_points, said_layer


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    return make_recording(tmp_path, ("a", "b"))


@pytest.mark.parametrize(
    ("frame", "expected"),
    [(0, "walking"), (29, "walking"), (30, "still"), (119, "still"), (120, None), (-1, None)],
)
def test_windows_hold_their_start_and_not_their_stop(
    recording: Recording, frame: int, expected: str | None
) -> None:
    said = said_in(recording)
    row = said.row_at("b", frame)
    assert (None if row is None else said.behaviours[row]) == expected
    assert row is None or said.sentences[row].startswith("b is")


def test_of_overlapping_windows_the_latest_speaks(recording: Recording) -> None:
    table = recording.descriptions.assign(stop=recording.descriptions["start"] + 60)
    said = said_in(recording.replace(descriptions=table))
    row = said.row_at("a", 35)
    assert row is not None
    assert said.description(row)["start"] == 30


def test_the_newest_run_speaks_unless_another_is_asked_for(recording: Recording) -> None:
    newer = describe(recording, ("digging",))
    run = newer.runs[0]
    newer_run = type(run)(run_id="newer", tool="other", version="0", video=run.video)
    table = pd.concat([recording.descriptions, newer.descriptions.assign(run_id="newer")])
    both = recording.replace(descriptions=table.reset_index(drop=True), runs=(run, newer_run))
    for run_id, expected in ((None, "digging"), (run.run_id, "walking")):
        said = said_in(both, run_id=run_id)
        assert said.behaviours[said.row_at("a", 5)] == expected


def test_an_invalid_answer_says_nothing(recording: Recording) -> None:
    said = said_in(recording.replace(descriptions=recording.descriptions.assign(valid=False)))
    row = said.row_at("a", 5)
    assert row is not None
    assert (said.behaviours[row], said.sentences[row]) == ("", "")


@pytest.mark.parametrize(
    ("y", "above"), [(100.0, True), (5.0, False)], ids=["room above", "at the upper edge"]
)
def test_a_word_stands_above_its_animal_or_below(y: float, above: bool) -> None:
    position = np.array([[[50.0], [60.0]], [[y], [y + 20]]], np.float32)
    points, shown = label_points(position, ["still"], zoom=2.0, shape_yx=(200, 300))
    assert shown.all()
    assert bool(points[-1, 0] < y) is above
    assert not y < points[-1, 0] < y + 20  # not on the animal
    assert points[-1, 1] == pytest.approx(55)


def test_words_keep_within_the_picture_and_off_what_is_missing() -> None:
    position = np.full((2, 1, 3), 100.0, np.float32)
    position[0, 0, 0] = 1.0
    position[:, 0, 1] = np.nan
    points, shown = label_points(
        position, ["face grooming", "x", ""], zoom=1.0, shape_yx=(200, 300)
    )
    assert points[COPIES - 1, 1] > 20
    assert shown.reshape(3, COPIES).all(axis=1).tolist() == [True, False, False]
    assert np.isfinite(points).all()


def test_the_layer_is_made_without_words() -> None:
    layer = Layer.create(*said_layer(("a", "b"), 10))
    assert len(layer.data) == 2 * COPIES
    assert not layer.shown.any()


@pytest.mark.parametrize(("y", "side"), [(190, "top"), (10, "bottom"), (100, "bottom")])
def test_sentences_stand_where_the_animals_are_not(y: float, side: str) -> None:
    position = walking_poses()["position"].values[0].copy()
    position[1] = y
    assert clearer_side(position, 200) == side


@pytest.mark.parametrize(("colour", "expected"), [("#ffffff", "#ffffff"), ("#ddcc77", "#ddcc77")])
def test_light_colours_stay(colour: str, expected: str) -> None:
    assert on_dark(colour) == expected


def test_dark_colours_become_light() -> None:
    channels = [int(on_dark("#117733")[place : place + 2], 16) for place in (1, 3, 5)]
    assert np.dot(channels, [0.299, 0.587, 0.114]) > 160
