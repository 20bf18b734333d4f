"""What to look at next: a queue by doubt, disagreement or novelty, judged by key.

Knows labelling and its actions; the queue is made beside the window.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from napari_mousegpt.datamodel.labels.verdicts import Said, judgements_of
from napari_mousegpt.widgets.background_job import BackgroundJob
from napari_mousegpt.widgets.keys import Action, KeyMap
from napari_mousegpt.widgets.labelling.judging_list import JudgingList, text_of
from napari_mousegpt.widgets.labelling.key_actions import MODE, KeysWhileLabelling
from napari_mousegpt.workflows.review import Queue, ReviewSettings, review

if TYPE_CHECKING:
    from napari_mousegpt.widgets.labelling.actions import LabelActions
    from napari_mousegpt.widgets.labelling.labelling import Labelling
    from napari_mousegpt.widgets.playback import Player

GROUP = "Review"
ORDERS = {
    "mixed": "Mixed",
    "unsure": "Unsure first",
    "disagreement": "Disagreement first",
    "diverse": "Unlike the rest first",
}
HELP = (
    "Start, then judge by key: Return accepts, Backspace rejects, a behaviour's key corrects. "
    "Each leads to the next."
)
HELP_OPEN = (
    "Return confirms the description, Backspace says that no behaviour of the list is seen, "
    "a behaviour's key labels it."
)


class ReviewPage(QWidget):
    """The queue, how far it has been judged, and why the present one is in it."""

    def __init__(
        self, labelling: Labelling, actions: LabelActions, player: Player, keys: KeyMap
    ) -> None:
        super().__init__()
        self._labelling = labelling
        self._keys = keys
        self.order = QComboBox()
        self.start, self.end = QPushButton("Start review"), QPushButton("End")
        self.plays = QCheckBox("Play each once", checked=True)
        self.line = QLabel(HELP, wordWrap=True)
        self.list = JudgingList(labelling, actions, player)
        self.why = QLabel(wordWrap=True, textFormat=Qt.TextFormat.RichText)
        self.job = BackgroundJob(self)
        self._notes = ""
        self._build()
        self._shortcuts = KeysWhileLabelling(
            labelling,
            keys,
            *(
                # Of the mode, as napari chooses another layer by these keys.
                Action(f"review.{name}", title, GROUP, run, (key,), mode=MODE)
                for name, title, run, key in (
                    ("next", "next to review", self.list.next, "Ctrl+Down"),
                    ("previous", "back in the review", self.list.previous, "Ctrl+Up"),
                )
            ),
        )
        self._connect()

    def _build(self) -> None:
        for name, title in ORDERS.items():
            self.order.addItem(title, name)
        for part in (self.order, self.start, self.end, self.plays):
            part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.end.hide()
        above = QHBoxLayout()
        above.addWidget(self.order, 1)
        above.addWidget(self.start)
        above.addWidget(self.end)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addLayout(above)
        layout.addWidget(self.plays)
        layout.addWidget(self.line)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.why)

    def _connect(self) -> None:
        self.start.clicked.connect(self._on_start)
        self.end.clicked.connect(self.finish)
        self.plays.toggled.connect(lambda plays: setattr(self.list, "plays", plays))
        self.list.counted.connect(self._on_counted)
        self.list.moved.connect(self._on_moved)
        self.job.stepped.connect(self.line.setText)
        self.job.failed.connect(self.line.setText)
        self.job.done.connect(self._on_queue)
        self.job.running_changed.connect(self._on_running)
        self._labelling.session_changed.connect(self.finish)

    def let_go(self) -> None:
        """Stop what runs, and hear no more of the labels."""
        self.job.cancel()
        self._labelling.session_changed.disconnect(self.finish)
        self.list.let_go()
        self._shortcuts.let_go()

    def make(self) -> None:
        """Make the queue anew, of what is not judged yet."""
        labelling, recording = self._labelling, self._labelling.state.recording
        labels = labelling.labels
        if recording is None or labels is None:
            self.line.setText("Start labelling first.")
            return
        who = labelling.annotator or None
        now = recording.replace(bouts=labels.table(), ethogram=labels.ethogram)
        order = self.order.currentData()
        settings = ReviewSettings(order, who, labelling.state.individual)
        self.job.start(review, now, judgements_of(labels, who), settings)

    def finish(self) -> None:
        """Leave the queue."""
        self.job.cancel()
        self.list.empty()
        self.line.setText(HELP)
        self.end.hide()
        self.start.setText("Start review")

    def _on_start(self) -> None:
        if self.job.running:
            self.job.cancel()
            self.line.setText("Stopped.")
        else:
            self.make()

    def _on_running(self, running: bool) -> None:
        has_queue = self.list.count() > 0
        self.start.setText("Cancel" if running else "Refresh" if has_queue else "Start review")

    def _on_queue(self, queue: Queue) -> None:
        self._notes = "".join(f" ({note})" for note in queue.notes)
        if not queue.items:
            self.list.empty()
            self.line.setText(f"Everything is judged: {queue.total} of {queue.total}.")
            return
        texts = [
            text_of(self._labelling, said, str(rank)) for rank, said in enumerate(queue.items, 1)
        ]
        self.list.show_items(queue.items, texts)
        self.end.show()
        self.start.setText("Refresh")
        self.list.next()

    def _on_counted(self, done: int, total: int) -> None:
        self.line.setText(f"<b>{done} of {total} judged</b>{html.escape(self._notes)}")

    def _on_moved(self, said: Said | None) -> None:
        if said is None:
            self.why.setText("")
            return
        reason = html.escape(said.reason)
        sentence = f"“{html.escape(said.text)}”<br>" if said.text else ""
        how = "" if said.behaviour else f"<br><i>{HELP_OPEN}</i>"
        self.why.setText(f"{sentence}<b>Why:</b> {reason}{how}")
