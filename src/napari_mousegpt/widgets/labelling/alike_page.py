"""Find more like this: windows that are like the chosen bout, to be accepted as the same.

Knows labelling and its actions; the comparison is made beside the window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari.utils.notifications import show_info
from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from napari_mousegpt.datamodel.labels.verdicts import judgements_of
from napari_mousegpt.widgets.background_job import BackgroundJob
from napari_mousegpt.widgets.keys import Action, KeyMap
from napari_mousegpt.widgets.labelling.judging_list import JudgingList, text_of
from napari_mousegpt.widgets.labelling.key_actions import KeysWhileLabelling
from napari_mousegpt.workflows.more_like_this import Alike, more_like

if TYPE_CHECKING:
    from napari_mousegpt.datamodel.labels.bout import Bout
    from napari_mousegpt.widgets.labelling.actions import LabelActions
    from napari_mousegpt.widgets.labelling.labelling import Labelling
    from napari_mousegpt.widgets.playback import Player

GROUP = "More like this"
HELP = (
    "Choose a bout on the timeline, then find more like it. Return accepts one as the same "
    "behaviour, Backspace says it is not, another behaviour's key corrects."
)
WAYS = {"How it moves": "kinematics", "What is said of it": "embeddings"}


class AlikePage(QWidget):
    """The bout that is asked with, and what is like it.

    Signals
    -------
    asked
        Somebody wants more like the chosen bout: the page should be seen.
    """

    asked = Signal()

    def __init__(
        self, labelling: Labelling, actions: LabelActions, player: Player, keys: KeyMap
    ) -> None:
        super().__init__()
        self._labelling = labelling
        self._bout: Bout | None = None
        self.by = QComboBox()
        self.find = QPushButton("More like the chosen bout")
        self.line = QLabel(HELP, wordWrap=True)
        self.list = JudgingList(labelling, actions, player)
        self.job = BackgroundJob(self)
        self._build()
        self._shortcuts = KeysWhileLabelling(
            labelling,
            keys,
            Action("alike.find", "find more like the chosen bout", GROUP, self.search, ("Ctrl+L",)),
            Action("alike.next", "next that is alike", GROUP, self.list.next, ("Alt+Down",)),
            Action(
                "alike.previous", "back in what is alike", GROUP, self.list.previous, ("Alt+Up",)
            ),
        )
        self.find.setToolTip(f"Find more like this{keys.hint('alike.find')}")
        self.find.clicked.connect(self._on_find)
        self.list.counted.connect(self._on_counted)
        self.job.stepped.connect(self.line.setText)
        self.job.failed.connect(self.line.setText)
        self.job.done.connect(self._on_found)
        self.job.running_changed.connect(
            lambda runs: self.find.setText("Cancel" if runs else "More like the chosen bout")
        )
        labelling.session_changed.connect(self.finish)

    def _build(self) -> None:
        for title, way in WAYS.items():
            self.by.addItem(title, way)
        self.by.setToolTip("By poses, or by the vectors of mousegpt embed")
        above = QHBoxLayout()
        for part in (self.by, self.find):
            part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            above.addWidget(part, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addLayout(above)
        layout.addWidget(self.line)
        layout.addWidget(self.list, 1)

    def let_go(self) -> None:
        """Stop what runs, and hear no more of the labels."""
        self.job.cancel()
        self._labelling.session_changed.disconnect(self.finish)
        self.list.let_go()
        self._shortcuts.let_go()

    def search(self) -> None:
        """Look for windows that are like the chosen bout."""
        labelling, recording = self._labelling, self._labelling.state.recording
        bouts, labels = labelling.chosen_bouts, labelling.labels
        if labelling.state.is_blind:
            show_info("Not while you score blind: likeness to what others said is hidden too.")
            return
        if len(bouts) != 1 or recording is None or labels is None:
            show_info("Choose one bout first: click it on the timeline.")
            return
        self._bout = bouts[0]
        self.asked.emit()
        self.list.empty()
        who = labelling.annotator or None
        mine = judgements_of(labels, who)
        way = self.by.currentData()
        self.job.start(more_like, recording, mine, self._bout, by=way, annotator=who)

    def finish(self) -> None:
        """Forget what was found."""
        self.job.cancel()
        self.list.empty()
        self.line.setText(HELP)

    def _on_find(self) -> None:
        if self.job.running:
            self.job.cancel()
            self.line.setText("Stopped.")
        else:
            self.search()

    def _on_found(self, found: list[Alike]) -> None:
        if not found:
            self.line.setText("Nothing is left to compare it with.")
            return
        items = [one.said for one in found]
        texts = [
            text_of(self._labelling, one.said, f"{rank}  {one.score:.2f}")
            for rank, one in enumerate(found, 1)
        ]
        self.list.show_items(items, texts)

    def _on_counted(self, done: int, total: int) -> None:
        bout = self._bout
        if bout is not None:
            at_s = self._labelling.state.time_s(bout.start)
            self.line.setText(
                f"Like {bout.behaviour} at {at_s:.1f} s, most alike first: "
                f"<b>{done} of {total} judged</b>. Click one to see it."
            )
