"""What an import would look like: a frame of the film, keypoints and skeleton on it, bouts below.

Offsets are shown at once; the plan follows. Knows no file list and writes nothing.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from qtpy.QtCore import QSignalBlocker, Qt, Signal
from qtpy.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from napari_mousegpt.layers.colours import individual_colour
from napari_mousegpt.layers.keypoints import points_yx
from napari_mousegpt.layers.skeleton import edge_rows
from napari_mousegpt.widgets.import_dialog.frame_fetcher import FrameFetcher
from napari_mousegpt.widgets.import_dialog.label_strip import LabelStrip
from napari_mousegpt.widgets.plotting import pg
from napari_mousegpt.workflows.importing.plan import ImportPlan
from napari_mousegpt.workflows.importing.poses import PosePlan

POINT_PX = 7
MOST_OFFSET = 1_000_000
NOTHING = "Add a video and its poses or labels."


class PreviewPanel(QWidget):
    """Picture, slider, offsets and strips of one camera.

    Signals
    -------
    pose_offset_chosen, label_offset_chosen
        Camera and frames, camera and seconds.
    """

    pose_offset_chosen = Signal(str, int)
    label_offset_chosen = Signal(str, float)

    def __init__(self) -> None:
        super().__init__()
        self.plan: ImportPlan | None = None
        self.camera = QComboBox()
        self.fetcher = FrameFetcher(self)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.place = QLabel(NOTHING)
        self.pose_offset = QSpinBox(minimum=-MOST_OFFSET, maximum=MOST_OFFSET, suffix=" frames")
        self.label_offset = QDoubleSpinBox(
            minimum=-MOST_OFFSET, maximum=MOST_OFFSET, decimals=3, singleStep=0.1, suffix=" s"
        )
        self.strip = LabelStrip()
        self._build()
        self.camera.currentTextChanged.connect(self._on_camera)
        self.slider.valueChanged.connect(self._on_frame)
        self.pose_offset.valueChanged.connect(self._on_pose_offset)
        self.label_offset.valueChanged.connect(self._on_label_offset)
        self.fetcher.ready.connect(self._on_picture)

    def _build(self) -> None:
        self.view = pg.GraphicsLayoutWidget()
        self.box = self.view.addViewBox(lockAspect=True, invertY=True, enableMenu=False)
        self.picture = pg.ImageItem(axisOrder="row-major")
        self.lines = pg.PlotDataItem(pen=pg.mkPen("#ffffff", width=1.5), connect="pairs")
        self.points = pg.ScatterPlotItem(size=POINT_PX, pen=pg.mkPen("#000000"))
        for item in (self.picture, self.lines, self.points):
            self.box.addItem(item)
        form = QFormLayout()
        form.addRow("Camera", self.camera)
        form.addRow("Shift poses by", self.pose_offset)
        form.addRow("Shift labels by", self.label_offset)
        self.form = form
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view, 1)
        for widget in (self.slider, self.place, self.strip):
            layout.addWidget(widget)
        layout.addLayout(form)
        for row in range(3):
            form.setRowVisible(row, False)
        self.strip.hide()

    def show_plan(self, plan: ImportPlan | None) -> None:
        """Show a plan; the frame that is looked at stays."""
        self.plan = plan
        cameras = [entry.id for entry in plan.videos] if plan is not None else []
        if [self.camera.itemText(place) for place in range(self.camera.count())] != cameras:
            with QSignalBlocker(self.camera):
                self.camera.clear()
                self.camera.addItems(cameras)
        self.form.setRowVisible(0, len(cameras) > 1)
        self._on_camera()

    def look_at(self, frame: int) -> None:
        """Show a frame."""
        self.slider.setValue(frame)

    def poses(self) -> PosePlan | None:
        """The poses of the camera that is shown."""
        plans = self.plan.poses if self.plan is not None else ()
        return next((one for one in plans if one.camera == self.camera.currentText()), None)

    def points_at(self, frame: int) -> np.ndarray:
        """Keypoints at a frame of the film with the offset that is set, (n, 2), y then x."""
        plan = self.poses()
        if plan is None:
            return np.zeros((0, 2), np.float32)
        frames = plan.mapped["time"].values
        row = int(np.searchsorted(frames, frame - self.pose_offset.value()))
        position = plan.mapped["position"].values
        if row < len(frames) and frames[row] == frame - self.pose_offset.value():
            return points_yx(position[row])
        return np.full((position.shape[2] * position.shape[3], 2), np.nan, np.float32)

    def _on_camera(self) -> None:
        plan, camera = self.plan, self.camera.currentText()
        if plan is None or not camera:
            self.place.setText(NOTHING)
            self.strip.hide()
            for item in (self.picture, self.lines, self.points):
                item.clear()
            return
        entry = next(one for one in plan.videos if one.id == camera)
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, entry.frames - 1)
        poses = self.poses()
        labels = [one for one in plan.labels if one.camera == camera]
        self.form.setRowVisible(1, poses is not None)
        self.form.setRowVisible(2, bool(labels))
        with QSignalBlocker(self.pose_offset), QSignalBlocker(self.label_offset):
            if not self.pose_offset.hasFocus():
                self.pose_offset.setValue(poses.offset_frames if poses is not None else 0)
            if not self.label_offset.hasFocus():
                self.label_offset.setValue(labels[0].offset_s if labels else 0.0)
        colours = {behaviour.name: behaviour.colour for behaviour in plan.ethogram}
        if labels:
            bouts = pd.concat([one.bouts for one in labels])
            self.strip.show_bouts(bouts, entry.frames, colours)
        else:
            self.strip.hide()
        self._on_frame()

    def _on_frame(self) -> None:
        if self.plan is None:
            return
        entry = next(one for one in self.plan.videos if one.id == self.camera.currentText())
        frame = self.slider.value()
        self.place.setText(f"frame {frame:,} of {entry.frames:,}, {frame / entry.fps:.2f} s")
        self.strip.go_to(frame)
        self.fetcher.ask(entry.path, frame)
        self._draw(frame)

    def _on_picture(self, path: object, frame: int, picture: object) -> None:
        if picture is None:
            self.picture.clear()
            self.place.setText(f"frame {frame:,} cannot be read")
        else:
            self.picture.setImage(picture, autoLevels=False, levels=(0, 255))
        if frame == self.slider.value():
            self._draw(frame)

    def _draw(self, frame: int) -> None:
        points, plan = self.points_at(frame), self.poses()
        if plan is None or self.plan is None:
            self.points.clear()
            self.lines.clear()
            return
        keypoints = [str(name) for name in plan.mapped["keypoint"].values]
        animals = plan.mapped.sizes["individual"]
        there = np.isfinite(points).all(axis=1)
        brushes = [pg.mkBrush(individual_colour(k)) for k in range(animals) for _ in keypoints]
        self.points.setData(
            x=points[there, 1] + 0.5,
            y=points[there, 0] + 0.5,
            brush=[brush for brush, shown in zip(brushes, there, strict=True) if shown],
        )
        edges = edge_rows(self.plan.skeleton, keypoints, animals)
        edges = edges[there[edges].all(axis=1)] if len(edges) else edges
        ends = points[edges].reshape(-1, 2) + 0.5
        self.lines.setData(x=ends[:, 1], y=ends[:, 0])

    def _on_pose_offset(self, frames: int) -> None:
        self._draw(self.slider.value())
        self.pose_offset_chosen.emit(self.camera.currentText(), frames)

    def _on_label_offset(self, seconds: float) -> None:
        plan, camera = self.plan, self.camera.currentText()
        labels = [one for one in plan.labels if one.camera == camera] if plan else []
        if plan is not None and labels:
            entry = next(one for one in plan.videos if one.id == camera)
            self.strip.shift = round((seconds - labels[0].offset_s) * entry.fps)
            self.strip.update()
        self.label_offset_chosen.emit(self.camera.currentText(), seconds)
