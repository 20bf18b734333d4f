"""Layers of many frames, laid out as other plugins lay them out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from napari.layers import Layer, Points, Tracks
from small_recordings import walking_poses

from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.layers import pose_points
from napari_mousegpt.layers.pose_points import deeplabcut_layers, movement_layers


def two_mice():
    poses = walking_poses(["mia", "max"], n_frames=6)
    poses["position"].values[2, :, 1, 0] = np.nan
    return poses


def test_rows_go_by_individual_keypoint_and_frame() -> None:
    points, tracks = movement_layers(two_mice(), "walk", fps=10.0)
    data, options, _ = points
    table = options["features"]
    assert len(data) == 2 * 4 * 6 - 1
    assert list(table) == ["individual", "keypoint", "time", "confidence"]
    assert table["keypoint"].tolist()[:11] == ["nose"] * 6 + ["leftear"] * 5
    assert table["time"].tolist()[6:11] == pytest.approx([0, 0.1, 0.3, 0.4, 0.5])
    np.testing.assert_array_equal(data[6:11, 0], [0, 1, 3, 4, 5])
    np.testing.assert_array_equal(data[0], [0, 10, 10])  # frame, y, x
    np.testing.assert_array_equal(tracks[0][:, 1:], data)
    assert tracks[0][6, 0] == 1
    assert [kind for _, _, kind in (points, tracks)] == ["points", "tracks"]


def test_what_movement_keeps_in_its_metadata() -> None:
    poses = two_mice()
    poses.attrs["source_software"] = "SLEAP"
    metadata = movement_layers(poses, "walk", times_s=np.arange(6) ** 2.0)[0][1]["metadata"]
    assert metadata["max_frame_idx"] == metadata["movement_max_frame_idx"] == 5
    assert metadata["movement_points_layer"] is True
    every = metadata["movement_points_properties"]
    assert len(every) == 2 * 4 * 6
    assert every["position_is_nan"].sum() == 1
    assert every["time"].tolist()[:6] == [0, 1, 4, 9, 16, 25]
    attributes = metadata["movement_dataset_attrs"]
    assert attributes["source_software"] == "SLEAP"
    assert attributes["time_unit"] == "seconds"


@pytest.mark.parametrize(
    ("individuals", "ids", "columns", "first"),
    [
        (["individual_0"], [""], 12, ("mousegpt", "nose", "x")),
        (["mia", "max"], ["mia", "max"], 24, ("mousegpt", "mia", "nose", "x")),
    ],
    ids=["one animal", "two"],
)
def test_what_napari_deeplabcut_looks_for(
    individuals: list[str], ids: list[str], columns: int, first: tuple[str, ...]
) -> None:
    poses = walking_poses(individuals, n_frames=5)
    poses["confidence"].values[0] = 0.3
    poses["confidence"].values[1] = np.nan
    ((_, options, kind),) = deeplabcut_layers(poses, "walk")
    assert kind == "points"
    features = options["features"]
    assert list(features) == ["label", "id", "likelihood", "valid"]
    assert list(features["id"].cat.categories) == ids
    assert features["valid"].tolist()[:5] == [False, True, True, True, True]
    header = options["metadata"]["header"]
    assert len(header["columns"]) == columns
    assert header["columns"][0] == first
    assert len(header["names"]) == len(first)
    assert options["metadata"]["paths"] == []


@pytest.mark.parametrize("make", [movement_layers, deeplabcut_layers])
def test_a_time_range_keeps_its_frame_numbers(make) -> None:
    data, options, _ = make(two_mice(), "walk", frames=TimeRange(2, 4))[0]
    assert set(data[:, 0]) == {2, 3}
    assert len(data) == 2 * 4 * 2 - 1
    assert options["metadata"]["max_frame_idx"] == 5


@pytest.mark.parametrize("make", [movement_layers, deeplabcut_layers])
def test_what_is_refused(make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pose_points, "POINTS_LIMIT", 40)
    with pytest.raises(
        ValueError, match=r"at most 40 points in a layer, found 48.* up to 5 frames"
    ):
        make(two_mice(), "walk")
    assert len(make(two_mice(), "walk", frames=TimeRange(0, 5))[0][0]) == 39
    space = make_poses(np.ones((2, 3, 1, 1), np.float32), keypoints=["a"])
    with pytest.raises(ValueError, match="found positions in space"):
        make(space, "walk")


def test_napari_takes_them() -> None:
    points, tracks = (Layer.create(*one) for one in movement_layers(two_mice(), "walk", fps=30.0))
    assert isinstance(points, Points)
    assert isinstance(tracks, Tracks)
    assert set(points.properties["individual"]) == {"mia", "max"}
    assert "individual_factorized" in tracks.properties
    (labels,) = (Layer.create(*one) for one in deeplabcut_layers(two_mice(), "walk"))
    assert isinstance(labels.features["label"].dtype, pd.CategoricalDtype)


def test_poses_that_are_all_missing() -> None:
    poses = make_poses(np.full((3, 2, 2, 1), np.nan, np.float32), keypoints=["a", "b"])
    data, options, _ = deeplabcut_layers(poses, "walk")[0]
    assert len(data) == 0
    assert isinstance(Layer.create(data, options, "points"), Points)
