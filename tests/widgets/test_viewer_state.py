"""However our layers come into a viewer, they end up following its frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.layers import Layer
from napari.utils.notifications import notification_manager
from qtpy.QtWidgets import QApplication
from small_recordings import KEYPOINTS, N_FRAMES, describe, make_recording, walking_poses
from video_files import write_video

from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.io.films.video import Video
from napari_mousegpt.layers.layer_data import LayerData
from napari_mousegpt.layers.of_recording import pose_layers, recording_layers
from napari_mousegpt.layers.video import video_layer
from napari_mousegpt.widgets.viewer_state import ViewerState, state_of

pytestmark = pytest.mark.usefixtures("qtbot")


@pytest.fixture
def video(tmp_path: Path) -> LayerData:
    return video_layer(Video(write_video(tmp_path / "v.mp4", N_FRAMES)))


def add(viewer: ViewerModel, *layers: LayerData) -> None:
    for layer in layers:
        viewer.add_layer(Layer.create(*layer))


def go_to(state: ViewerState, frame: int) -> None:
    """Show a frame, and let what is written soon be written."""
    state.go_to(frame)
    QApplication.processEvents()


def test_there_is_one_state_for_a_viewer(viewer: ViewerModel) -> None:
    assert state_of(viewer) is state_of(viewer)
    assert state_of(viewer) is not state_of(ViewerModel())


@pytest.mark.parametrize(
    "state_first", [True, False], ids=["dock open before", "dock opened after"]
)
@pytest.mark.parametrize("video_first", [True, False], ids=["video, poses", "poses, video"])
def test_keypoints_follow_the_frame(
    viewer: ViewerModel, video: LayerData, state_first: bool, video_first: bool
) -> None:
    if state_first:
        state_of(viewer)
    poses = pose_layers(walking_poses())
    add(viewer, *([video, *poses] if video_first else [*poses, video]))
    state = state_of(viewer)
    for frame in (40, 119, 0):
        viewer.dims.set_current_step(0, frame)
        assert state.frame == frame
        assert viewer.layers["keypoints"].data[0].tolist() == [frame / 4 + 10, frame / 4 + 10]
        assert viewer.layers["skeleton"].data[0, 0].tolist() == [frame / 4 + 10, frame / 4 + 10]
    assert viewer.layers[0].name == "v.mp4"  # below the poses


def test_missing_and_unsure_keypoints_are_hidden_not_removed(
    viewer: ViewerModel, video: LayerData
) -> None:
    poses = walking_poses()
    position = poses["position"].values.copy()
    position[50, :, 1] = np.nan
    add(viewer, video, *pose_layers(make_poses(position, keypoints=KEYPOINTS)))
    state = state_of(viewer)
    state.go_to(50)
    keypoints = viewer.layers["keypoints"]
    assert keypoints.shown.tolist() == [True, False, True, True]
    assert (keypoints.size > 0).tolist() == [True, False, True, True]
    assert len(keypoints.data) == len(KEYPOINTS)
    state.go_to(51)
    assert keypoints.shown.all()
    assert len(set(keypoints.size)) == 1


def test_hidden_layers_rest_and_catch_up_when_shown(viewer: ViewerModel, video: LayerData) -> None:
    add(viewer, video, *pose_layers(walking_poses()))
    state = state_of(viewer)
    state.go_to(0)
    viewer.layers["keypoints"].visible = False
    state.go_to(80)
    assert viewer.layers["keypoints"].data[0, 0] == 10
    viewer.layers["keypoints"].visible = True
    assert viewer.layers["keypoints"].data[0, 0] == 30


@pytest.mark.parametrize(
    ("rows", "follows", "message"),
    [
        (100, True, "100 rows"),
        (130, True, "130 rows"),
        (40, False, "do not belong together"),
    ],
)
def test_poses_of_another_length(
    viewer: ViewerModel, video: LayerData, rows: int, follows: bool, message: str
) -> None:
    add(viewer, video)
    state = state_of(viewer)
    add(viewer, *pose_layers(walking_poses(n_frames=rows)))
    assert message in notification_manager.records[-1].message
    assert (state.poses is not None) is follows
    if follows:
        state.go_to(N_FRAMES - 1)
        assert viewer.layers["keypoints"].shown.all() == (rows >= N_FRAMES)


def test_a_recording_brings_everything(viewer: ViewerModel, recording: Recording) -> None:
    add(viewer, *recording_layers(recording))
    state = state_of(viewer)
    assert state.individuals == ("a", "b")
    go_to(state, 40)
    assert list(viewer.layers["said"].features["said"].unique()) == ["still"]
    assert viewer.layers["said"].shown.all()
    assert len(viewer.layers["bouts"].data) == 2 * 4 + 2
    assert len(viewer.layers) == 6


def test_a_missing_animal_has_no_word(viewer: ViewerModel, recording: Recording) -> None:
    poses = walking_poses(("a", "b"))
    position = poses["position"].values.copy()
    position[35:45, ..., 1] = 0  # what several trackers write for "not seen"
    lost = make_poses(position, keypoints=KEYPOINTS, individuals=("a", "b"))
    layers = recording_layers(recording)
    add(viewer, layers[0], *pose_layers(lost), *layers[-2:])
    state = state_of(viewer)
    for frame, words in ((34, ["still", "still"]), (40, ["still", ""]), (46, ["still", "still"])):
        go_to(state, frame)
        said = viewer.layers["said"].features["said"]
        assert said.iloc[[0, -1]].tolist() == words


def test_words_are_written_over_the_animals(viewer: ViewerModel, recording: Recording) -> None:
    add(viewer, *recording_layers(recording))
    state = state_of(viewer)
    overlay = viewer.canvas.overlays.text
    go_to(state, 40)
    assert overlay.visible
    assert [line.strip("\u00a0") for line in overlay.text.splitlines()] == [
        "a: a is still.",
        "b: b is still.",
    ]
    state.look_at("b")
    QApplication.processEvents()
    assert overlay.text.strip("\u00a0") == "b: b is still."
    viewer.layers["said"].visible = False
    go_to(state, 41)
    assert not overlay.visible


def test_what_is_said_grows_while_it_is_looked_at(viewer: ViewerModel, tmp_path: Path) -> None:
    empty = make_recording(tmp_path, described=False)
    add(viewer, *recording_layers(empty))
    state = state_of(viewer)
    assert len(viewer.layers["bouts"].data) == 0
    state.set_recording(describe(empty))
    go_to(state, 0)
    assert list(viewer.layers["said"].features["said"].unique()) == ["walking"]
    assert len(viewer.layers["bouts"].data) == 5
    assert len(viewer.layers["bouts"].features) == 5


def test_a_second_video_takes_over(
    viewer: ViewerModel, recording: Recording, video: LayerData
) -> None:
    add(viewer, *recording_layers(recording))
    state = state_of(viewer)
    add(viewer, video)
    assert state.recording is None
    assert state.poses is None
    assert state.video is video[0]
    assert [layer.name for layer in viewer.layers if layer.visible] == ["v.mp4"]


def test_removing_the_video_lets_go_of_it(viewer: ViewerModel, video: LayerData) -> None:
    add(viewer, video, *pose_layers(walking_poses()))
    state = state_of(viewer)
    del viewer.layers["v.mp4"]
    assert state.video is None
    assert state.poses is not None


def test_others_layers_are_left_alone(viewer: ViewerModel, video: LayerData) -> None:
    state_of(viewer)
    other = viewer.add_points(np.zeros((5, 2)), name="keypoints of another plugin")
    add(viewer, video)
    viewer.dims.set_current_step(0, 30)
    assert other.data.tolist() == np.zeros((5, 2)).tolist()
    assert other.visible


def test_times_and_selection(viewer: ViewerModel, video: LayerData) -> None:
    add(viewer, video)
    state = state_of(viewer)
    heard: list[object] = []
    state.selection_changed.connect(heard.append)
    state.select(TimeRange(3, 9))
    state.select(TimeRange(3, 9))
    assert heard == [TimeRange(3, 9)]
    assert state.time_s(60) == pytest.approx(2.0)
    state.go_to(10_000)
    assert state.frame == N_FRAMES - 1
