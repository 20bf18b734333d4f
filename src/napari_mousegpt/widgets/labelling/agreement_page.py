"""How far annotators of the recording agree, and where they do not.

Knows labelling; the numbers are made beside the window (see `workflows.evaluate`).
"""

from __future__ import annotations

import html
import math
from collections.abc import Generator
from typing import TYPE_CHECKING

import pandas as pd
from napari.utils.notifications import show_error, show_info
from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from napari_mousegpt.analysis.profile.voice import voices
from napari_mousegpt.widgets.background_job import BackgroundJob
from napari_mousegpt.widgets.keys import Action, KeyMap
from napari_mousegpt.widgets.labelling.confusion_table import ConfusionTable
from napari_mousegpt.widgets.labelling.key_actions import KeysWhileLabelling
from napari_mousegpt.workflows.evaluate import Evaluation, evaluate_sides
from napari_mousegpt.workflows.evaluation_settings import EvaluationSettings
from napari_mousegpt.workflows.evaluation_sides import names_of, sides_of_recording
from napari_mousegpt.workflows.evaluation_table import first_look, numbers_of, shares_of_rows

if TYPE_CHECKING:
    from napari_mousegpt.datamodel.recording import Recording
    from napari_mousegpt.widgets.labelling.labelling import Labelling

GROUP = "Agreement"
CHOOSE = "Tick two annotators, or more. Of two, the upper one is the reference."
TITLES = {
    "kappa": ("κ", "Cohen's kappa of frames"),
    "f1": ("F1", "F1 of frames; for all, the mean over behaviours"),
    "segment_f1_50": ("F1@50", "F1 of bouts that overlap by 50 %"),
    "start_error_median_s": ("start", "by how many seconds the other starts later, median"),
    "stop_error_median_s": ("stop", "by how many seconds the other stops later, median"),
    "krippendorff_alpha": ("α", "Krippendorff's alpha of frames"),
    "low": ("from", "95 % interval over animals or recordings"),
    "high": ("to", "95 % interval over animals or recordings"),
    "fleiss_kappa": ("Fleiss κ", "Fleiss' kappa of the frames that all assessed"),
    "f1_macro": ("F1", "mean F1 of frames over behaviours"),
}
OF_PAIRS = ("kappa", "f1_macro", "segment_f1_50")


