"""Which paths are ours, and what they become."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from napari.layers import Layer
from small_recordings import make_recording, walking_poses, write_deeplabcut_csv
from video_files import write_video

from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.io.pose_table import write_pose_table
from napari_mousegpt.io.recording_folder import POSES
from napari_mousegpt.layers.of_recording import Look, pose_layers, recording_layers
from napari_mousegpt.layers.readers import reader_for


def _table(folder: Path) -> Path:
    path = folder / "measurements.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    return path


def _folder(folder: Path) -> Path:
    (folder / "photos").mkdir()
    return folder / "photos"


@pytest.mark.parametrize(
    ("make", "kinds"),
    [
        (lambda folder: write_video(folder / "v.mp4", 10), ["video"]),
        (
            lambda folder: write_deeplabcut_csv(folder / "p.csv", walking_poses()),
            ["trail", "skeleton", "keypoints"],
        ),
        (
            lambda folder: make_recording(folder).folder,
            ["video", "trail", "skeleton", "keypoints", "said", "bouts"],
        ),
        (_table, None),
        (_folder, None),
        (lambda folder: folder / "missing.csv", None),
    ],
    ids=["video", "poses", "recording", "other table", "other folder", "missing file"],
)
def test_what_a_path_becomes(
    tmp_path: Path, make: Callable[[Path], Path], kinds: list[str] | None
) -> None:
    read = reader_for(make(tmp_path))
    if kinds is None:
        assert read is None
        return
    assert read is not None
    layers = [Layer.create(*layer) for layer in read(Look())]
    assert [layer.metadata["mousegpt"]["kind"] for layer in layers] == kinds
    assert len(layers) <= 6


def test_a_video_layer_is_the_video_itself(tmp_path: Path) -> None:
    read = reader_for(write_video(tmp_path / "v.mp4", 10))
    assert read is not None
    layer = Layer.create(*read(Look())[0])
    assert layer.rgb
    assert layer.data.shape == (10, 64, 160, 3)
    assert layer.scale.tolist() == [1, 1, 1]


def test_no_trail_where_none_is_wanted(tmp_path: Path) -> None:
    read = reader_for(write_deeplabcut_csv(tmp_path / "p.csv", walking_poses()))
    assert read is not None
    assert [options["name"] for _, options, _ in read(Look(trail_s=0))] == ["skeleton", "keypoints"]


def test_a_recording_whose_video_has_gone_says_where_it_was(tmp_path: Path) -> None:
    recording = make_recording(tmp_path)
    recording.video().path.unlink()
    read = reader_for(recording.folder)
    assert read is not None
    with pytest.raises(FileNotFoundError, match=r"walk\.mp4 is not there"):
        read(Look())


def test_real_poses_lie_on_the_real_mouse(shared_data: Path) -> None:
    folder = shared_data / "videos_with_pose/openfield_single"
    video = reader_for(folder / "m3v1mp4.mp4")
    poses = reader_for(folder / "m3v1mp4DLC_resnet50_openfieldOct30shuffle1_100000.h5")
    assert video is not None
    assert poses is not None
    film = video(Look())[0][0]
    for frame in range(0, 300, 50):
        grey = film[frame].mean(axis=2)
        layer = next(options for _, options, _ in poses(Look()) if options["name"] == "keypoints")
        position = layer["metadata"]["mousegpt"]["poses"]["position"].values[frame, :, :, 0]
        x, y = position.mean(axis=1).round().astype(int)
        assert grey[y - 3 : y + 4, x - 3 : x + 4].mean() < np.median(grey) - 40  # a dark mouse


def test_poses_in_space_are_not_taken_for_pixels(tmp_path: Path) -> None:
    recording = make_recording(tmp_path)
    flat = walking_poses()
    position = np.concatenate([flat["position"].values, flat["position"].values[:, :1]], axis=1)
    space = make_poses(position, flat["confidence"].values, keypoints=flat["keypoint"].values)
    write_pose_table(recording.folder / POSES, space, recording.video().id)
    with pytest.warns(UserWarning, match=r"walk: its keypoints are in space .* calibration"):
        layers = recording_layers(recording)
    assert [options["name"] for _, options, _ in layers] == ["walk.mp4", "said", "bouts"]
    with pytest.raises(ValueError, match=r"p\.h5: its keypoints are in space"):
        pose_layers(space, path=str(tmp_path / "p.h5"))
