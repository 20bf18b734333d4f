"""A list of things to judge: go there, see it played, say what it is, go on.

Knows labelling and the player; where the list comes from is for others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from qtpy.QtCore import QSize, Qt, QTimer, Signal
from qtpy.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem

from napari_mousegpt.datamodel.ethogram import colour_of
from napari_mousegpt.datamodel.labels.verdicts import (
    Said,
    accept_said,
    judged,
    label_instead,
    reject_said,
)
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.widgets.timeline.bout_menu import colour_chip
from napari_mousegpt.widgets.timeline.clock import clock

if TYPE_CHECKING:
    from napari_mousegpt.datamodel.labels.edit import Edit
    from napari_mousegpt.datamodel.labels.set import LabelSet
    from napari_mousegpt.widgets.labelling.actions import LabelActions
    from napari_mousegpt.widgets.labelling.labelling import Labelling
    from napari_mousegpt.widgets.playback import Player

OPEN_TEXT = "described in words"


class JudgingList(QListWidget):
    """Things to judge, best first; what was judged is no longer shown.

    Signals
    -------
    moved
        Another one is looked at, or none.
    counted
        How many are judged, and how many there were.
    """

    moved = Signal(object)
    counted = Signal(int, int)

    def __init__(self, labelling: Labelling, actions: LabelActions, player: Player) -> None:
        super().__init__()
        self._labelling = labelling
        self._actions = actions
        self._player = player
        self._items: tuple[Said, ...] = ()
        self._place: int | None = None
        self.plays = True
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys stay with film and timeline
        self.setWordWrap(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.refresh)
        self.itemClicked.connect(lambda item: self.go_to(self.row(item)))
        labelling.labels_changed.connect(self._on_labels)

    def let_go(self) -> None:
        """Hear no more of the labels."""
        self._labelling.labels_changed.disconnect(self._on_labels)
        self.empty()

    @property
    def current(self) -> Said | None:
        """What is looked at."""
        return None if self._place is None else self._items[self._place]

    def show_items(self, items: Sequence[Said], texts: Sequence[str]) -> None:
        """Show other things to judge, each with a line or two about it."""
        self.empty()
        self._items = tuple(items)
        labels = self._labelling.labels
        ethogram = labels.ethogram if labels is not None else ()
        for said, text in zip(items, texts, strict=True):
            item = QListWidgetItem(text)
            item.setToolTip("\n".join(filter(None, [said.text, said.reason])))
            if said.behaviour:
                item.setIcon(colour_chip(colour_of(said.behaviour, ethogram)))
            self.addItem(item)
        self.refresh()

    def empty(self) -> None:
        """Show nothing, and lead nowhere."""
        if self._actions.guide is self:
            self._actions.guide = None
        self._items, self._place = (), None
        self.clear()
        self.moved.emit(None)

    def refresh(self) -> None:
        """Hide what is judged by now; it comes back when that is undone."""
        labels = self._labelling.labels
        if labels is None or not self._items:
            return
        done = judged(labels, self._items, self._labelling.annotator or None)
        for place, hidden in enumerate(done.tolist()):
            self.item(place).setHidden(hidden)
        self.counted.emit(int(done.sum()), len(done))

    def next(self) -> None:
        """Go to the next that is not judged yet."""
        self._step(range((-1 if self._place is None else self._place) + 1, len(self._items)))

    def previous(self) -> None:
        """Go to the one before that is not judged yet."""
        self._step(range((self._place or 0) - 1, -1, -1))

    def go_to(self, place: int) -> None:
        """Look at one: choose its bout, and play it or show its first frame."""
        said, labelling = self._items[place], self._labelling
        self._place = place
        self.setCurrentRow(place)
        self._actions.guide = self
        state = labelling.state
        state.select(None)
        if len(state.individuals) > 1:
            state.look_at(said.individual)
        labels = labelling.labels
        there = labels is not None and said.bout_id is not None and said.bout_id in labels
        labelling.choose([said.bout_id] if there and said.bout_id is not None else [])
        if self.plays:
            self._player.play_range(TimeRange(said.start, said.stop))
        else:
            state.go_to(said.start)
        self.moved.emit(said)

    def accept(self) -> bool:
        """Say that it is so, and go on; tell whether it was looked at."""
        return self._judge(accept_said)

    def reject(self) -> bool:
        """Say that it is not so, and go on; tell whether it was looked at."""
        return self._judge(reject_said)

    def correct(self, behaviour: str) -> bool:
        """Say what it is, and go on; tell whether it was looked at."""
        return self._judge(partial(_instead, behaviour))

    def _judge(self, judge: Callable[[LabelSet, Said, str | None], Edit]) -> bool:
        said, labelling = self.current, self._labelling
        if said is None or not self._is_looked_at(said):
            return False
        self._player.pause()
        if labelling.do(lambda now: judge(now, said, labelling.annotator or None)) is not None:
            self.refresh()
            self.next()
        return True

    def _is_looked_at(self, said: Said) -> bool:
        """Whether nothing else was chosen since, and the film still stands there."""
        labelling, state = self._labelling, self._labelling.state
        if state.selection is not None:
            return False
        if said.bout_id is not None and said.bout_id in labelling.chosen:
            return labelling.chosen == (said.bout_id,)
        return not labelling.chosen and said.start <= state.frame < said.stop

    def _step(self, places: range) -> None:
        for place in places:
            if not self.item(place).isHidden():
                self.go_to(place)
                return
        self._labelling.failed.emit("There is nothing further in the list.")

    def _on_labels(self, edit: Edit | None) -> None:
        self._soon.start()

    def sizeHint(self) -> QSize:
        """Room for a few."""
        return QSize(280, 220)


def text_of(labelling: Labelling, said: Said, first: str) -> str:
    """Two lines about something to judge: when, what is said by whom, and why."""
    state = labelling.state
    when = f"{clock(state.time_s(said.start), 1)} – {clock(state.time_s(said.stop), 1)}"
    whose = f" · {said.individual}" if len(state.individuals) > 1 else ""
    what = said.behaviour or said.text or OPEN_TEXT
    who = f" · {said.who}" if said.who else ""
    return f"{first}  {when}{whose}\n{what}{who}\n{said.reason}".strip()


def _instead(behaviour: str, labels: LabelSet, said: Said, annotator: str | None) -> Edit:
    return label_instead(labels, said, behaviour, annotator)
