"""Time budget, figures, export and zones in a dock without a window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.layers import Layer
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from small_recordings import describe, make_recording

from napari_mousegpt.io.bout_journal import add_bouts
from napari_mousegpt.io.recording_folder import open_recording, save_recording
from napari_mousegpt.layers.of_recording import recording_layers
from napari_mousegpt.widgets.profile_dock import ProfileDock
from napari_mousegpt.widgets.profiling.zone_layer import zone_layer

pytestmark = pytest.mark.usefixtures("no_thread_left")
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def dock(qtbot, viewer: ViewerModel, tmp_path: Path) -> ProfileDock:
    """Two mice, of each of which Anna saw one bout."""
    recording = describe(make_recording(tmp_path, ("a", "b"), described=False))
    save_recording(recording)
    add_bouts(recording.folder, recording.bouts)
    for layer in recording_layers(open_recording(recording.folder)):
        viewer.add_layer(Layer.create(*layer))
    dock = ProfileDock(viewer)
    qtbot.addWidget(dock)
    dock.resize(420, 700)
    dock.show()
    return dock


def run(qtbot, dock: ProfileDock) -> None:
    QTest.mouseClick(dock.line.run, LEFT)
    qtbot.waitUntil(lambda: not dock.job.running, timeout=60_000)
    assert dock.line.problem.isHidden(), dock.line.problem.text()


def test_figures_are_shown_and_exported(qtbot, dock: ProfileDock, tmp_path: Path) -> None:
    assert "Anna" in dock.voice.currentText()
    run(qtbot, dock)
    table = dock.found.profile.behaviours.set_index(["individual", "behaviour"])
    assert table.at[("a", "rearing"), "time_s"] == pytest.approx(40 / 30)
    for name in ("budget", "raster"):
        assert dock.pictures[name].pixmap().width() > 100
    dock.export_to(tmp_path / "out")
    qtbot.waitUntil(lambda: not dock.writing.running, timeout=60_000)
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written >= {"budget.png", "budget.svg", "raster.png", "summary.csv", "behaviours.csv"}


@pytest.mark.slow  # where numba is installed, napari compiles its shapes at first use
def test_zones_are_drawn_named_and_measured(qtbot, dock: ProfileDock) -> None:
    viewer = dock.state.viewer
    QTest.mouseClick(dock.draw, LEFT)
    layer = zone_layer(viewer)
    assert layer.mode == "add_rectangle"
    layer.add_rectangles(np.array([[0, 0], [0, 60], [30, 60], [30, 0]], float))
    dock.zone_name.setText("corner")
    QTest.keyClick(dock.zone_name, Qt.Key.Key_Return)
    assert layer.features["name"].tolist() == ["corner"]
    run(qtbot, dock)
    used = dock.found.profile.zones.set_index("individual")
    assert used["zone"].tolist() == ["corner", "corner"]
    assert used.at["a", "entries"] == 0  # it starts inside
    assert 0 < used.at["a", "time_s"] < 120 / 30
    assert dock.zones.rowCount() == 2
    layer.add_rectangles(np.array([[0, 0], [0, 9], [9, 9], [9, 0]], float))
    layer.features = layer.features.assign(name="corner")
    QTest.mouseClick(dock.line.run, LEFT)
    assert "corner twice" in dock.line.problem.text()
