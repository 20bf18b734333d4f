"""More like this: exact cases, and a rendered mouse whose behaviours are known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from napari_mousegpt.analysis.review.similar_bouts import similar_bouts
from napari_mousegpt.analysis.vectors.kinematic_vectors import kinematic_columns
from napari_mousegpt.analysis.vectors.robust_vectors import Measured, robust_scale
from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.datamodel.skeleton import guess_roles
from napari_mousegpt.datamodel.spans import frames_between, union
from napari_mousegpt.datamodel.timerange import cut_windows
from napari_mousegpt.kinematics.frame_features import frame_features
from napari_mousegpt.kinematics.window_features import window_features
from napari_mousegpt.sample.arena import FPS
from napari_mousegpt.sample.motion import move
from napari_mousegpt.sample.random_script import random_script
from napari_mousegpt.sample.script import bout_table
from napari_mousegpt.sample.skeleton import KEYPOINTS
from napari_mousegpt.sample.tracker import track


def windows_of(n: int) -> pd.DataFrame:
    start = np.arange(n) * 10
    return pd.DataFrame({"video": "cam0", "individual": "m", "start": start, "stop": start + 10})


def test_nearest_first_and_the_example_itself_is_left_out() -> None:
    windows, features = windows_of(6), pd.DataFrame({"x": [0.0, 5, 1, 9, 2, 30]})
    found = similar_bouts(windows, features, windows.iloc[[0]], features.iloc[[0]])
    assert found["start"].tolist() == [20, 40, 10, 30, 50]
    assert found["rank"].tolist() == [1, 2, 3, 4, 5]
    assert found["score"].is_monotonic_decreasing
    assert ((found["score"] >= 0) & (found["score"] <= 1)).all()


def test_other_recordings_are_searched_and_overlaps_are_of_the_same_one() -> None:
    windows = pd.concat([windows_of(3).assign(recording=name) for name in "AB"], ignore_index=True)
    features = pd.DataFrame({"x": [0.0, 4, 9, 0, 4, 9]})
    query = pd.DataFrame({"recording": ["A"], "video": "cam0", "individual": "m", "start": [5]})
    found = similar_bouts(windows, features, query.assign(stop=15), pd.DataFrame({"x": [0.0]}))
    assert found[["recording", "start"]].values.tolist() == [
        ["B", 0],
        ["B", 10],
        ["A", 20],
        ["B", 20],
    ]


def test_what_is_not_wanted_pushes_away() -> None:
    windows = windows_of(5)
    features = pd.DataFrame({"x": [0.0, 2.0, -2.1, 4.0, -9.0]})
    examples = windows.iloc[[0, 3]].assign(wanted=[True, False])
    alone = similar_bouts(windows, features, examples.iloc[[0]], features.iloc[[0]])
    found = similar_bouts(windows, features, examples, features.iloc[[0, 3]])
    assert alone["start"].tolist()[0] == 10
    assert found["start"].tolist()[0] == 20


def test_unknown_numbers_are_passed_over() -> None:
    scaled = robust_scale(pd.DataFrame({"x": [0.0, 1, 2, 3], "y": [np.nan, 1, 5, 9.0]}))[0]
    found = Measured(scaled).distances(scaled[[1]])
    assert found[1, 0] == pytest.approx(0, abs=1e-6)
    assert found[0, 0] == pytest.approx(abs(scaled[0, 0] - scaled[1, 0]))
    assert np.isnan(Measured(np.full((1, 2), np.nan)).distances(scaled[[1]])).all()


def test_one_wanted_example_at_least() -> None:
    windows, features = windows_of(2), pd.DataFrame({"x": [0.0, 1]})
    with pytest.raises(ValueError, match="none wanted"):
        similar_bouts(windows, features, windows.assign(wanted=False), features)
    with pytest.raises(ValueError, match="same rows, found 2 and 1"):
        similar_bouts(windows, features.head(1), windows, features)


def test_one_rearing_bout_brings_rearing_first() -> None:
    script = random_script(60, 3)
    motion = move(script)
    positions, likelihoods = track(motion, seed=3)
    poses = make_poses(
        positions.transpose(0, 2, 1)[..., None],
        likelihoods[..., None],
        keypoints=KEYPOINTS,
        individuals=("m",),
        fps=FPS,
    )
    features = frame_features(poses, roles=guess_roles(list(KEYPOINTS)), fps=FPS)
    table = window_features(features, cut_windows(motion.n_frames, window_s=1, stride_s=1, fps=FPS))
    bouts = bout_table(script, video="cam0", individual="m")
    rearing = union(bouts.loc[bouts["behaviour"] == "rearing", ["start", "stop"]].to_numpy())
    whole = frames_between(rearing, table["start"], table["stop"]) == FPS
    windows = table[["individual", "start", "stop"]].assign(video="cam0", whole=whole)
    columns = kinematic_columns(table)
    asked = windows.index[whole]
    assert len(asked) == 2  # the other windows with rearing hold its beginning or its end
    for one in asked:
        found = similar_bouts(windows, columns, windows.loc[[one]], columns.loc[[one]])
        assert len(found) == len(windows) - 1
        assert found["whole"][0]
        assert found["score"][0] > found["score"][1] + 0.03
