"""Labels by rule from what a model said, seen before they are made. No mathematics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QEvent, QSignalBlocker, Qt
from qtpy.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)
from superqt import QLabeledDoubleSlider

from napari_mousegpt.datamodel.rule_copies import BoutRule, copy_by_rule
from napari_mousegpt.widgets.labelling.rule_preview import Preview, RulePreview
from napari_mousegpt.widgets.timeline.bout_menu import colour_chip

if TYPE_CHECKING:
    from napari_mousegpt.widgets.labelling.labelling import Labelling

MOST_S = 10.0
HOW = (
    "Gaps within a behaviour are closed, then short bouts are dropped: the row “preview” of the "
    "timeline shows the result. Apply copies it to your row as one action. Labels you have, and "
    "what you looked at, stand. Nobody has looked at the new ones one by one: their comments say "
    "so, and no time counts as looked at."
)
COLUMNS = ("Behaviour", "Bouts", "becomes", "Seconds", "becomes")
NO_SESSION = "Press Start labelling first."
BLIND = "Not while you score blind: this shows what others said."
NOTHING = "No model or rule has said anything that the ethogram lists as a state."


class RuleDialog(QDialog):
    """Source, two limits, and the counts before and after; it stays open beside the film."""

    def __init__(self, labelling: Labelling, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Bouts from windows")
        self._labelling = labelling
        self._preview: Preview | None = None
        self.source = QComboBox()
        self.gap_s, self.min_s = _slider(0.5), _slider(0.3)
        self.table = QTableWidget(0, len(COLUMNS))
        self.message = QLabel(wordWrap=True)
        self.apply, self.cancel = QPushButton("Apply"), QPushButton("Cancel")
        self.asked = RulePreview(labelling, self)
        self._build()
        self._connect()
        self._on_session()

    def _build(self) -> None:
        self.resize(560, 480)
        self.table.setHorizontalHeaderLabels(COLUMNS)
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        form = QFormLayout()
        form.addRow("From", self.source)
        form.addRow("Close gaps up to (s)", self.gap_s)
        form.addRow("Drop bouts below (s)", self.min_s)
        buttons = QHBoxLayout()
        buttons.addWidget(self.message, 1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.apply)
        layout = QVBoxLayout(self)
        layout.addWidget(QLabel(HOW, wordWrap=True))
        layout.addLayout(form)
        layout.addWidget(self.table, 1)
        layout.addLayout(buttons)

    def _connect(self) -> None:
        labelling, asked = self._labelling, self.asked
        self.source.currentTextChanged.connect(self._ask)
        for slider in (self.gap_s, self.min_s):
            slider.valueChanged.connect(self._ask)
        asked.listed.connect(self._on_listed)
        asked.ready.connect(self._on_preview)
        asked.failed.connect(self._say)
        self.apply.clicked.connect(self._on_apply)
        self.cancel.clicked.connect(self.reject)
        self.finished.connect(self._clear)
        labelling.labels_changed.connect(self._on_labels)
        labelling.session_changed.connect(self._on_session)

    def let_go(self) -> None:
        """Leave nothing: no preview, no thread that tells of one."""
        self._clear()
        self._labelling.labels_changed.disconnect(self._on_labels)
        self._labelling.session_changed.disconnect(self._on_session)

    def _clear(self) -> None:
        self.asked.stop()
        self._labelling.propose(None)

    def showEvent(self, event) -> None:
        """Begin with what is said now."""
        super().showEvent(event)
        self._on_session()

    @property
    def rule(self) -> BoutRule:
        """The limits as they are set."""
        return BoutRule(round(self.gap_s.value(), 2), round(self.min_s.value(), 2))

    def _on_session(self) -> None:
        """Look again for what labels can be made from."""
        reason = self._reason()
        self._preview = None
        self.apply.setEnabled(False)
        self._say(reason)
        if reason:
            self._clear()
            self.table.setRowCount(0)
        elif self.isVisible():
            self.asked.find_sources()

    def _reason(self) -> str:
        session = self._labelling.session
        if session is None:
            return NO_SESSION
        if self._labelling.state.is_blind:
            return BLIND
        return f"For looking only: {session.read_only}" if session.read_only else ""

    def _on_listed(self, titles: list[str]) -> None:
        before = self.source.currentText()
        blocked = QSignalBlocker(self.source)
        self.source.clear()
        self.source.addItems(titles)
        if before in titles:
            self.source.setCurrentText(before)
        del blocked
        if titles:
            self._ask()
        else:
            self._say(NOTHING)

    def _on_labels(self, edit: object) -> None:
        """What stands in the way may be other labels now; another ethogram is another source."""
        if not self.isVisible() or self._reason():
            return
        self.asked.forget_labels()
        if edit is None or getattr(edit, "ethogram", None) is not None:
            self.asked.find_sources()
        else:
            self._ask()

    def _ask(self) -> None:
        if self.source.currentText() and not self._reason():
            self.apply.setEnabled(False)  # until what is shown is what would be made
            self.asked.ask(self.source.currentText(), self.rule)

    def _on_preview(self, preview: Preview) -> None:
        if not self.isVisible():
            return
        self._preview = preview
        copies = preview.copies
        self._labelling.propose(copies.table)
        self._fill(preview)
        count, gave_way = len(copies.table), copies.gave_way
        yours = f"; {gave_way} give way to labels of yours or to each other" if gave_way else ""
        self._say(f"{count} bouts{yours}")
        is_latest = (preview.title, preview.rule) == (self.source.currentText(), self.rule)
        self.apply.setEnabled(bool(count) and is_latest)

    def _fill(self, preview: Preview) -> None:
        labels = self._labelling.labels
        colours = {one.name: one.colour for one in labels.ethogram} if labels is not None else {}
        rows = preview.copies.summary.to_dict("records")
        self.table.setRowCount(len(rows))
        for place, row in enumerate(rows):
            texts = (
                row["behaviour"],
                str(row["bouts_before"]),
                str(row["bouts_after"]),
                f"{row['duration_before_s']:.1f}",
                f"{row['duration_after_s']:.1f}",
            )
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                if column:
                    item.setTextAlignment(
                        Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    )
                self.table.setItem(place, column, item)
            self.table.item(place, 0).setIcon(colour_chip(colours.get(row["behaviour"], "#888888")))

    def _on_apply(self) -> None:
        preview = self._preview
        if preview is None:
            return
        who = self._labelling.annotator or None
        copies, rule, title = preview.copies, preview.rule, preview.title
        done = self._labelling.do(lambda _now: copy_by_rule(copies, rule, title, who))
        if done is not None:
            self.accept()

    def _say(self, sentence: str) -> None:
        self.message.setText(sentence)

    def event(self, event: QEvent) -> bool:
        """Hear no more of the labels when the dialog goes."""
        if event.type() == QEvent.Type.DeferredDelete:
            self.let_go()
        return super().event(event)


def _slider(value: float) -> QLabeledDoubleSlider:
    slider = QLabeledDoubleSlider(Qt.Orientation.Horizontal)
    slider.setRange(0, MOST_S)
    slider.setDecimals(1)
    slider.setValue(value)
    return slider
