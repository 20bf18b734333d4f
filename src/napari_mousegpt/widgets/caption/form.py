"""The form of the caption dock: what describes, and what is described. Starts nothing."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import QSignalBlocker, Qt, Signal
from qtpy.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QToolButton,
    QWidget,
)

from napari_mousegpt import extensions
from napari_mousegpt.captioning.endpoint_address import Address
from napari_mousegpt.captioning.model_files import PRESETS
from napari_mousegpt.captioning.prompting.choices import PromptChoices
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.widgets import preferences
from napari_mousegpt.widgets.caption.prompt_form import PromptForm
from napari_mousegpt.workflows.caption import CaptionSettings
from napari_mousegpt.workflows.import_recording import VIEWS

WITHOUT_MODEL = frozenset({"kinematic-rules"})
NEEDS_MODEL = frozenset({"transformers"})
WITH_ADAPTER = frozenset({"transformers", "mousegpt-tiny"})
OF_SERVERS = "endpoint"
MODEL_HINTS = {
    "transformers": "preset, hub id or folder",
    "mousegpt-tiny": "the one in the package",
    OF_SERVERS: "the server's only one, or its name",
}
ROW_PX, MOST_ROWS = 20, 5
ID = Qt.ItemDataRole.UserRole


class CaptionForm(QWidget):
    """Captioner, model, view, windows, range, individuals; ``changed`` when any of them is."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.captioner = QComboBox()
        self.captioner.addItems(extensions.names("captioners"))
        self.captioner.setCurrentText(preferences.captioner())
        self.model = QComboBox(editable=True)
        self.browse = QToolButton(text="…", toolTip="Choose a folder with a model")
        self.adapter = QLineEdit(placeholderText="none")
        self.adapter.setToolTip("Folder of an adapter that was trained for this model")
        self.server = QLineEdit(placeholderText="http://localhost:8000/v1, then Enter")
        self.server.setToolTip("URL of an OpenAI-compatible server: vLLM, Ollama, llama.cpp ...")
        self._endpoint = ""
        self.view = QComboBox()
        self.view.addItems(VIEWS)
        self.view.setToolTip("From where the camera looks at the animal")
        self.window_s = _seconds(preferences.window_s())
        self.stride_s = _seconds(preferences.window_s())
        self.stride_s.setToolTip("From the start of one window to the start of the next")
        self.sampling = QComboBox()
        self.sampling.addItem("evenly spaced", "uniform")
        self.sampling.addItem("where the poses change", "adaptive")
        self.sampling.setToolTip(
            "The second needs poses; long stillness is described by its middle"
        )
        self.range = QComboBox()
        self.range.addItems(["the whole video", "the selected range"])
        self.individuals, self.cameras = QListWidget(), QListWidget()
        self.cameras.setToolTip("Each camera is described by a run of its own")
        self.prompt = PromptForm()
        self._selection: TimeRange | None = None
        self._lay_out()
        self._connect()
        self.list_cameras([], [])
        self.select_range(None, "")
        self._on_captioner()

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow("Captioner", self.captioner)
        form.addRow("Model", _side_by_side(self.model, self.browse))
        form.addRow("Adapter", self.adapter)
        form.addRow("Server", self.server)
        form.addRow("Cameras", self.cameras)
        form.addRow("Camera view", self.view)
        form.addRow("Window", _side_by_side(self.window_s, QLabel("every"), self.stride_s))
        form.addRow("Placed", self.sampling)
        form.addRow("Describe", self.range)
        form.addRow("Individuals", self.individuals)
        self._form = form

    def _connect(self) -> None:
        self.captioner.currentTextChanged.connect(self._on_captioner)
        self.browse.clicked.connect(self._on_browse)
        self.window_s.valueChanged.connect(self._on_window)
        self.server.editingFinished.connect(self.take_server)
        self.adapter.editingFinished.connect(self.changed)
        self.sampling.currentIndexChanged.connect(self.stride_s.setDisabled)  # 0 is evenly spaced
        for signal in (
            self.model.currentTextChanged,
            self.view.currentTextChanged,
            self.stride_s.valueChanged,
            self.sampling.currentIndexChanged,
            self.range.currentIndexChanged,
            self.individuals.itemChanged,
            self.cameras.itemChanged,
            self.prompt.changed,
        ):
            signal.connect(self.changed)

    def settings(self) -> CaptionSettings:
        """What is chosen."""
        name = self.captioner.currentText()
        model = self.model.currentText().strip() if name not in WITHOUT_MODEL else ""
        return CaptionSettings(
            captioner=name,
            endpoint=self._endpoint or None if name == OF_SERVERS else None,
            model=model or None,
            adapter=self.adapter.text().strip() or None if name in WITH_ADAPTER else None,
            camera_view=self.view.currentText(),
            frames=self._selection if self.range.currentIndex() == 1 else None,
            window_s=self.window_s.value(),
            stride_s=self.stride_s.value(),
            sampling=self.sampling.currentData(),
            individuals=self._chosen_individuals(),
            prompt=self.prompt.choices() if self.takes_prompt() else PromptChoices(),
        )

    def take_trained(self, captioner: str, model: str, adapter: str) -> None:
        """Choose a captioner that was trained; "" for the model in the package or no adapter."""
        self.captioner.setCurrentText(captioner)
        self.model.setCurrentText(model)
        self.adapter.setText(adapter)
        self.changed.emit()

    def takes_prompt(self) -> bool:
        """Whether the captioner is asked in words that can be chosen."""
        kind = extensions.load("captioners", self.captioner.currentText())
        return bool(getattr(kind, "takes_prompt", False))

    def problem(self, *, has_poses: bool) -> str | None:
        """Why nothing can be described as it is, in one sentence; None if it can."""
        name = self.captioner.currentText()
        if name in NEEDS_MODEL and not self.model.currentText().strip():
            return f"The captioner {name} needs a model: choose one from the list, or a folder."
        if name == OF_SERVERS and not self._endpoint:
            return "The captioner endpoint needs a server: give its URL, then Enter."
        if name == OF_SERVERS:
            try:
                Address.parse(self._endpoint)
            except ValueError as error:
                return str(error)
        if self.sampling.currentData() == "adaptive" and not has_poses:
            return "Windows can only be where the poses change if there are any: open a pose file."
        if name in WITHOUT_MODEL and not has_poses:
            return f"{name} describes poses, and there are none: open a pose file."
        if self.cameras.count() and not self.chosen_cameras():
            return "No camera is ticked: tick at least one."
        if self.individuals.count() > 1 and not self._chosen_individuals():
            return "No individual is ticked: tick at least one."
        return self.prompt.problem() if self.takes_prompt() else None

    def select_range(self, selection: TimeRange | None, text: str) -> None:
        """Offer the time range that is selected on the timeline, which ``text`` names."""
        had_one, self._selection = self._selection is not None, selection
        item = self.range.model().item(1)
        item.setEnabled(selection is not None)
        item.setText(f"selected: {text}" if selection else "a range: drag on the timeline")
        if (selection is not None) != had_one:
            self.range.setCurrentIndex(1 if selection is not None else 0)
        self.changed.emit()

    def take_server(self) -> None:
        """Take the URL as it is now. Half a URL is never asked: it may be somebody's."""
        url = self.server.text().strip()
        if url != self._endpoint:
            self._endpoint = url
            self.changed.emit()

    def list_individuals(self, names: Sequence[str]) -> None:
        """List the animals, all ticked; hidden where there is one."""
        with QSignalBlocker(self.individuals):
            self.individuals.clear()
            for name in names:
                item = QListWidgetItem(name, self.individuals)
                item.setCheckState(Qt.CheckState.Checked)
        self.individuals.setFixedHeight(6 + ROW_PX * min(len(names), MOST_ROWS))
        self._form.setRowVisible(self.individuals, len(names) > 1)

    def list_cameras(self, ids: Sequence[str], titles: Sequence[str]) -> None:
        """List the cameras, the first one ticked; hidden where there is one film only."""
        self._form.setRowVisible(self.cameras, len(ids) > 1)
        self._form.setRowVisible(self.view, len(ids) < 2)
        if list(ids) == [item.data(ID) for item in _items(self.cameras)]:
            return
        with QSignalBlocker(self.cameras):
            self.cameras.clear()
            for place, (camera, title) in enumerate(zip(ids, titles, strict=True)):
                item = QListWidgetItem(title, self.cameras)
                item.setData(ID, camera)
                item.setCheckState(Qt.CheckState.Unchecked if place else Qt.CheckState.Checked)
        self.cameras.setFixedHeight(6 + ROW_PX * min(len(ids), MOST_ROWS))

    def chosen_cameras(self) -> list[str]:
        """Ids of the cameras that are ticked; none where there is one film only."""
        ticked = [one for one in _items(self.cameras) if one.checkState() == Qt.CheckState.Checked]
        return [item.data(ID) for item in ticked]

    def _chosen_individuals(self) -> tuple[str, ...] | None:
        items = [self.individuals.item(row) for row in range(self.individuals.count())]
        chosen = tuple(i.text() for i in items if i.checkState() == Qt.CheckState.Checked)
        return None if len(items) <= 1 else chosen

    def _on_captioner(self) -> None:
        name = self.captioner.currentText()
        with QSignalBlocker(self.model):
            self.model.clear()
            if name == "transformers":
                self.model.addItems(list(PRESETS))
        self.model.lineEdit().setPlaceholderText(MODEL_HINTS.get(name, ""))
        self._form.setRowVisible(1, name not in WITHOUT_MODEL)
        self._form.setRowVisible(self.adapter, name in WITH_ADAPTER)
        self._form.setRowVisible(self.server, name == OF_SERVERS)
        self.browse.setVisible(name != OF_SERVERS)
        self.changed.emit()

    def _on_window(self, seconds: float) -> None:
        """Windows follow each other without gap or overlap unless the stride is then changed."""
        with QSignalBlocker(self.stride_s):
            self.stride_s.setValue(seconds)
        self.changed.emit()

    def _on_browse(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Folder with a model")
        if folder:
            self.model.setCurrentText(folder)


def _items(rows: QListWidget) -> list[QListWidgetItem]:
    return [rows.item(row) for row in range(rows.count())]


def _seconds(value: float) -> QDoubleSpinBox:
    box = QDoubleSpinBox(decimals=2, minimum=0.05, maximum=600.0, singleStep=0.5, suffix=" s")
    box.setValue(value)
    return box


def _side_by_side(*widgets: QWidget) -> QWidget:
    together = QWidget()
    layout = QHBoxLayout(together)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4)
    for place, widget in enumerate(widgets):
        layout.addWidget(widget, 1 if place != 1 else 0)
    return together
