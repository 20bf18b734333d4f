"""The editor of the list of behaviours. Knows what can be asked for, not how it is done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from psygnal import SignalInstance
from qtpy.QtCore import QEvent, Qt
from qtpy.QtGui import QColor, QCursor, QKeySequence, QShortcut
from qtpy.QtWidgets import (
    QColorDialog,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMenu,
    QMessageBox,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from napari_mousegpt.datamodel.ethogram import PALETTE, Ethogram
from napari_mousegpt.datamodel.ethogram_presets import PRESETS
from napari_mousegpt.widgets.labelling.ethogram_editing import EthogramEditing
from napari_mousegpt.widgets.labelling.ethogram_table import EthogramTable
from napari_mousegpt.widgets.labelling.example_list import ExampleList
from napari_mousegpt.widgets.timeline.bout_menu import colour_chip

if TYPE_CHECKING:
    from napari_mousegpt.widgets.labelling.labelling import Labelling

FILES = "Behaviours (*.csv *.tsv *.boris)"
NAMES_OF_COLOURS = (
    "grey",
    "teal",
    "green",
    "sky",
    "blue",
    "rose",
    "sand",
    "orange",
    "purple",
    "olive",
    "wine",
    "yellow",
)


class EthogramDialog(QDialog):
    """A table, buttons, and the example frames of the current behaviour.

    It stays open beside the film, so that example frames can be looked for.
    """

    def __init__(self, labelling: Labelling, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Ethogram")
        self._labelling = labelling
        self.editing = EthogramEditing(labelling)
        self.reason, self.message = QLabel(wordWrap=True), QLabel(wordWrap=True)
        self.table = EthogramTable()
        self.add, self.remove = QPushButton("Add"), QPushButton("Remove")
        self.merge, self.lists = QPushButton("Merge into"), QPushButton("Lists")
        self.up, self.down = (QToolButton(text=sign) for sign in "▲▼")
        self.undo, self.redo = QPushButton("Undo"), QPushButton("Redo")
        self.examples = ExampleList()
        self.of_what = QLabel()
        self.add_example = QPushButton("Add the present frame")
        self.remove_example = QPushButton("Remove the example")
        self._build()
        self._connect()
        self.refresh()

    def _build(self) -> None:
        self.resize(860, 620)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)
        self.message.setStyleSheet("color: #ee8866;")
        self.merge.setMenu(QMenu(self))
        self.lists.setMenu(self._menu_of_lists())
        layout = QVBoxLayout(self)
        layout.addWidget(self.reason)
        layout.addWidget(self.table, 1)
        rows: tuple[tuple[QWidget, ...], ...] = (
            (self.add, self.remove, self.merge, self.up, self.down, self.lists),
            (self.message,),
            (self.of_what, self.add_example, self.remove_example),
            (self.examples,),
            (self.undo, self.redo),
        )
        for row in rows:
            line = QHBoxLayout()
            for part in row:
                line.addWidget(part, 1 if part in (self.message, self.of_what) else 0)
            if row[0] in (self.add, self.undo):
                line.addStretch(1)
            layout.addLayout(line)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)  # Return ends writing in the table, and nothing else

    def _connect(self) -> None:
        labelling, editing, table = self._labelling, self.editing, self.table
        table.changed.connect(self._on_written)
        table.colour_wanted.connect(self._ask_colour)
        table.currentCellChanged.connect(self._show_current)
        self.add.clicked.connect(self._on_add)
        self.remove.clicked.connect(lambda: self._with_chosen(editing.remove))
        self.up.clicked.connect(lambda: self._on_move(-1))
        self.down.clicked.connect(lambda: self._on_move(1))
        self.merge.menu().aboutToShow.connect(self._fill_merge)
        self.undo.clicked.connect(labelling.undo)
        self.redo.clicked.connect(labelling.redo)
        for keys, run in (("Ctrl+Z", labelling.undo), ("Ctrl+Shift+Z", labelling.redo)):
            QShortcut(QKeySequence(keys), self, run)
        self.add_example.clicked.connect(lambda: self._with_chosen(editing.add_example))
        self.remove_example.clicked.connect(self._on_remove_example)
        self.examples.wanted.connect(labelling.state.go_to)
        self._heard: list[tuple[SignalInstance, Callable[..., None]]] = [
            (labelling.labels_changed, self.refresh),
            (labelling.session_changed, self.refresh),
            (labelling.state.recording_changed, self.refresh),
            (labelling.failed, self._on_failed),
        ]
        for signal, slot in self._heard:
            signal.connect(slot)

    def refresh(self) -> None:
        """Show the behaviours of now, and what can be done with them."""
        reason, session = self.editing.reason(), self._labelling.session
        self.message.clear()
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))
        self.table.show_ethogram(self.editing.ethogram, self.editing.counts(), editable=not reason)
        history = session.history if session is not None else None
        for button, last, word in (
            (self.undo, history and history.last_done, "Undo"),
            (self.redo, history and history.last_undone, "Redo"),
        ):
            button.setEnabled(bool(last) and not reason)
            button.setText(f"{word} {last[1].name}" if last else word)
        for part in (self.add, self.remove, self.merge, self.up, self.down, self.add_example):
            part.setEnabled(not reason)
        for action in self.lists.menu().actions():
            action.setEnabled(not reason or action is self._export)
        self._show_current()

    def let_go(self) -> None:
        """Hear no more of the labels."""
        for signal, slot in self._heard:
            signal.disconnect(slot)
        self._heard = []
        self.examples.stop()

    def _menu_of_lists(self) -> QMenu:
        menu = QMenu(self)
        for title, ethogram in PRESETS.items():
            menu.addAction(title, partial(self._take, ethogram, title))
        menu.addSeparator()
        menu.addAction("Import csv or BORIS project …", self._on_import)
        self._export = menu.addAction("Export csv …", self._on_export)
        return menu

    def _show_current(self) -> None:
        name, recording = self.table.chosen, self._labelling.state.recording
        one = next((one for one in self.editing.ethogram if one.name == name), None)
        self.of_what.setText(f"Examples of {name}" if name else "")
        paths = {} if recording is None else {v.id: Path(v.path) for v in recording.videos}
        shown = one.example_frames if one is not None else ()
        self.examples.show_examples(shown, paths, self._labelling.state.fps)
        self.remove_example.setEnabled(bool(shown) and not self.editing.reason())

    def _on_written(self, name: str, field: str, text: str) -> None:
        self.message.clear()
        self.editing.write(name, field, text)
        told = self.message.text()
        self.refresh()  # what was refused reads as before
        self.message.setText(told)

    def _on_failed(self, sentence: str) -> None:
        self.message.setText(sentence)

    def _on_add(self) -> None:
        name = self.editing.add()
        if name is not None:
            self.table.choose(name)
            self.table.editItem(self.table.currentItem())

    def _on_move(self, by: int) -> None:
        name = self.table.chosen
        if name is not None:
            self.editing.move(name, by)
            self.table.choose(name)

    def _fill_merge(self) -> None:
        menu, name = self.merge.menu(), self.table.chosen
        menu.clear()
        for one in self.editing.ethogram:
            if name is not None and one.name != name:
                run = partial(self.editing.merge, name, one.name)
                menu.addAction(colour_chip(one.colour), one.name, run)

    def _ask_colour(self, name: str) -> None:
        if self.editing.reason():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        taken = {one.colour: one.name for one in self.editing.ethogram if one.name != name}
        for word, colour in zip(NAMES_OF_COLOURS, PALETTE, strict=True):
            whose = f"  ({taken[colour]})" if colour in taken else ""
            run = partial(self.editing.write, name, "colour", colour)
            menu.addAction(colour_chip(colour), f"{word}{whose}", run)
        menu.addSeparator()
        menu.addAction("Other colour …", partial(self._ask_other_colour, name))
        menu.popup(QCursor.pos())

    def _ask_other_colour(self, name: str) -> None:
        now = next(one.colour for one in self.editing.ethogram if one.name == name)
        for place, colour in enumerate(PALETTE):
            QColorDialog.setCustomColor(place, QColor(colour))
        chosen = QColorDialog.getColor(QColor(now), self, f"Colour of {name}")
        if chosen.isValid():
            self.editing.write(name, "colour", chosen.name())

    def _take(self, ethogram: Ethogram, title: str) -> None:
        """Ask whether a list is to replace this one or to join it."""
        box = QMessageBox(self)
        box.setText(
            f"Take the {len(ethogram)} behaviours of {title} in place of this list, or add those "
            "that it lacks? Behaviours with bouts are kept either way."
        )
        roles = QMessageBox.ButtonRole
        replace = box.addButton("Replace", roles.AcceptRole)
        join = box.addButton("Add", roles.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.exec()
        if box.clickedButton() in (replace, join):
            is_replaced = box.clickedButton() is replace
            self.editing.take_list(ethogram, title=title, replace=is_replaced)

    def _on_import(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Import behaviours", "", FILES)
        found = self.editing.read(path) if path else None
        if found is not None:
            self._take(found, Path(path).name)

    def _on_export(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, "Export behaviours", "ethogram.csv", "Table (*.csv)"
        )
        if path:
            self.editing.save(path)

    def _on_remove_example(self) -> None:
        name, example = self.table.chosen, self.examples.chosen
        if name is not None and example is not None:
            self.editing.remove_example(name, example)
        else:
            self.message.setText("Click the example to remove first.")

    def _with_chosen(self, act: Callable[[str], None]) -> None:
        if self.table.chosen is not None:
            act(self.table.chosen)

    def event(self, event: QEvent) -> bool:
        """Let go of films and labels when the dialog goes."""
        if event.type() == QEvent.Type.DeferredDelete:
            self.let_go()
        return super().event(event)
