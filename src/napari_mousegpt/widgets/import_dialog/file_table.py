"""The files of an import: what each was recognised as and why, and which camera it is of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from qtpy.QtCore import Signal
from qtpy.QtGui import QColor, QDragEnterEvent, QDropEvent
from qtpy.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDoubleSpinBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from napari_mousegpt.widgets.import_dialog.name_table import GUESS_COLOUR
from napari_mousegpt.widgets.import_dialog.request import ListedFile, formats_as
from napari_mousegpt.workflows.import_recording import VIEWS
from napari_mousegpt.workflows.importing.plan import ImportPlan

FILE, WHAT, CAMERA, DETAIL, RATE, START = range(6)
WORDS = {"video": "video", "pose": "poses", "labels": "labels"}
HEADINGS = ["File", "What it is", "Camera", "View or reader", "Frames per second", "Starts at"]
ASK = "choose a reader"
MOST_START_S = 86_400.0
MOST_FPS = 10_000.0


class FileTable(QTableWidget):
    """Files, one a row; ``changed`` when one comes, goes or is taken for something else."""

    changed = Signal()
    dropped = Signal(list)

    def __init__(self) -> None:
        super().__init__(0, len(HEADINGS))
        self.files: list[ListedFile] = []
        self.setHorizontalHeaderLabels(HEADINGS)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(WHAT, QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.setWordWrap(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setAcceptDrops(True)

    def set_files(self, files: Sequence[ListedFile]) -> None:
        """List these files."""
        for row in range(self.rowCount()):
            self._without_boxes(row)
        self.files = list(files)
        self.setRowCount(len(self.files))
        several = sum(one.kind == "video" for one in self.files) > 1
        for row, file in enumerate(self.files):
            self._show(row, file, several)
        for column in (CAMERA, START):
            self.setColumnHidden(column, not several)
        self.resizeRowsToContents()
        self.changed.emit()

    def add(self, file: ListedFile) -> None:
        """List one more file, in place of the same one listed before."""
        others = [one for one in self.files if one.path != file.path]
        if file.kind == "pose":  # a camera has one pose file
            others = [o for o in others if not (o.kind == "pose" and o.camera == file.camera)]
        self.set_files([*others, file])

    def remove_selected(self) -> None:
        """Take the selected files off the list; what a recording has already stays."""
        rows = {index.row() for index in self.selectedIndexes()}
        kept = [one for row, one in enumerate(self.files) if row not in rows or one.stored]
        if kept != self.files:
            self.set_files(kept)

    def explain(self, plan: ImportPlan) -> None:
        """Show what the plan says of each file."""
        reasons: dict[Path, str] = {}
        for entry in plan.videos:
            size = f"{entry.width} × {entry.height}"
            reasons[entry.path] = f"{entry.frames:,} frames, {entry.fps:.4g} fps, {size}"
        for camera in plan.sources.cameras:
            for read in camera.files:
                reasons[read.path] = f"{read.format or '?'}: {read.reason}"
        for row, file in enumerate(self.files):
            if file.path in reasons:
                self.item(row, WHAT).setText(f"{WORDS[file.kind]}, {reasons[file.path]}")
        self.resizeRowsToContents()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    dragMoveEvent = dragEnterEvent

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the files that were dropped."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)

    def _show(self, row: int, file: ListedFile, several: bool) -> None:
        name = QTableWidgetItem(file.path.name)
        name.setToolTip(str(file.path))
        self.setItem(row, FILE, name)
        what = WORDS[file.kind] + (" of the recording" if file.stored else "")
        self.setItem(row, WHAT, QTableWidgetItem(what))
        cameras = [one.camera for one in self.files if one.kind == "video"]
        for column in (CAMERA, DETAIL, RATE, START):
            self.setItem(row, column, QTableWidgetItem())
        if file.kind == "video":
            self.item(row, CAMERA).setText(file.camera)
            self._box(row, DETAIL, list(VIEWS), file.view or VIEWS[0], "view")
            if not file.stored:
                self.setCellWidget(row, RATE, self._rate_box(row, file))
            if several:
                self.setCellWidget(row, START, self._start_box(row, file))
            return
        self._box(row, CAMERA, cameras, file.camera, "camera")
        choices = [WORDS[kind] for kind in file.kinds] if len(file.kinds) > 1 else []
        readers = list(file.formats) if len(file.formats) > 1 else []
        if readers:
            shown = [*([] if file.format else [ASK]), *readers]
            self._box(row, DETAIL, shown, file.format or ASK, "format")
        elif choices:
            self._box(row, DETAIL, choices, WORDS[file.kind], "kind")
        else:
            self.item(row, DETAIL).setText(file.format or "")
        if (readers and not file.format) or choices:
            self.item(row, WHAT).setForeground(QColor(GUESS_COLOUR))

    def _without_boxes(self, row: int) -> None:
        for column in (CAMERA, DETAIL, RATE, START):
            if (box := self.cellWidget(row, column)) is not None:
                box.hide()  # it is deleted only later
                self.removeCellWidget(row, column)

    def _box(self, row: int, column: int, texts: list[str], present: str, what: str) -> None:
        box = QComboBox()
        box.addItems(texts)
        box.setCurrentText(present)
        box.activated.connect(lambda _, box=box: self._set(row, what, box.currentText()))
        self.setCellWidget(row, column, box)

    def _rate_box(self, row: int, file: ListedFile) -> QWidget:
        box = QDoubleSpinBox(decimals=3, minimum=0.0, maximum=MOST_FPS)
        box.setSpecialValueText("as the file says")
        box.setValue(file.fps or 0.0)
        box.setKeyboardTracking(False)
        box.setToolTip("Images say no rate, and some programs write a wrong one into their films")
        box.valueChanged.connect(lambda value: self._set(row, "fps", value or None))
        return box

    def _start_box(self, row: int, file: ListedFile) -> QWidget:
        box = QDoubleSpinBox(decimals=4, minimum=-MOST_START_S, maximum=MOST_START_S, suffix=" s")
        box.setValue(file.offset_s or 0.0)
        box.setKeyboardTracking(False)
        box.setToolTip("When its first frame is, on the clock that all cameras share")
        box.valueChanged.connect(lambda value: self._set(row, "offset_s", value))
        return box

    def _set(self, row: int, what: str, value: Any) -> None:
        file = self.files[row]
        if what == "kind":
            kind = next(kind for kind in file.kinds if WORDS[kind] == value)
            found = formats_as(file.path, kind)
            only = found[0] if len(found) == 1 else None
            self.files[row] = replace(file, kind=kind, formats=found, format=only)
        elif value != ASK:
            self.files[row] = replace(file, **{what: value})
        self.item(row, WHAT).setForeground(self.palette().text().color())
        self.changed.emit()
