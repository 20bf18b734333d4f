"""The behaviours of the ethogram with colour, key and how many bouts; a click labels.

Knows labelling and its actions, no key event.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtGui import QFont
from qtpy.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from napari_mousegpt.widgets.timeline.bout_menu import colour_chip

if TYPE_CHECKING:
    from napari_mousegpt.datamodel.ethogram import Behaviour
    from napari_mousegpt.widgets.keys import KeyMap
    from napari_mousegpt.widgets.labelling.actions import LabelActions
    from napari_mousegpt.widgets.labelling.labelling import Labelling

NAME, KEY, COUNT = range(3)


class BehaviourList(QTreeWidget):
    """One line for each behaviour; those that are open are bold and say since when."""

    def __init__(self, labelling: Labelling, actions: LabelActions, keys: KeyMap) -> None:
        super().__init__()
        self._labelling = labelling
        self._actions = actions
        self._keys = keys
        self._items: dict[str, QTreeWidgetItem] = {}
        self._shown: tuple[Behaviour, ...] = ()
        self.setHeaderLabels(["Behaviour", "Key", "Bouts"])
        self.setRootIsDecorated(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSelectionMode(QTreeWidget.SelectionMode.NoSelection)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for column in (KEY, COUNT):
            self.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.itemClicked.connect(self._on_clicked)
        keys.changed.connect(self._write_keys)
        labelling.state.individual_changed.connect(self.refresh)

    def let_go(self) -> None:
        """Hear no more of keys and animals."""
        self._keys.changed.disconnect(self._write_keys)
        self._labelling.state.individual_changed.disconnect(self.refresh)

    def refresh(self) -> None:
        """Show the ethogram of now, and how much of it is labelled in the present track."""
        labels, track = self._labelling.labels, self._labelling.track
        ethogram = labels.ethogram if labels is not None else ()
        if ethogram != self._shown:
            self._fill(ethogram)
        if labels is None or track is None:
            return
        counts = Counter(labels.track(track).behaviours.tolist())
        opened = {bout.behaviour: bout for bout in labels.open_bouts(track)}
        for name, item in self._items.items():
            since = opened.get(name)
            running = f"since {self._labelling.state.time_s(since.start):.1f} s" if since else ""
            item.setText(COUNT, running or str(counts.get(name, 0) or ""))
            bold = QFont(self.font())
            bold.setBold(since is not None)
            for column in (NAME, COUNT):
                item.setFont(column, bold)

    def _fill(self, ethogram: tuple[Behaviour, ...]) -> None:
        self._shown = ethogram
        self.clear()
        self._items = {}
        for behaviour in ethogram:
            kind = " ·" if behaviour.kind == "point" else ""
            item = QTreeWidgetItem([behaviour.name + kind, "", ""])
            item.setIcon(NAME, colour_chip(behaviour.colour))
            what = "A point: one frame." if behaviour.kind == "point" else ""
            item.setToolTip(NAME, f"{behaviour.meaning} {what}".strip())
            item.setData(NAME, Qt.ItemDataRole.UserRole, behaviour.name)
            self.addTopLevelItem(item)
            self._items[behaviour.name] = item
        self._write_keys()

    def _write_keys(self) -> None:
        for name, item in self._items.items():
            action = f"label.behaviour.{name}"
            keys = self._keys.keys_of(action) if action in self._keys.actions else ()
            item.setText(KEY, ", ".join(keys))

    def _on_clicked(self, item: QTreeWidgetItem) -> None:
        self._actions.behaviour(item.data(NAME, Qt.ItemDataRole.UserRole))
