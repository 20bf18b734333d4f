"""Keypoints, skeleton and trail of one frame: exact places, and what is missing stays missing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from napari.layers import Layer
from small_recordings import KEYPOINTS, SKELETON, walking_poses

from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.layers.keypoints import (
    keypoint_size_px,
    keypoints_layer,
    points_yx,
    shown_points,
)
from napari_mousegpt.layers.skeleton import edge_rows, edge_vectors, skeleton_layer
from napari_mousegpt.layers.trail import SEGMENTS, trail_layer, trail_vectors


def test_points_are_y_then_x_animal_by_animal() -> None:
    # (space, keypoint, individual): x = 1, 2 and 5, 6; y = 3, 4 and 7, 8
    position = np.array([[[1, 5], [2, 6]], [[3, 7], [4, 8]]], np.float32)
    position.flags.writeable = False
    assert points_yx(position).tolist() == [[3, 1], [4, 2], [7, 5], [8, 6]]


@pytest.mark.parametrize(
    ("point", "confidence", "least", "expected"),
    [
        ((5, 5), 0.9, 0.0, True),
        ((5, 5), 0.3, 0.5, False),
        ((5, 5), np.nan, 0.5, True),
        ((np.nan, 5), 0.9, 0.0, False),
        ((0, 0), 0.9, 0.0, False),
        ((0, 5), 0.9, 0.0, True),
    ],
    ids=["there", "unsure", "unknown confidence", "missing", "zeros mean missing", "on the edge"],
)
def test_which_points_are_shown(
    point: tuple[float, float], confidence: float, least: float, expected: bool
) -> None:
    position = np.array(point, np.float32).reshape(2, 1, 1)
    shown = shown_points(points_yx(position), np.array([confidence]), least)
    assert shown.tolist() == [expected]


def test_keypoints_have_one_row_each_at_any_frame() -> None:
    poses = walking_poses(("a", "b"))
    for frame in (0, 119):
        data, options, kind = keypoints_layer(poses, frame=frame)
        assert (len(data), kind) == (2 * len(KEYPOINTS), "points")
        assert data[0].tolist() == [frame / 4 + 10, frame / 4 + 10]
    features = options["features"]
    assert list(features) == ["individual", "keypoint", "confidence"]
    assert all(
        isinstance(features[name].dtype, pd.CategoricalDtype) for name in features.columns[:2]
    )
    assert options["metadata"]["max_frame_idx"] == 119


@pytest.mark.parametrize(
    ("individuals", "colour_by", "same_animal_same_colour"),
    [(("a",), None, False), (("a", "b"), None, True), (("a", "b"), "keypoint", False)],
    ids=["one animal", "several", "as asked"],
)
def test_colours_tell_keypoints_or_animals_apart(
    individuals: tuple[str, ...], colour_by: str | None, same_animal_same_colour: bool
) -> None:
    _, options, _ = keypoints_layer(walking_poses(individuals), colour_by=colour_by)  # type: ignore[arg-type]
    first, second = options["face_color"][:2]
    assert np.array_equal(first, second) is same_animal_same_colour


def test_size_suits_the_animal_and_zeros_do_not_count() -> None:
    position = walking_poses()["position"].values * 10
    wide = keypoint_size_px(make_poses(position, keypoints=KEYPOINTS))
    position = position.copy()
    position[:, :, 0] = 0
    assert wide > keypoint_size_px(walking_poses())
    assert keypoint_size_px(make_poses(position, keypoints=KEYPOINTS)) <= wide


def test_edges_name_the_rows_of_each_animal() -> None:
    skeleton = [*SKELETON, ("nose", "not tracked")]
    assert edge_rows(skeleton, KEYPOINTS, 2).tolist() == [
        [0, 1], [0, 2], [0, 3], [4, 5], [4, 6], [4, 7],
    ]  # fmt: skip


def test_an_edge_with_a_hidden_end_has_no_length() -> None:
    points = np.array([[1, 1], [4, 5], [9, 9]], np.float32)
    edges = np.array([[0, 1], [1, 2]])
    vectors = edge_vectors(points, np.array([True, True, False]), edges)
    assert vectors.tolist() == [[[1, 1], [3, 4]], [[0, 0], [0, 0]]]


def test_the_trail_leads_to_the_animal() -> None:
    position = walking_poses()["position"].values
    vectors = trail_vectors(position, 100, 24)
    middle = position[100, :, :, 0].mean(axis=1)[::-1]
    assert len(vectors) == SEGMENTS
    np.testing.assert_allclose(vectors[-1].sum(axis=0), middle, rtol=1e-5)
    np.testing.assert_allclose(vectors[:, 1], 0.25, rtol=1e-3)  # one frame, a quarter pixel


@pytest.mark.parametrize("frame", [0, 1], ids=["first frame", "second frame"])
def test_the_trail_does_not_begin_before_the_video(frame: int) -> None:
    vectors = trail_vectors(walking_poses()["position"].values, frame, 60)
    assert np.abs(vectors[: SEGMENTS - 1, 1]).max() == 0


def test_the_trail_leaves_out_what_is_missing() -> None:
    position = walking_poses()["position"].values.copy()
    position[90:95] = np.nan
    position[95:100] = 0
    vectors = trail_vectors(position, 105, 24)
    assert np.isfinite(vectors).all()
    assert np.abs(vectors[:, 1]).max() < 1  # no jump to the corner and back


def test_napari_takes_every_layer() -> None:
    poses = walking_poses(("a", "b"))
    for layer_data in (keypoints_layer(poses), skeleton_layer(poses, SKELETON), trail_layer(poses)):
        layer = Layer.create(*layer_data)
        assert layer.ndim == 2
        assert layer.metadata["mousegpt"]["kind"] == layer.name
