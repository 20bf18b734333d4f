"""What is open, and where its recording is kept. Opens files; describes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QWidget,
)

from napari_mousegpt.io.recording_folder import SUFFIX, folder_for
from napari_mousegpt.widgets.caption.array_source import ArraySource
from napari_mousegpt.widgets.caption.job import Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_mousegpt.widgets.viewer_state import ViewerState

NO_VIDEO = "none: drop a video on the window, or open one"
NO_POSES = "none: the animal is found by its movement"


class SourcePanel(QWidget):
    """Video, poses and recording of the viewer's state."""

    def __init__(
        self,
        state: ViewerState,
        open_paths: Callable[[list[Path]], None],
        open_import: Callable[[], object],
    ) -> None:
        super().__init__()
        self.state = state
        self._open_paths = open_paths
        self.video, self.poses = QLabel(wordWrap=True), QLabel(wordWrap=True)
        self.folder = QLineEdit()
        self.browse = QToolButton(text="…", toolTip="Choose where the recording is kept")
        self.open_button = QPushButton("Open video, poses or recording …")
        self.import_button = QPushButton("Import …")
        self.import_button.setToolTip("Check names, offsets and labels before a recording is made")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(1, 1)
        for row, (name, label) in enumerate((("Video", self.video), ("Poses", self.poses))):
            grid.addWidget(QLabel(name), row, 0)
            grid.addWidget(label, row, 1)
        keep = QHBoxLayout()
        keep.setSpacing(4)
        keep.addWidget(self.folder, 1)
        keep.addWidget(self.browse)
        grid.addWidget(QLabel("Recording"), 2, 0)
        grid.addLayout(keep, 2, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.open_button, 2)
        buttons.addWidget(self.import_button, 1)
        grid.addLayout(buttons, 3, 0, 1, 2)
        self.arrays = ArraySource(state.viewer, lambda path: open_paths([path]))
        grid.addWidget(self.arrays, 4, 0, 1, 2)
        self.browse.clicked.connect(self._on_browse)
        self.open_button.clicked.connect(self._on_open)
        self.import_button.clicked.connect(lambda: open_import())

    def refresh(self) -> None:
        """Show what the state holds."""
        state = self.state
        video = state.video
        if video is None:
            self.video.setText(NO_VIDEO)
        else:
            self.video.setText(
                f"{video.path.name}: {len(video):,} frames, {state.fps:.3g} fps, "
                f"{video.shape[2]} × {video.shape[1]}"
            )
        if state.poses is None:
            self.poses.setText(NO_POSES)
        else:
            sizes = state.poses.sizes
            animals = sizes["individual"]
            plural = "individual" if animals == 1 else "individuals"
            self.poses.setText(f"{sizes['keypoint']} keypoints, {animals} {plural}")
        recording = state.recording
        made = recording is not None
        self.import_button.setVisible(not made)
        self.folder.setReadOnly(made)
        self.browse.setEnabled(not made and video is not None)
        if recording is not None:
            self.folder.setText(str(recording.folder))
        elif video is not None:
            self.folder.setText(str(folder_for(video.path)))
        self.folder.setCursorPosition(len(self.folder.text()))
        self.folder.setToolTip(
            "The recording's folder" if made else "A recording is made here when you press Run"
        )

    def source(self) -> Source | None:
        """What is to be described; None without a video."""
        state = self.state
        if state.video is None:
            return None
        poses = Path(state.poses_path) if state.poses_path else None
        folder = Path(self.folder.text()) if self.folder.text() else None
        return Source(state.recording, state.video.path, poses, folder)

    def _on_browse(self) -> None:
        suggested = self.folder.text()
        chosen, _ = QFileDialog.getSaveFileName(self, "Keep the recording as", suggested)
        if chosen:
            folder = Path(chosen)
            self.folder.setText(str(folder if folder.suffix == SUFFIX else f"{folder}{SUFFIX}"))

    def _on_open(self) -> None:
        chosen, _ = QFileDialog.getOpenFileNames(self, "Open a video, its poses, or both")
        if chosen:
            self._open_paths([Path(one) for one in chosen])
