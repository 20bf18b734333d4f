"""Several cameras in one viewer: what is shown of each, on the frames of the first."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from cameras_made import make_cameras
from napari.components import ViewerModel
from napari.layers import Layer
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QApplication
from video_files import number_in, write_video

from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.run import make_run
from napari_mousegpt.datamodel.tables import DESCRIPTIONS, conform
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.io.films.video import Video
from napari_mousegpt.io.recording_folder import open_recording
from napari_mousegpt.layers.camera_layers import camera_views
from napari_mousegpt.layers.layer_data import mark_of
from napari_mousegpt.layers.of_recording import recording_layers
from napari_mousegpt.layers.said_layer import COPIES
from napari_mousegpt.layers.video import video_layer
from napari_mousegpt.widgets.cameras.cameras import Cameras
from napari_mousegpt.widgets.caption.by_camera import all_have_poses, settings_by_camera
from napari_mousegpt.widgets.caption.job import read_further, read_request, request_text
from napari_mousegpt.widgets.caption_dock import CaptionDock
from napari_mousegpt.widgets.import_dialog.show_imported import show_imported
from napari_mousegpt.widgets.labelling.labelling import labelling_of
from napari_mousegpt.widgets.timeline import TimelineDock
from napari_mousegpt.widgets.viewer_state import ViewerState, state_of
from napari_mousegpt.workflows.caption import CaptionSettings
from napari_mousegpt.workflows.caption_views import caption_views, plan_views

pytestmark = pytest.mark.usefixtures("no_thread_left")


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    return described(make_cameras(tmp_path / "made"))


def described(recording: Recording) -> Recording:
    """One window and one bout of each camera, at its own frames 30 to 60."""
    runs, windows, bouts = [], [], []
    for entry, word in zip(recording.videos, ("walking", "rearing", "still"), strict=True):
        run = make_run(tool="stand-in", version="0", video=entry.id, video_sha256=entry.sha256)
        runs.append(run)
        row = {"video": entry.id, "individual": "individual_0", "start": 30, "stop": 60}
        said = {"overall": f"It is {word}.", "keywords": [word], "valid": True}
        windows.append({**row, **said, "run_id": run.run_id})
        bouts.append({**row, "behaviour": word})
    table = pd.DataFrame(bouts).assign(source="person", annotator="Anna")
    return recording.replace(
        descriptions=conform(pd.DataFrame(windows), DESCRIPTIONS),
        bouts=make_bouts(table),
        runs=tuple(runs),
    )


@pytest.fixture
def state(viewer: ViewerModel, recording: Recording) -> ViewerState:
    state = state_of(viewer)
    for layer in recording_layers(recording):
        viewer.add_layer(Layer.create(*layer))
    return state


def go_to(state: ViewerState, frame: int) -> None:
    state.go_to(frame)
    state.settle()
    QApplication.processEvents()


def films(state: ViewerState) -> dict[str, Layer]:
    layers = state.viewer.layers
    found = [one for one in layers if mark_of(one.metadata).get("kind") == "video"]
    return dict(zip(("cam0", "cam1", "cam2"), found, strict=True))


@pytest.mark.parametrize(
    ("frame", "expected"),
    [(0, (0, None, 20)), (15, (15, 0, 30)), (90, (90, 75, None)), (119, (119, None, None))],
)
def test_each_camera_shows_its_frame(
    state: ViewerState, frame: int, expected: tuple[int | None, ...]
) -> None:
    go_to(state, 60)
    go_to(state, frame)
    assert tuple(state.cameras.frame_of(one, frame) for one in state.cameras.ids) == expected
    for layer, number in zip(films(state).values(), expected, strict=True):
        picture = np.asarray(layer.data[frame])
        assert number is None or number_in(picture) == number
        assert (layer.data.item, layer.data.quality) == (frame, "exact")


def test_keypoints_lie_on_each_camera_and_are_hidden_where_it_does_not_film(
    state: ViewerState,
) -> None:
    keypoints = state.viewer.layers["keypoints"]
    origin = np.array(state.cameras.views[1].origin_yx)
    go_to(state, 55)
    assert keypoints.shown.all()
    assert keypoints.data[0].tolist() == [55 / 4 + 10] * 2
    assert (keypoints.data[4] - origin).tolist() == [40 / 4 + 10] * 2
    assert state.viewer.layers["skeleton"].data[3, 0].tolist() == keypoints.data[4].tolist()
    go_to(state, 5)
    assert keypoints.shown.tolist() == [True] * 4 + [False] * 4
    assert (keypoints.size[4:] == 0).all()
    assert (state.viewer.layers["skeleton"].data[3:, 1] == 0).all()


def test_looking_at_one_camera(state: ViewerState) -> None:
    go_to(state, 50)
    cameras, keypoints = state.cameras, state.viewer.layers["keypoints"]
    seen = []
    for _ in range(4):
        cameras.look_at_next()
        visible = [name for name, layer in films(state).items() if layer.visible]
        seen.append((cameras.looked_at, visible, keypoints.shown[[0, 4]].tolist()))
    assert seen == [
        ("cam0", ["cam0"], [True, False]),
        ("cam1", ["cam1"], [False, True]),
        ("cam2", ["cam2"], [False, False]),
        (None, ["cam0", "cam1", "cam2"], [True, True]),
    ]
    cameras.look_at("cam1")
    go_to(state, 60)
    assert films(state)["cam1"].data.item == 60
    assert films(state)["cam0"].data.asked == 50  # what is hidden is not decoded
    assert state.frame == 60  # time stays that of the first
    with pytest.raises(ValueError, match="cam7"):
        cameras.look_at("cam7")


def test_words_stand_in_the_right_tile(state: ViewerState) -> None:
    # At frame 50, cam0 shows its frame 50, cam1 35, and cam2 53: each in its described window.
    go_to(state, 50)
    said, tiles = state.viewer.layers["said"], state.viewer.layers["cameras"]
    assert said.features["said"][::COPIES].tolist() == ["walking", "rearing", ""]
    assert said.shown[::COPIES].tolist() == [True, True, False]  # no poses: nowhere to stand
    corner_yx = np.array(state.cameras.views[1].origin_yx)
    inside = said.data[COPIES : 2 * COPIES] - corner_yx
    assert (inside > 0).all()
    assert tiles.features["said"][::COPIES].tolist() == [
        "cam0 · top\nIt is walking.",
        "cam1 · side\nIt is rearing.",
        "cam2 · side\nIt is still.",
    ]
    assert not state.viewer.canvas.overlays.text.visible
    state.cameras.look_at("cam1")
    go_to(state, 90)  # its frame 75
    assert tiles.features["said"][::COPIES].tolist() == ["", "cam1 · side", ""]


def test_another_film_takes_over(state: ViewerState, tmp_path: Path) -> None:
    layer = Layer.create(*video_layer(Video(write_video(tmp_path / "v.mp4", 30))))
    state.viewer.add_layer(layer)
    assert state.cameras.ids == []
    assert [one.name for one in state.viewer.layers if one.visible] == ["v.mp4"]
    state.cameras.look_at_next()
    assert layer.visible


def test_importing_a_camera_beside_the_film_that_is_open(
    viewer: ViewerModel, recording: Recording
) -> None:
    state = state_of(viewer)
    for layer in recording_layers(recording.replace(videos=recording.videos[:1])):
        viewer.add_layer(Layer.create(*layer))
    assert state.cameras.ids == []
    show_imported(state, recording, with_poses=False)
    assert state.cameras.ids == ["cam0", "cam1", "cam2"]
    before = list(viewer.layers)
    show_imported(state, recording.replace(individuals=("individual_0",)), with_poses=False)
    assert list(viewer.layers) == before
    go_to(state, 55)
    assert viewer.layers["keypoints"].shown.all()


def test_a_camera_whose_layer_is_removed_is_left_out(state: ViewerState) -> None:
    state.viewer.layers.remove(films(state)["cam1"])
    go_to(state, 50)
    assert state.viewer.layers["keypoints"].shown.tolist() == [True] * 4 + [False] * 4
    assert state.video is not None


def test_the_timeline_names_cameras_on_one_axis(qtbot, state: ViewerState) -> None:
    dock = TimelineDock(state.viewer)
    qtbot.addWidget(dock)
    found = {
        (one.camera, one.label): (one.starts.tolist(), one.stops.tolist())
        for one in (row.content for row in dock.rows if row.lanes)
    }
    assert found == {
        ("cam0", "stand-in"): ([30], [60]),
        ("cam0", "bouts: Anna"): ([30], [60]),
        ("cam1", "stand-in"): ([45], [75]),
        ("cam1", "bouts: Anna"): ([45], [75]),
        ("cam2", "stand-in"): ([15], [60]),
        ("cam2", "bouts: Anna"): ([15], [60]),
    }
    middle = next(row.middle for row in dock.rows if row.content.camera == "cam1")
    assert "It is rearing." in dock.hover.text_at(60, middle)
    assert "cam1 · stand-in" in dock.hover.text_at(60, middle)


def test_switching_by_choice_and_by_key(qtbot, state: ViewerState) -> None:
    dock = TimelineDock(state.viewer)
    qtbot.addWidget(dock)
    choice = dock.header.cameras
    assert [choice.itemText(n) for n in range(choice.count())] == [
        "all cameras",
        "cam0 · top",
        "cam1 · side",
        "cam2 · side",
    ]
    dock.keys.action_for("N").run()
    assert (state.cameras.looked_at, choice.currentIndex()) == ("cam0", 1)
    dock.keys.action_for("Ctrl+Alt+3").run()
    assert choice.currentText() == "cam2 · side"
    choice.activated.emit(0)
    assert state.cameras.looked_at is None
    assert [one.title for one in dock.keys.groups()["Cameras"]][:2] == [
        "next camera",
        "all cameras",
    ]


def test_labels_are_those_of_the_first_camera_whichever_is_looked_at(
    state: ViewerState, recording: Recording
) -> None:
    state.cameras.look_at("cam1")
    track = labelling_of(state.viewer).track
    assert track is not None
    assert track.video == "cam0"


@pytest.mark.parametrize(
    ("chosen", "frames", "looked_at", "expected"),
    [
        (["cam0"], None, None, [("cam0", None)]),
        (["cam0", "cam1"], None, "cam1", [("cam1", None), ("cam0", None)]),
        (
            ["cam0", "cam1", "cam2"],
            (30, 60),
            None,
            [("cam0", (30, 60)), ("cam1", (15, 45)), ("cam2", (40, 60))],
        ),
        (["cam1", "cam2"], (100, 120), None, [("cam1", (85, 100))]),
        (["cam2"], (100, 120), None, []),
    ],
)
def test_each_camera_is_described_in_its_own_frames(
    recording: Recording, chosen, frames, looked_at, expected
) -> None:
    cameras = Cameras()
    cameras.set_views(camera_views(recording))
    cameras.look_at(looked_at)
    part = TimeRange(*frames) if frames else None
    asked = CaptionSettings(frames=part, camera_view="top")
    found = settings_by_camera(asked, cameras, chosen)
    assert [(one.video, one.frames) for one in found] == [
        (video, TimeRange(*span) if span else None) for video, span in expected
    ]
    assert all(one.camera_view is None for one in found)
    assert all_have_poses(cameras, chosen) is ("cam2" not in chosen)
    assert settings_by_camera(asked, Cameras(), []) == [asked]


def test_several_runs_are_one_job(tmp_path: Path) -> None:
    recording = make_cameras(tmp_path / "made")
    wanted = [
        CaptionSettings(captioner="kinematic-rules", window_s=1.0, stride_s=1.0, video=camera)
        for camera in ("cam1", "cam0")
    ]
    plans = plan_views(recording, wanted)
    assert plans[0].captioner is plans[1].captioner
    steps = list(caption_views(plans))
    last = steps[-1]
    assert (last.captioned, last.skipped, last.total) == (8, 0, 8)
    counts = [one.captioned for one in steps]
    assert counts == sorted(counts)
    again = open_recording(recording.folder)
    assert [run.video for run in again.runs] == ["cam1", "cam0"]
    assert again.descriptions["video"].value_counts().to_dict() == {"cam0": 4, "cam1": 4}
    text = request_text(recording.folder, wanted[0], wanted[1:])
    assert read_request(text) == (recording.folder, wanted[0])
    assert read_further(text) == wanted[1:]


def test_the_dock_describes_the_ticked_cameras(qtbot, viewer: ViewerModel, tmp_path: Path) -> None:
    for layer in recording_layers(make_cameras(tmp_path / "made")):
        viewer.add_layer(Layer.create(*layer))
    dock = CaptionDock(viewer)
    qtbot.addWidget(dock)
    form = dock.form
    form.captioner.setCurrentText("kinematic-rules")
    form.window_s.setValue(1.0)
    assert form.chosen_cameras() == ["cam0"]
    form.cameras.item(1).setCheckState(Qt.CheckState.Checked)
    qtbot.waitUntil(lambda: dock.panel.forecast.text().startswith("8 windows"), timeout=20_000)
    dock.run()
    qtbot.waitUntil(lambda: not dock.runner.running, timeout=60_000)
    assert "8 described" in dock.panel.progress.text()
    state_of(viewer).go_to(50)
    text = dock.said.text.text()
    assert "cam0 · top" in text
    assert "cam1 · side" in text
    form.cameras.item(2).setCheckState(Qt.CheckState.Checked)
    assert not dock.panel.run_button.isEnabled()  # rules need poses, and cam2 has none
