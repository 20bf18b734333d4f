"""The bouts layer has the columns that other plugins look for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from napari.layers import Layer
from small_recordings import FPS, make_recording, walking_poses

from napari_mousegpt.datamodel.bouts import make_bouts, merge_windows
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.layers.bouts import CATEGORIES, FEATURES, WHERE_KNOWN, bouts_layer


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    return make_recording(tmp_path, ("a", "b"))


def test_columns_and_their_types(recording: Recording) -> None:
    data, options, kind = bouts_layer(recording, walking_poses(("a", "b")))
    features = options["features"]
    assert tuple(features) == tuple(name for name in FEATURES if name not in WHERE_KNOWN)
    assert features["behavior_id"].tolist() == [
        sorted(set(features["behavior"])).index(name) + 1 for name in features["behavior"]
    ]
    assert {name for name in features if features[name].dtype == object} == set()
    assert all(isinstance(features[name].dtype, pd.CategoricalDtype) for name in CATEGORIES)
    assert (kind, data.dtype, data.flags.f_contiguous) == ("points", np.float32, True)
    assert options["metadata"]["max_frame_idx"] == 119


def test_a_point_lies_where_the_animal_is_when_the_bout_begins(recording: Recording) -> None:
    poses = walking_poses(("a", "b"))
    data, options, _ = bouts_layer(recording, poses)
    row = options["features"].query("source == 'person' and individual == 'b'").index[0]
    middle = poses["position"].values[10, ::-1, :, 1].mean(axis=1)
    np.testing.assert_allclose(data[row], [10, *middle], rtol=1e-5)
    assert options["features"].loc[row, ["start_s", "stop_s"]].tolist() == [10 / FPS, 50 / FPS]


def test_windows_stand_for_themselves_until_their_run_has_bouts(recording: Recording) -> None:
    before = bouts_layer(recording)[1]["features"]
    merged = merge_windows(recording.descriptions)
    whole = recording.replace(bouts=make_bouts(pd.concat([recording.bouts, merged])))
    after = bouts_layer(whole)[1]["features"]
    assert len(before) == 2 * 4 + 2
    assert len(after) == len(merged) + 2
    assert set(after.query("source == 'model'")["caption"]) >= {"a is walking.", "b is still."}


def test_without_poses_points_lie_in_the_middle(recording: Recording) -> None:
    data, _, _ = bouts_layer(recording, None)
    assert set(map(tuple, data[:, 1:].tolist())) == {(32.0, 80.0)}


def test_a_recording_about_which_nothing_is_said(tmp_path: Path) -> None:
    layer = Layer.create(*bouts_layer(make_recording(tmp_path, described=False)))
    assert len(layer.data) == 0
    assert set(layer.features) == set(FEATURES) - set(WHERE_KNOWN)


def test_columns_of_numbers_are_there_once_they_have_one(recording: Recording) -> None:
    bouts = recording.bouts.assign(UMAP0=[0.5, np.nan], UMAP1=[1.0, 2.0], confidence=[np.nan, 0.5])
    features = bouts_layer(recording.replace(bouts=bouts))[1]["features"]
    assert tuple(features) == FEATURES
