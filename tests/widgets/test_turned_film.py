"""Films whose file asks viewers to turn the picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from napari.layers import Layer
from small_recordings import walking_poses
from video_files import remux, write_video

from napari_mousegpt.io.films.video import Video
from napari_mousegpt.layers.layer_data import mark_of
from napari_mousegpt.layers.of_recording import pose_layers
from napari_mousegpt.layers.video import video_layer
from napari_mousegpt.widgets.film.turned import turning
from napari_mousegpt.widgets.profiling.zone_layer import draw_zones
from napari_mousegpt.widgets.viewer_state import state_of

BOTTOM, RIGHT = 63, 159


@pytest.mark.parametrize(
    ("degrees", "point_yx", "seen_yx"),
    [
        (0, (10, 20), (10, 20)),
        (90, (0, 0), (RIGHT, 0)),
        (90, (0, RIGHT), (0, 0)),
        (-90, (0, 0), (0, BOTTOM)),
        (-90, (BOTTOM, 0), (0, 0)),
        (180, (0, 0), (BOTTOM, RIGHT)),
    ],
)
def test_points_of_a_turned_picture(
    degrees: int, point_yx: tuple[int, int], seen_yx: tuple[int, int]
) -> None:
    seen = turning(degrees, (BOTTOM + 1, RIGHT + 1)) @ (*point_yx, 1)
    assert seen[:2].tolist() == list(seen_yx)


@pytest.mark.parametrize("poses_first", [True, False])
def test_what_lies_over_the_film_is_turned_with_it(
    viewer, tmp_path: Path, poses_first: bool
) -> None:
    state_of(viewer)
    video = Video(
        remux(write_video(tmp_path / "v.mp4", 12), tmp_path / "turned.mp4", rotation_degrees=90)
    )
    layers = [video_layer(video), *pose_layers(walking_poses(("a",)).isel(time=slice(12)))]
    for data in reversed(layers) if poses_first else layers:
        viewer.add_layer(Layer.create(*data))
    zones = draw_zones(viewer)
    expected = turning(video.rotation_degrees, video.shape[1:3])
    assert abs(video.rotation_degrees) == 90
    for layer in viewer.layers:
        assert np.allclose(np.asarray(layer.affine)[-3:, -3:], expected), layer.name
    [film] = [layer for layer in viewer.layers if mark_of(layer.metadata).get("kind") == "video"]
    assert film.data[3].shape == (64, 160, 3)  # the array stays as it is
    assert zones.ndim == 2
    viewer.add_layer(Layer.create(*video_layer(Video(tmp_path / "v.mp4"))))
    assert np.array_equal(np.asarray(viewer.layers[-1].affine), np.eye(4))
