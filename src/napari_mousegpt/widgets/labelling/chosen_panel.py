"""The chosen bout in numbers and words, to be changed. Knows labelling, no timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QSignalBlocker
from qtpy.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from napari_mousegpt.datamodel.labels.actions import change_bouts, set_edges
from napari_mousegpt.widgets.timeline.bout_menu import colour_chip

if TYPE_CHECKING:
    from napari_mousegpt.datamodel.labels.bout import Bout
    from napari_mousegpt.datamodel.labels.edit import Edit
    from napari_mousegpt.widgets.labelling.labelling import Labelling

NONE_CHOSEN = "No bout is chosen: click one on the timeline."
NOBODY = "nobody"


class ChosenPanel(QWidget):
    """Behaviour, frames, target and comment of the chosen bout."""

    def __init__(self, labelling: Labelling) -> None:
        super().__init__()
        self._labelling = labelling
        self.title = QLabel(NONE_CHOSEN, wordWrap=True)
        self.form = QWidget()
        self.behaviour, self.target = QComboBox(), QComboBox()
        self.start, self.stop = QSpinBox(), QSpinBox()
        self.comment = QLineEdit(placeholderText="comment")
        self._build()
        self.behaviour.textActivated.connect(lambda name: self._change(behaviour=name))
        self.target.textActivated.connect(self._on_target)
        self.start.editingFinished.connect(self._on_edges)
        self.stop.editingFinished.connect(self._on_edges)
        self.comment.editingFinished.connect(self._on_comment)
        labelling.chosen_changed.connect(self.refresh)
        labelling.labels_changed.connect(self._on_labels)
        self.refresh()

    def _build(self) -> None:
        frames = QHBoxLayout()
        frames.addWidget(self.start, 1)
        frames.addWidget(QLabel("to"))
        frames.addWidget(self.stop, 1)
        form = QFormLayout(self.form)
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow("Behaviour", self.behaviour)
        form.addRow("Frames", frames)
        form.addRow("Towards", self.target)
        form.addRow("Comment", self.comment)
        self._target_label = form.labelForField(self.target)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.title)
        layout.addWidget(self.form)

    def let_go(self) -> None:
        """Hear no more of the labels."""
        self._labelling.chosen_changed.disconnect(self.refresh)
        self._labelling.labels_changed.disconnect(self._on_labels)

    def refresh(self) -> None:
        """Show the chosen bouts of now."""
        bouts = self._labelling.chosen_bouts
        self.form.setVisible(len(bouts) == 1)
        if len(bouts) == 1:
            self._show(bouts[0])
        else:
            frames = sum(bout.stop - bout.start for bout in bouts)
            several = f"{len(bouts)} bouts, {frames} frames in all. Keys change them together."
            self.title.setText(several if bouts else NONE_CHOSEN)

    def _show(self, bout: Bout) -> None:
        labelling = self._labelling
        state, labels = labelling.state, labelling.labels
        editable = labelling.may_edit(bout.bout_id)
        who = bout.annotator or state_tool(labelling, bout) or bout.source
        length_s = state.time_s(bout.stop) - state.time_s(bout.start)
        reason = "" if editable else " · Return accepts it as yours"
        self.title.setText(f"{bout.individual} · {who} · {length_s:.2f} s{reason}")
        widgets = (self.behaviour, self.target, self.start, self.stop, self.comment)
        blocked = [QSignalBlocker(one) for one in widgets]
        names = [one.name for one in labels.ethogram] if labels is not None else []
        self.behaviour.clear()
        for one in labels.ethogram if labels is not None else ():
            self.behaviour.addItem(colour_chip(one.colour), one.name)
        if bout.behaviour not in names:
            self.behaviour.addItem(bout.behaviour)
        self.behaviour.setCurrentText(bout.behaviour)
        others = [name for name in state.individuals if name != bout.individual]
        self.target.clear()
        self.target.addItems([NOBODY, *others])
        self.target.setCurrentText(bout.target or NOBODY)
        for widget in (self.target, self._target_label):
            widget.setVisible(bool(others))
        for spin, value in ((self.start, bout.start), (self.stop, bout.stop - 1)):
            spin.setRange(0, max(0, state.n_frames - 1))
            spin.setValue(value)
        self.comment.setText(bout.comment or "")
        for widget in widgets:
            widget.setEnabled(editable)
        del blocked

    def _on_labels(self, edit: Edit | None) -> None:
        ids = set(self._labelling.chosen)
        if edit is None or any(bout.bout_id in ids for bout in (*edit.removed, *edit.added)):
            self.refresh()

    def _on_target(self, name: str) -> None:
        self._change(target=None if name == NOBODY else name)

    def _on_comment(self) -> None:
        bouts = self._labelling.chosen_bouts
        text = self.comment.text().strip() or None
        if len(bouts) == 1 and text != bouts[0].comment:
            self._change(comment=text)

    def _on_edges(self) -> None:
        bouts = self._labelling.chosen_bouts
        if len(bouts) != 1:
            return
        bout, first, last = bouts[0], self.start.value(), self.stop.value()
        if (first, last) != (bout.start, bout.stop - 1):
            self._labelling.do(
                lambda now: set_edges(
                    now, bout.bout_id, start=min(first, last), stop=max(first, last) + 1
                )
            )

    def _change(self, **values: str | None) -> None:
        ids = self._labelling.chosen
        if ids:
            self._labelling.do(lambda now: change_bouts(now, ids, **values))


def state_tool(labelling: Labelling, bout: Bout) -> str:
    """The captioner that said a bout, or ""."""
    recording = labelling.state.recording
    run = recording.run(bout.run_id) if recording is not None and bout.run_id else None
    return run.tool if run is not None else ""
