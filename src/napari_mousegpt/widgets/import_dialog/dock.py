"""The Import dock: files, what they were taken for, names, a preview, problems in words, Import."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import QEvent, QSize, Qt, QTimer
from qtpy.QtWidgets import (
    QDockWidget,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSplitter,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from napari_mousegpt.io.recording_folder import SUFFIX
from napari_mousegpt.widgets.docks import prefer_area
from napari_mousegpt.widgets.import_dialog.carrier import Carrier
from napari_mousegpt.widgets.import_dialog.file_table import FileTable
from napari_mousegpt.widgets.import_dialog.mapping_tabs import MappingTabs
from napari_mousegpt.widgets.import_dialog.planner import Planner
from napari_mousegpt.widgets.import_dialog.preview import PreviewPanel
from napari_mousegpt.widgets.import_dialog.request import (
    ListedFile,
    look_at,
    request_of,
    stored_video,
)
from napari_mousegpt.widgets.import_dialog.show_imported import show_imported
from napari_mousegpt.widgets.viewer_state import state_of
from napari_mousegpt.workflows.importing.plan import ImportChoices, ImportPlan

if TYPE_CHECKING:
    import napari

    from napari_mousegpt.datamodel.recording import Recording

SIZE = QSize(1240, 820)
ADD_FILES = "Add a video, its poses or its labels: drop them here, or press Add files."
ADD_MORE = "Add poses, labels or another camera's video: drop them here, or press Add files."


class ImportDock(QWidget):
    """Everything about one import; nothing is written before Import is pressed."""

    def __init__(self, napari_viewer: napari.viewer.Viewer) -> None:
        super().__init__()
        prefer_area("Import")
        self.state = state_of(napari_viewer)
        self.plan: ImportPlan | None = None
        self.files, self.tabs, self.preview = FileTable(), MappingTabs(), PreviewPanel()
        self.problems = QTextBrowser()
        self.folder = QLineEdit()
        self.add_button, self.remove_button = QPushButton("Add files …"), QPushButton("Remove")
        self.import_button, self.cancel_button = QPushButton("Import"), QPushButton("Cancel")
        self.bar, self.progress = QProgressBar(textVisible=False), QLabel()
        self.planner, self.carrier = Planner(self), Carrier(self)
        self._floated = False
        self._build()
        self._connect()
        self.take_from_viewer()

    def offer(self, paths: Sequence[Path]) -> None:
        """List more files, each as what it looks like."""
        for path in paths:
            try:
                self.files.add(look_at(path, self.files.files))
            except ValueError as error:
                self._complain(str(error))

    def take_from_viewer(self) -> None:
        """List what is open in the viewer: its recording, or its video and poses."""
        state, files = self.state, []
        if state.recording is not None:
            files += [stored_video(entry) for entry in state.recording.videos]
            self.folder.setText(str(state.recording.folder))
        elif state.video is not None and state.video.path is not None:
            files.append(ListedFile(state.video.path, "video", ("video",)))
            self.folder.setText(str(state.video.path.with_suffix(SUFFIX)))
        if state.video is not None and state.poses_path:
            files.append(look_at(Path(state.poses_path), files))
        self.tabs.choices = ImportChoices()
        self.files.set_files(files)

    def _build(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(6, 6, 6, 6)
        buttons = QHBoxLayout()
        for button in (self.add_button, self.remove_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addWidget(self.files, 3)
        column.addLayout(buttons)
        column.addWidget(self.tabs, 5)
        column.addWidget(self.problems, 3)
        keep = QHBoxLayout()
        keep.addWidget(QLabel("Recording"))
        keep.addWidget(self.folder, 1)
        column.addLayout(keep)
        end = QHBoxLayout()
        for widget, stretch in ((self.bar, 1), (self.progress, 2)):
            end.addWidget(widget, stretch)
            widget.hide()
        end.addStretch(1)
        for button in (self.cancel_button, self.import_button):
            end.addWidget(button)
        column.addLayout(end)
        self.bar.setRange(0, 0)
        self.bar.setFixedHeight(10)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(left)
        splitter.addWidget(self.preview)
        splitter.setSizes([SIZE.width() * 55 // 100, SIZE.width() * 45 // 100])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(splitter)

    def _connect(self) -> None:
        self.files.changed.connect(self._replan)
        self.files.dropped.connect(self.offer)
        self.add_button.clicked.connect(self._on_add)
        self.remove_button.clicked.connect(self.files.remove_selected)
        self.tabs.changed.connect(self._replan)
        self.preview.pose_offset_chosen.connect(self._on_pose_offset)
        self.preview.label_offset_chosen.connect(self._on_label_offset)
        self.folder.editingFinished.connect(self._replan)
        self.import_button.clicked.connect(self._on_import)
        self.cancel_button.clicked.connect(self._on_cancel)
        self.planner.planned.connect(self._on_planned)
        self.planner.failed.connect(self._complain)
        self.carrier.stepped.connect(lambda step: self.progress.setText(f"Writing {step} …"))
        self.carrier.done.connect(self._on_done)
        self.carrier.cancelled.connect(lambda: self._end("Cancelled: nothing was kept."))
        self.carrier.failed.connect(self._on_failed)

    def _replan(self) -> None:
        """Ask for a plan of what is listed with what is chosen."""
        self.import_button.setEnabled(False)
        recording = self.state.recording
        videos = [one for one in self.files.files if one.kind == "video"]
        stored = any(one.stored for one in videos)
        into = recording.folder if recording is not None and stored else None
        if videos and not self.folder.text():
            self.folder.setText(str(videos[0].path.with_suffix(SUFFIX)))
        self.folder.setReadOnly(into is not None)
        folder = Path(self.folder.text()) if self.folder.text() else None
        request = request_of(self.files.files, into, folder)
        if request is None:
            self.planner.stop()
            self.plan = None
            self.problems.setPlainText(ADD_MORE if videos else ADD_FILES)
            return
        self.planner.ask(request, self.tabs.choices)

    def _on_planned(self, plan: ImportPlan) -> None:
        if self.planner.busy and plan.choices != self.tabs.choices:
            return  # an answer to what was asked before
        self.plan = plan
        self.files.explain(plan)
        self.tabs.show_plan(plan)
        self.preview.show_plan(plan)
        self.problems.setHtml(_as_html(plan))
        self.import_button.setEnabled(not plan.questions and not self.carrier.running)

    def _on_pose_offset(self, camera: str, frames: int) -> None:
        offsets = {**self.tabs.choices.pose_offset_frames, camera: frames}
        self.tabs.choices = self.tabs.choices.replace(pose_offset_frames=offsets)
        self._replan()

    def _on_label_offset(self, camera: str, seconds: float) -> None:
        offsets = {**self.tabs.choices.label_offset_s, camera: seconds}
        self.tabs.choices = self.tabs.choices.replace(label_offset_s=offsets)
        self._replan()

    def _on_add(self) -> None:
        chosen, _ = QFileDialog.getOpenFileNames(self, "Video, poses, labels")
        self.offer([Path(one) for one in chosen])

    def _on_import(self) -> None:
        if self.plan is None or self.plan.questions or self.planner.busy:
            return
        self.import_button.setEnabled(False)
        self.bar.show()
        self.progress.show()
        self.carrier.start(self.plan)

    def _on_cancel(self) -> None:
        if self.carrier.running:
            self.progress.setText("Cancelling …")
            self.carrier.cancel()
        elif isinstance(self.parent(), QDockWidget):
            self.parent().close()

    def _on_done(self, recording: Recording) -> None:
        plan, self.plan = self.plan, None
        self.planner.forget()
        show_imported(self.state, recording, with_poses=plan is not None and bool(plan.poses))
        bouts = f", {len(recording.bouts):,} bouts" if len(recording.bouts) else ""
        self._end(f"Imported into {recording.folder.name}{bouts}.")
        self.take_from_viewer()

    def _on_failed(self, problem: str) -> None:
        self._end("Nothing was kept.")
        self._complain(problem)

    def _end(self, text: str) -> None:
        self.bar.hide()
        self.progress.show()
        self.progress.setText(text)
        self.import_button.setEnabled(self.plan is not None and not self.plan.questions)

    def _complain(self, problem: str) -> None:
        self.import_button.setEnabled(False)
        self.problems.setHtml(_paragraph("#ff8a80", "✕", problem))

    def sizeHint(self) -> QSize:
        """Room for the tables and the picture."""
        return SIZE

    def event(self, event: QEvent) -> bool:
        """Float once, as it is too wide for a dock; let go of the threads when it goes."""
        if event.type() == QEvent.Type.Show and not self._floated:
            self._floated = True
            QTimer.singleShot(0, self, self._float)
        if event.type() == QEvent.Type.DeferredDelete:
            self.planner.stop()
            self.preview.fetcher.stop()
            self.carrier.abandon()
        return super().event(event)

    def _float(self) -> None:
        dock = self.parent()
        if isinstance(dock, QDockWidget) and not dock.isFloating():
            dock.setFloating(True)
            dock.resize(SIZE)


def _as_html(plan: ImportPlan) -> str:
    parts = [_paragraph("#ff8a80", "?", one) for one in plan.questions]
    parts += [_paragraph("#e0b050", "!", one) for one in plan.problems]
    offsets = [(one.file.path.name, offset) for one in plan.poses for offset in one.offsets]
    parts += [
        _paragraph("#a0a0a0", "·", f"{name}: shift poses by {offset.amount:+g}, {offset.reason}")
        for name, offset in offsets
    ]
    return "".join(parts) or _paragraph("#80c080", "✓", "Nothing is odd about these files.")


def _paragraph(colour: str, mark: str, text: str) -> str:
    sign = f'<span style="color:{colour}"><b>{mark}</b></span>'
    return f'<p style="margin:2px">{sign} {html.escape(text)}</p>'
