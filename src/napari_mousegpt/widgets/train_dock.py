"""The train dock: a captioner of one's own from what is labelled, and what more labels would bring.

Knows the viewer's state; the training itself runs in another process.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QCoreApplication, QEvent, QSize, Qt
from qtpy.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from napari_mousegpt.captioning.model_files import PRESETS
from napari_mousegpt.io.recording_folder import is_recording
from napari_mousegpt.training.checkpoints import STATE
from napari_mousegpt.training.settings import TrainSettings
from napari_mousegpt.widgets.background_job import BackgroundJob
from napari_mousegpt.widgets.docks import open_dock, prefer_area
from napari_mousegpt.widgets.tall_scroll import TallScroll
from napari_mousegpt.widgets.training.child_run import ChildTraining
from napari_mousegpt.widgets.training.curve_plot import CurvePlot
from napari_mousegpt.widgets.training.method_choice import MethodChoice
from napari_mousegpt.widgets.training.request import TrainRequest, proposed_output
from napari_mousegpt.widgets.training.words import progress_in_words, result_in_words
from napari_mousegpt.widgets.viewer_state import state_of
from napari_mousegpt.workflows.train import TINY, work_folder

if TYPE_CHECKING:
    import napari

_PROBLEM = "color: #ffb4a9; background: #4a2326; border-radius: 4px; padding: 5px;"
ROWS_PX = 84
FOLDER = Qt.ItemDataRole.UserRole
STOPPED, GOES_ON = "Stopped.", "Stopped; Train goes on from there."
CURVE_HELP = "Trains on an eighth, a quarter and a half of the labels too: about twice as long"
NEXT_HELP = "Opens the windows that a person should judge next"


class TrainDock(QWidget):
    """Recordings, base, training with its curve, and what came of it."""

    def __init__(self, napari_viewer: napari.viewer.Viewer) -> None:
        super().__init__()
        prefer_area("Train")
        self.state = state_of(napari_viewer)
        self._viewer = napari_viewer
        self.job = BackgroundJob(self)
        self.recordings = QListWidget()
        self.add = QPushButton("Add a recording …")
        self.base, self.output = QComboBox(editable=True), QLineEdit()
        self.method, self.epochs = MethodChoice(), QSpinBox()
        self.train, self.stop = QPushButton("Train"), QPushButton("Stop", enabled=False)
        self.bar = QProgressBar(textVisible=False, visible=False)
        self.said = QLabel(wordWrap=True)
        self.problem = QLabel(wordWrap=True, visible=False, styleSheet=_PROBLEM)
        self.plot = CurvePlot()
        self.use = QPushButton("Use it for captions", enabled=False)
        self.more = QPushButton("What would more labels bring?", toolTip=CURVE_HELP)
        self.next = QPushButton("Label the next windows", toolTip=NEXT_HELP)
        self.trained: dict[str, Any] | None = None
        self._child: ChildTraining | None = None
        self._request: TrainRequest | None = None
        self._build()
        self._connect()
        self._on_base(self.base.currentText())
        self._on_method()
        self._on_recording()

    def _build(self) -> None:
        self.base.addItems([TINY, *PRESETS])
        self.base.setToolTip("The built-in model, a preset, an id of the hub, or a folder")
        self.epochs.setRange(1, 1000)
        self.epochs.setValue(TrainSettings().epochs)
        self.recordings.setFixedHeight(ROWS_PX)
        self.bar.setFixedHeight(8)
        inside = QWidget()
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow("Learn from", self.recordings)
        form.addRow("", self.add)
        form.addRow("Base", self.base)
        form.addRow("Teach", self.method)
        self._form, self._epochs_row = form, form.rowCount()
        form.addRow("At most", _beside(self.epochs, QLabel("times over the labels")))
        form.addRow("Write to", self.output)
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(form)
        layout.addWidget(_beside(self.train, self.stop))
        for part in (self.bar, self.said, self.problem, self.plot, self.use, self.more, self.next):
            layout.addWidget(part)
        layout.addStretch(1)
        scroll = TallScroll(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def _connect(self) -> None:
        self.add.clicked.connect(self._on_add)
        self.train.clicked.connect(lambda: self.run())
        self.more.clicked.connect(lambda: self.run(curve=True))
        self.stop.clicked.connect(self.cancel)
        self.use.clicked.connect(self.use_it)
        self.next.clicked.connect(self.label_next)
        self.output.textChanged.connect(self._on_output)
        self.base.currentTextChanged.connect(self._on_base)
        self.method.currentIndexChanged.connect(self._on_method)
        self.job.stepped.connect(self._on_line)
        self.job.failed.connect(self._complain)
        self.job.running_changed.connect(self._on_running)
        self.state.recording_changed.connect(self._on_recording)
        QCoreApplication.instance().aboutToQuit.connect(self._end)

    def run(self, *, curve: bool = False) -> None:
        """Train, or measure the learning curve, on the recordings that are ticked."""
        chosen = self.chosen()
        if not chosen:
            self._complain("Tick a recording with labels to learn from.")
            return
        request = TrainRequest(
            recordings=tuple(chosen),
            base=self.base.currentText().strip() or TINY,
            output=self.output.text().strip(),
            settings=TrainSettings(method=self.method.method, epochs=self.epochs.value()),
            curve=curve,
        )
        self.plot.clear()
        self._complain("")
        self._request, self._child = request, ChildTraining(request)
        self.job.start(_steps, self._child)

    def cancel(self) -> None:
        """Stop after the present step; the state is kept."""
        if self._child is not None:
            self._child.cancel()
            self.said.setText("Stopping …")

    def use_it(self) -> None:
        """Choose what was trained in the Caption dock."""
        if self.trained is None:
            return
        values, folder, base = self.trained, self.trained["folder"], self.trained["asked_base"]
        whole = values["method"] == "full"
        model = folder if whole else "" if base == TINY else base
        caption: Any = open_dock(self._viewer, "Caption")
        caption.form.take_trained(values["captioner"], model, "" if whole else folder)

    def label_next(self) -> None:
        """Open the review queue: what a person should judge next."""
        label: Any = open_dock(self._viewer, "Label")
        label.tabs.setCurrentWidget(label.review)
        label.review.make()

    def chosen(self) -> list[str]:
        """Folders of the recordings that are ticked."""
        items = [self.recordings.item(row) for row in range(self.recordings.count())]
        return [i.data(FOLDER) for i in items if i.checkState() == Qt.CheckState.Checked]

    def list_recording(self, folder: Path) -> None:
        """Add a recording to those to learn from, ticked; one that is there stays as it is."""
        known = [self.recordings.item(row).data(FOLDER) for row in range(self.recordings.count())]
        if str(folder) in known:
            return
        item = QListWidgetItem(folder.name.removesuffix(".mousegpt"), self.recordings)
        item.setData(FOLDER, str(folder))
        item.setToolTip(str(folder))
        item.setCheckState(Qt.CheckState.Checked)
        self._propose()

    def _propose(self) -> None:
        """Propose where the result goes, unless somebody has written a place."""
        if self.recordings.count() and not self.output.isModified():
            first = Path(self.recordings.item(0).data(FOLDER))
            self.output.setText(str(proposed_output(first, self.base.currentText() or TINY)))

    def _on_base(self, base: str) -> None:
        self._propose()
        self.method.for_base(base.strip() or TINY)

    def _on_method(self) -> None:
        steps = self.method.takes_epochs
        self.epochs.setEnabled(steps)
        self._form.setRowVisible(self._epochs_row, steps)
        self.plot.show_steps(steps)

    def _on_recording(self) -> None:
        if self.state.recording is not None:
            self.list_recording(Path(self.state.recording.folder))

    def _on_add(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Recording folder")
        if chosen and is_recording(Path(chosen)):
            self.list_recording(Path(chosen))
        elif chosen:
            self._complain(f"{Path(chosen).name} is no recording: choose a folder NAME.mousegpt.")

    def _on_output(self, text: str) -> None:
        """Say whether a training waits to go on."""
        begun = text.strip() and (work_folder(Path(text.strip())) / "state" / STATE).is_file()
        self.train.setText("Train (goes on, if nothing has changed)" if begun else "Train")

    def _on_running(self, running: bool) -> None:
        for button in (self.train, self.more):
            button.setEnabled(not running)
        self.stop.setEnabled(running)
        self.bar.setVisible(running)
        if running:
            self.said.setText("Getting ready …")
            return
        if self._child is not None and self.said.text() == "Stopping …":
            kept = self._request is not None and self._request.settings.method != "head"
            self.said.setText(GOES_ON if kept else STOPPED)
        self._child = None
        self._on_output(self.output.text())

    def _on_line(self, line: tuple[str, dict[str, Any]]) -> None:
        kind, values = line
        stopping = self.said.text() == "Stopping …"
        if kind == "progress":
            self.plot.add(values)
            self.bar.setMaximum(values["steps"] or 0)
            self.bar.setValue(values["step"])
            if not stopping:
                self.said.setText(progress_in_words(values))
        elif kind == "preparing" and "doing" in values:
            self.bar.setMaximum(values["total"])
            self.bar.setValue(values["done"])
            if not stopping:
                self.said.setText(f"{values['doing']} …")
        elif kind == "curve":
            self.said.setText(values["sentence"])
        elif kind == "trained":
            self._on_trained(values)

    def _on_trained(self, values: dict[str, Any]) -> None:
        self.trained = {**values, "asked_base": self._request.base if self._request else TINY}
        self.use.setEnabled(True)
        self.said.setText(result_in_words(values))

    def _complain(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        if problem:
            self.said.setText("")

    def _end(self) -> None:
        if self._child is not None:
            self._child.cancel()

    def sizeHint(self) -> QSize:
        """Wide enough to read the curve."""
        return QSize(360, 640)

    def event(self, event: QEvent) -> bool:
        """Stop what runs when the dock goes; its state is kept."""
        if event.type() == QEvent.Type.DeferredDelete:
            self._end()
            self.job.cancel()
            self.state.recording_changed.disconnect(self._on_recording)
        return super().event(event)


def _steps(child: ChildTraining) -> Generator[Any, None, None]:
    yield from child.steps()


def _beside(*widgets: QWidget) -> QWidget:
    together = QWidget()
    layout = QHBoxLayout(together)
    layout.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        layout.addWidget(widget, 1)
    return together
