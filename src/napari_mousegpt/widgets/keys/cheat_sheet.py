"""The list of all keys, where a person changes them. Knows no action's insides."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from napari_mousegpt.widgets.keys.action import Action
from napari_mousegpt.widgets.keys.key_map import KeyMap
from napari_mousegpt.widgets.keys.key_names import key_of

HOW = (
    "Click an action, then press its new key. Backspace takes its key away, Esc leaves it as it is."
)
NAME = Qt.ItemDataRole.UserRole


def sheet_action(keys: KeyMap, parent: QWidget) -> Action:
    """The action that shows the list of keys over a widget."""

    def show() -> None:
        sheet = parent.findChild(CheatSheet) or CheatSheet(keys, parent)
        sheet.show()
        sheet.raise_()

    return Action("keys.show", "all keys, and how to change them", "Help", show, ("F1", "?"))


class CheatSheet(QDialog):
    """All actions by group with their keys."""

    def __init__(self, keys: KeyMap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys of napari-mousegpt")
        self.keys = keys
        self.tree = _Tree()
        self.message = QLabel(HOW, wordWrap=True)
        self.reset = QPushButton("Reset all")
        self.save = QPushButton("Save as text …")
        self._build()
        self.tree.pressed_key.connect(self._on_key)
        self.tree.itemClicked.connect(self._on_clicked)
        self.reset.clicked.connect(lambda: self.keys.reset())
        self.save.clicked.connect(self._on_save)
        keys.changed.connect(self._fill)
        self._fill()

    def _build(self) -> None:
        self.resize(520, 640)
        layout = QVBoxLayout(self)
        layout.addWidget(self.message)
        layout.addWidget(self.tree, 1)
        buttons = QHBoxLayout()
        for button in (self.reset, self.save):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout.addLayout(buttons)

    def _fill(self) -> None:
        asking = self.tree.asking
        self.tree.clear()
        for group, actions in self.keys.groups().items():
            heading = QTreeWidgetItem(self.tree, [group])
            heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
            font = heading.font(0)
            font.setBold(True)
            heading.setFont(0, font)
            for action in actions:
                keys = "   ".join(self.keys.keys_of(action.name))
                changed = "  (changed)" if self.keys.changed_by_hand(action.name) else ""
                item = QTreeWidgetItem(heading, [action.title, keys + changed])
                item.setData(0, NAME, action.name)
        self.tree.expandAll()
        self.tree.asking = asking if asking in self.keys.actions else None

    def _on_clicked(self, item: QTreeWidgetItem) -> None:
        self._fill_message(HOW)
        self.tree.asking = item.data(0, NAME)
        if self.tree.asking is not None:
            item.setText(1, "press a key …")

    def _on_key(self, key: str) -> None:
        name, self.tree.asking = self.tree.asking or "", None
        try:
            if key == "Backspace":
                self.keys.set_key(name, "")
            elif key != "Esc":
                self.keys.set_key(name, key)
            self._fill_message(HOW)
        except (ValueError, OSError) as error:
            self._fill_message(str(error))
        self._fill()

    def _fill_message(self, text: str) -> None:
        self.message.setText(text)

    def _on_save(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, "Save keys", "mousegpt-keys.txt", "Text (*.txt)"
        )
        if path:
            Path(path).write_text(as_text(self.keys), encoding="utf-8")


class _Tree(QTreeWidget):
    """A list that hands on the key pressed while one is asked for."""

    pressed_key = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.asking: str | None = None
        self.setColumnCount(2)
        self.setHeaderLabels(["Action", "Key"])
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the key for the action that asks for one."""
        if self.asking is None:
            super().keyPressEvent(event)
        elif key := key_of(event):
            self.pressed_key.emit(key)


def as_text(keys: KeyMap) -> str:
    """All keys as plain text, to be printed."""
    lines = []
    for group, actions in keys.groups().items():
        lines.append(group)
        lines += [
            f"  {', '.join(keys.keys_of(action.name)) or '-':<18}{action.title}"
            for action in actions
        ]
        lines.append("")
    return "\n".join(lines)
