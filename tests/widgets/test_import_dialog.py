"""The Import dock: files are recognised, guesses are shown and changed, and become a recording."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from napari.components import ViewerModel
from qtpy.QtCore import Qt
from small_pose_files import N, dlc_csv
from video_files import write_video

from napari_mousegpt.io.films.open_film import open_film
from napari_mousegpt.io.recording_folder import open_recording
from napari_mousegpt.layers.video import video_layer
from napari_mousegpt.widgets.import_dialog import ImportDock
from napari_mousegpt.widgets.import_dialog.file_table import RATE, WHAT
from napari_mousegpt.widgets.import_dialog.label_strip import LabelStrip
from napari_mousegpt.widgets.import_dialog.name_table import LEAVE_OUT, NameTable
from napari_mousegpt.widgets.import_dialog.request import look_at, request_of
from napari_mousegpt.workflows.importing.names import NameMatch


@pytest.fixture
def video(tmp_path: Path) -> Path:
    return write_video(tmp_path / "film.mp4", N)


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    path = tmp_path / "labels.csv"
    path.write_text("start,stop,behaviour\n0,10,Rearing\n12,20,swim\n")
    return path


@pytest.fixture
def dock(qtbot, viewer: ViewerModel, video: Path, no_thread_left) -> ImportDock:
    """The dock of a viewer in which a film is open."""
    from napari.layers import Layer

    from napari_mousegpt.widgets.viewer_state import state_of

    state_of(viewer)
    viewer.add_layer(Layer.create(*video_layer(open_film(video))))
    made = ImportDock(viewer)
    qtbot.addWidget(made)
    yield made
    made.planner.stop()
    made.preview.fetcher.stop()


def planned(qtbot, dock: ImportDock) -> None:
    """Wait until the plan is that of what is chosen."""
    qtbot.waitUntil(
        lambda: (
            dock.plan is not None
            and not dock.planner.busy
            and dock.plan.choices == dock.tabs.choices
        ),
        timeout=20_000,
    )


def test_files_are_told_apart_and_put_to_their_cameras(tmp_path: Path, labels: Path) -> None:
    listed = []
    side = write_video(tmp_path / "side.mp4", 5)
    for path in (tmp_path / "film.mp4", side, dlc_csv(tmp_path / "sideDLC.csv"), labels):
        listed.append(look_at(path, listed))
    assert [(one.kind, one.camera, one.format) for one in listed] == [
        ("video", "cam0", None),
        ("video", "cam1", None),
        ("pose", "cam1", "deeplabcut"),
        ("labels", "cam0", "intervals"),
    ]
    request = request_of(listed, None, tmp_path / "x.mousegpt")
    assert [one.camera for one in request.cameras] == ["cam0", "cam1"]
    assert request.cameras[1].poses == tmp_path / "sideDLC.csv"
    assert request_of(listed[2:], None, None) is None


def test_names_are_chosen_in_the_table(qtbot) -> None:
    table = NameTable("Bouts")
    qtbot.addWidget(table)
    matches = [NameMatch("Rear", "rearing", "spelling", None, 3), NameMatch("q", "q", "new")]
    table.show_matches(matches, ["rearing", "still"])
    assert table.item(0, 3).text().startswith("guess")
    with qtbot.waitSignal(table.chosen) as chosen:
        table.box("q").setCurrentText("still")
        table.box("q").lineEdit().editingFinished.emit()
    assert chosen.args == ["q", "still"]
    with qtbot.waitSignal(table.chosen) as chosen:
        table.box("Rear").setCurrentText(LEAVE_OUT)
        table.box("Rear").lineEdit().editingFinished.emit()
    assert chosen.args == ["Rear", ""]


def test_the_strip_shows_what_lies_past_the_end(qtbot) -> None:
    strip = LabelStrip()
    qtbot.addWidget(strip)
    bouts = pd.DataFrame({"behaviour": ["a", "b"], "start": [0, 50], "stop": [10, 130]})
    strip.show_bouts(bouts, 100, {"a": "#ff0000"})
    strip.resize(400, 60)
    strip.show()
    assert strip.span() == 130
    strip.shift = 20
    assert strip.span() == 150
    picture = strip.grab().toImage()
    assert picture.pixelColor(395, 50).name() == "#4a2326"


def test_from_files_to_a_recording(qtbot, dock: ImportDock, video: Path, labels: Path) -> None:
    dock.offer([dlc_csv(video.with_name("film_poses.csv"), N - 1), labels])
    planned(qtbot, dock)
    assert "frames without a pose: 1" in dock.problems.toPlainText()
    assert "intervals" in dock.files.item(2, 1).text()
    assert dock.tabs.behaviours.box("Rearing").currentText() == "rearing"
    x0 = dock.preview.points_at(5)[0, 1]
    dock.preview.pose_offset.setValue(1)
    assert dock.preview.points_at(5)[0, 1] == x0 - 1  # at once, before the plan follows
    dock.tabs.behaviours.chosen.emit("swim", "digging")
    dock.tabs.keypoints.role_chosen.emit("snout", "head", "snout")
    planned(qtbot, dock)
    assert dock.plan.poses[0].offset_frames == 1
    qtbot.waitUntil(lambda: dock.import_button.isEnabled())
    dock.import_button.click()
    qtbot.waitUntil(lambda: dock.state.recording is not None, timeout=20_000)
    made = open_recording(video.with_name("film.mousegpt"))
    assert sorted(made.bouts["behaviour"]) == ["digging", "rearing"]
    assert dict(made.keypoint_roles) == {"head": "snout", "tail_base": "tailbase"}
    assert dock.state.poses is not None
    assert np.isnan(dock.state.poses["position"].values[0]).all()
    assert "2 bouts" in dock.progress.text()
    assert [file.stored.id for file in dock.files.files if file.stored] == ["cam0"]


def test_what_must_be_chosen_stands_in_the_way(
    qtbot, dock: ImportDock, video: Path, tmp_path: Path
) -> None:
    path = tmp_path / "two.csv"
    path.write_text("video,start,stop,behaviour\na.mp4,0,5,x\nb.mp4,3,9,y\n")
    dock.offer([path])
    planned(qtbot, dock)
    assert not dock.import_button.isEnabled()
    assert "none of its 2 observations" in dock.problems.toPlainText()
    dock.tabs.observations.item(1).setCheckState(Qt.CheckState.Checked)
    planned(qtbot, dock)
    qtbot.waitUntil(dock.import_button.isEnabled)
    assert dock.plan.labels[0].bouts["behaviour"].tolist() == ["y"]


def test_cancelling_leaves_nothing(qtbot, dock: ImportDock, video: Path, labels: Path) -> None:
    dock.offer([dlc_csv(video.with_name("p.csv")), labels])
    planned(qtbot, dock)
    with qtbot.waitSignal(dock.carrier.cancelled, timeout=20_000):
        dock.carrier.start(dock.plan)
        dock.cancel_button.click()
    assert not video.with_name("film.mousegpt").exists()
    assert "nothing was kept" in dock.progress.text()


def test_a_file_that_cannot_be_read_says_why(qtbot, dock: ImportDock, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film")
    dock.offer([broken])
    qtbot.waitUntil(lambda: "broken.mp4" in dock.problems.toPlainText(), timeout=20_000)
    assert not dock.import_button.isEnabled()


@pytest.mark.window
def test_dropping_labels_on_a_film_opens_the_dock(
    make_napari_viewer_proxy, qtbot, video: Path, labels: Path, shared_data: Path
) -> None:
    from napari_mousegpt.widgets.docks import dock_title

    viewer = make_napari_viewer_proxy(show=True)
    assert viewer.open(str(video), plugin="napari-mousegpt")
    qtbot.wait(300)
    viewer.open(str(labels), plugin="napari-mousegpt")
    dock = viewer.window.dock_widgets[dock_title("Import")]
    planned(qtbot, dock)
    qtbot.waitUntil(lambda: dock.preview.picture.image is not None, timeout=20_000)
    assert dock.parent().isFloating()
    assert [file.kind for file in dock.files.files] == ["video", "labels"]
    project = shared_data / "annotations" / "boris" / "test.boris"
    dock.offer([project])
    qtbot.waitUntil(lambda: "11 observations" in dock.problems.toPlainText(), timeout=20_000)
    dock.cancel_button.click()
    qtbot.waitUntil(lambda: not dock.isVisible())
    dock.planner.stop()
    dock.preview.fetcher.stop()
    qtbot.wait(300)


def test_a_rate_that_the_film_does_not_say(qtbot, dock: ImportDock, tmp_path: Path) -> None:
    planned(qtbot, dock)
    box = dock.files.cellWidget(0, RATE)
    assert box.text() == "as the file says"
    box.setValue(50.0)
    planned(qtbot, dock)
    assert "50 fps" in dock.files.item(0, WHAT).text()
    dock.import_button.click()
    qtbot.waitUntil(lambda: dock.state.recording is not None, timeout=20_000)
    assert dock.state.recording.video().fps == 50