class AgreementPage(QWidget):
    """Who is compared, the numbers, the confusion matrix, and the spans that differ."""

    def __init__(self, labelling: Labelling, keys: KeyMap) -> None:
        super().__init__()
        self._labelling = labelling
        self.people = QListWidget()
        self.tolerance = QDoubleSpinBox(decimals=2, maximum=10, singleStep=0.1, value=0.5)
        self.compare = QPushButton("Compare")
        self.line = QLabel(CHOOSE, wordWrap=True)
        self.numbers, self.confusion = QTableWidget(), ConfusionTable()
        self.export = QPushButton("Export csv …")
        self.show_spans = QPushButton("Show disagreements", checkable=True)
        self.job = BackgroundJob(self)
        self.result: Evaluation | None = None
        self._build()
        self._shortcuts = KeysWhileLabelling(
            labelling,
            keys,
            Action("agreement.next", "next disagreement", GROUP, self.next, ("Ctrl+PgDown",)),
            Action(
                "agreement.previous", "disagreement before", GROUP, self.previous, ("Ctrl+PgUp",)
            ),
        )
        self._connect()
        self.list_people()

    def _build(self) -> None:
        self.people.setMaximumHeight(64)
        self.tolerance.setSuffix(" s")
        self.tolerance.setToolTip("By how much start and stop of a bout may differ")
        for part in (self.people, self.compare, self.export, self.show_spans, self.numbers):
            part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.numbers.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.numbers.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.numbers.verticalHeader().setDefaultSectionSize(20)
        self.numbers.horizontalHeader().setSectionResizeMode(
            QHeaderView.ResizeMode.ResizeToContents
        )
        self.numbers.horizontalHeader().setMinimumSectionSize(20)
        form = QFormLayout()
        form.addRow("Tolerance of borders", self.tolerance)
        below = QHBoxLayout()
        below.addWidget(self.export)
        below.addWidget(self.show_spans)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(self.people)
        layout.addLayout(form)
        for part in (self.compare, self.line):
            layout.addWidget(part)
        layout.addWidget(self.numbers, 1)
        layout.addWidget(self.confusion, 1)
        layout.addLayout(below)
        self._show(None)

    def _connect(self) -> None:
        self.compare.clicked.connect(self._on_compare)
        self.export.clicked.connect(self._on_export)
        self.show_spans.toggled.connect(self._on_show_spans)
        self.job.stepped.connect(self.line.setText)
        self.job.failed.connect(self.line.setText)
        self.job.done.connect(self._show)
        self.job.running_changed.connect(
            lambda runs: self.compare.setText("Cancel" if runs else "Compare")
        )
        self._labelling.session_changed.connect(self._on_session)

    def let_go(self) -> None:
        """Stop what runs, and hear no more of the labels."""
        self.job.cancel()
        self._labelling.session_changed.disconnect(self._on_session)
        self._labelling.show_disagreements(None)
        self._shortcuts.let_go()

    def list_people(self) -> None:
        """List who said something by now, people first; what was ticked stays so."""
        recording = self._recording()
        ticked = self.ticked()
        self.people.clear()
        if recording is None:
            return
        found = voices(recording)
        named = list(zip(names_of(found), found, strict=True))
        named.sort(key=lambda pair: pair[1].source not in ("person", "import"))
        if not ticked and len(named) == 2:
            ticked = [name for name, _ in named]
        for name, voice in named:
            item = QListWidgetItem(name)
            item.setToolTip(voice.source)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            state = Qt.CheckState.Checked if name in ticked else Qt.CheckState.Unchecked
            item.setCheckState(state)
            self.people.addItem(item)

    def ticked(self) -> list[str]:
        """Who is to be compared."""
        items = [self.people.item(row) for row in range(self.people.count())]
        return [item.text() for item in items if item.checkState() == Qt.CheckState.Checked]

    def next(self) -> None:
        """Go to the next span on which they differ."""
        starts = self._starts()
        self._go_to(starts[starts > self._labelling.state.frame].min())

    def previous(self) -> None:
        """Go to the span before on which they differ."""
        starts = self._starts()
        self._go_to(starts[starts < self._labelling.state.frame].max())

    def showEvent(self, event) -> None:
        """List those who labelled meanwhile."""
        self.list_people()
        super().showEvent(event)

    def _recording(self) -> Recording | None:
        labels, recording = self._labelling.labels, self._labelling.state.recording
        if labels is None or recording is None:
            return recording
        return recording.replace(bouts=labels.table(), ethogram=labels.ethogram)

    def _on_session(self) -> None:
        self.job.cancel()
        self._show(None)
        self.list_people()

    def _on_compare(self) -> None:
        if self.job.running:
            self.job.cancel()
            self.line.setText("Stopped.")
            return
        names, recording, labels = self.ticked(), self._recording(), self._labelling.labels
        if recording is None or labels is None or len(names) < 2:
            self.line.setText(CHOOSE)
            return
        self.job.start(compared, recording, labels.assessed_table(), names, self.tolerance.value())

    def _show(self, result: Evaluation | None) -> None:
        self.result = result
        two = result.agreement if result is not None else None
        self.numbers.setVisible(result is not None)
        self.confusion.setVisible(two is not None)
        self.export.setEnabled(result is not None)
        self.show_spans.setEnabled(result is not None)
        if result is None:
            self.line.setText(CHOOSE)
            self.show_spans.setChecked(False)
            return
        self._fill(first_look(result))
        if two is not None:
            self.confusion.show_shares(shares_of_rows(two.confusion), (two.reference, two.other))
        self.line.setText(_summary(result))
        self.line.setToolTip("\n".join(result.warnings))
        if self.show_spans.isChecked():
            self._labelling.show_disagreements(result.disagreements)

    def _fill(self, table: pd.DataFrame) -> None:
        self.numbers.setRowCount(len(table))
        self.numbers.setColumnCount(len(table.columns))
        self.numbers.setVerticalHeaderLabels([str(name) for name in table.index])
        for column, name in enumerate(table.columns):
            title, meaning = TITLES[str(name)]
            header = QTableWidgetItem(title)
            header.setToolTip(meaning)
            self.numbers.setHorizontalHeaderItem(column, header)
            signed = str(name).endswith("_s")
            for row, value in enumerate(table[name].tolist()):
                item = QTableWidgetItem(_number(value, signed=signed))
                item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
                self.numbers.setItem(row, column, item)

    def _on_export(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, "Every number as csv", "", "csv (*.csv)")
        if chosen and self.result is not None:
            try:
                numbers_of(self.result).to_csv(chosen, index=False)
            except OSError as error:
                show_error(f"{chosen} cannot be written: {error}")

    def _on_show_spans(self, shown: bool) -> None:
        spans = self.result.disagreements if self.result is not None and shown else None
        self._labelling.show_disagreements(spans)

    def _starts(self) -> pd.Series:
        """Where they differ, of the animal looked at."""
        state, result = self._labelling.state, self.result
        if result is None or state.is_blind or state.recording is None:
            return pd.Series(dtype=float)
        spans = result.disagreements
        mine = spans["video"] == state.recording.video().id
        if state.individual is not None:
            mine &= spans["individual"] == state.individual
        return spans.loc[mine, "start"]

    def _go_to(self, frame: float) -> None:
        if math.isfinite(frame):
            self._labelling.state.go_to(int(frame))
        else:
            show_info("There is no further disagreement, or nothing was compared yet.")


def compared(
    recording: Recording, assessed: pd.DataFrame, names: list[str], tolerance_s: float
) -> Generator[str, None, Evaluation]:
    """Compare these annotators of a recording, yielding what is under way."""
    yield f"Comparing {', '.join(names)} …"
    sides = sides_of_recording(recording, assessed)
    settings = EvaluationSettings(annotators=tuple(names), tolerance_s=tolerance_s)
    if len(names) == 2:
        settings = EvaluationSettings(
            against=names[0], annotators=(names[1],), tolerance_s=tolerance_s
        )
    return evaluate_sides(sides, settings)


def _summary(result: Evaluation) -> str:
    two, several = result.agreement, result.several
    number = len(result.disagreements)
    spans = "1 span differs" if number == 1 else f"{number} spans differ"
    warned = f" · ⚠ {len(result.warnings)}" if result.warnings else ""
    if two is not None:
        minutes = two.n_frames / result.fps / 60
        names = f"<b>{html.escape(two.other)}</b> against <b>{html.escape(two.reference)}</b>"
        return f"{names}: {minutes:.1f} min both looked at · {spans}{warned}"
    if several is None:
        return f"Point events only; export has their numbers{warned}"
    pairs = "<br>".join(
        f"{html.escape(row['first'])} – {html.escape(row['second'])}: "
        + ", ".join(f"{TITLES[name][0]} {_number(row[name])}" for name in OF_PAIRS)
        for row in several.pairs.to_dict("records")
    )
    return f"{pairs}<br>{spans}{warned}"


def _number(value: float, *, signed: bool = False) -> str:
    if not math.isfinite(value):
        return "–"
    return f"{value:+.2f}" if signed else f"{value:.2f}"
