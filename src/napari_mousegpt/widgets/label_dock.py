"""The label dock: who labels, the behaviours with their keys, the chosen bout, undo, and saving."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from napari.utils.notifications import show_error, show_info
from qtpy.QtCore import QEvent, QSize, Qt, QTimer
from qtpy.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from napari_mousegpt.io.labels.session import NotSaved
from napari_mousegpt.io.recording_folder import SUFFIX
from napari_mousegpt.layers.blind import is_own
from napari_mousegpt.widgets.docks import prefer_area
from napari_mousegpt.widgets.keys import HandOnKeys, keys_of
from napari_mousegpt.widgets.labelling.actions import LabelActions
from napari_mousegpt.widgets.labelling.agreement_page import AgreementPage
from napari_mousegpt.widgets.labelling.alike_page import AlikePage
from napari_mousegpt.widgets.labelling.behaviour_list import BehaviourList
from napari_mousegpt.widgets.labelling.chosen_panel import ChosenPanel
from napari_mousegpt.widgets.labelling.close_guard import CloseGuard
from napari_mousegpt.widgets.labelling.corrected_words import CorrectedWords
from napari_mousegpt.widgets.labelling.description_page import DescriptionPage
from napari_mousegpt.widgets.labelling.dialog_buttons import DialogButtons
from napari_mousegpt.widgets.labelling.key_actions import LabelKeys
from napari_mousegpt.widgets.labelling.labelling import labelling_of
from napari_mousegpt.widgets.labelling.review_page import ReviewPage
from napari_mousegpt.widgets.labelling.save_line import SaveLine
from napari_mousegpt.widgets.playback import player_of
from napari_mousegpt.widgets.viewer_state import state_of
from napari_mousegpt.workflows.import_recording import import_recording

if TYPE_CHECKING:
    import napari

    from napari_mousegpt.datamodel.labels.edit import Edit

OPEN_A_VIDEO = "Open a video or a recording to label it."
LAYERS_AFTER_MS = 800
"""The layers follow the labels once nothing was labelled for so long: they are drawn whole."""


class LabelDock(QWidget):
    """Everything about labelling that is not on the timeline."""

    def __init__(self, napari_viewer: napari.viewer.Viewer) -> None:
        super().__init__()
        prefer_area("Label")
        self.state = state_of(napari_viewer)
        self.labelling = labelling_of(napari_viewer)
        self.keys = keys_of(napari_viewer)
        player = player_of(napari_viewer)
        self.by_key = LabelActions(self.labelling, player)
        self.label_keys = LabelKeys(self.labelling, self.keys, self.by_key)
        self.annotator = QLineEdit(self.labelling.annotator or _user())
        self.start = QPushButton("Start labelling")
        self.with_keys = QCheckBox("Letters label", checked=True)
        self.blind = QCheckBox("Hide what others said", checked=self.state.is_blind)
        self.save_line = SaveLine()
        self.behaviours = BehaviourList(self.labelling, self.by_key, self.keys)
        self.chosen = ChosenPanel(self.labelling)
        self.review = ReviewPage(self.labelling, self.by_key, player, self.keys)
        self.alike = AlikePage(self.labelling, self.by_key, player, self.keys)
        self.agreement = AgreementPage(self.labelling, self.keys)
        self.descriptions = DescriptionPage(self.labelling, self.keys)
        self.words = CorrectedWords(self.labelling)
        self.tabs = QTabWidget()
        self.undo, self.redo = QPushButton("Undo"), QPushButton("Redo")
        self.dialogs = DialogButtons(self.labelling)
        self._layers_soon = QTimer(self, singleShot=True, interval=LAYERS_AFTER_MS)
        self._guard = CloseGuard(self, self._may_close)
        self._key_events = HandOnKeys(self, self.keys)
        self._build()
        self._connect()
        self._on_session()

    def _build(self) -> None:
        self.with_keys.setToolTip("Whether single letters label, or keep what else they do")
        self.annotator.setToolTip("Whose labels these are; everybody has a row of their own")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        for row in (
            (QLabel("Labelled by"), self.annotator, self.start),
            (self.save_line,),
            (self.with_keys, self.blind),
        ):
            line = QHBoxLayout()
            for part in row:
                line.addWidget(part, 1 if part in (self.annotator, self.save_line) else 0)
            layout.addLayout(line)
        self.blind.setToolTip("Score blind: no labels, descriptions or words but your own")
        self.tabs.addTab(self.behaviours, "Behaviours")
        self.tabs.addTab(self.review, "Review")
        self.tabs.addTab(self.alike, "Alike")
        self.tabs.addTab(self.agreement, "Agreement")
        self.tabs.addTab(self.descriptions, "Descriptions")
        self.tabs.tabBar().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout.addWidget(self.tabs, 100)
        layout.addWidget(self.dialogs)
        layout.addWidget(self.chosen)
        line = QHBoxLayout()
        line.addWidget(self.undo, 1)
        line.addWidget(self.redo, 1)
        layout.addLayout(line)
        layout.addStretch(1)  # keeps things at the top while nobody labels

    def _connect(self) -> None:
        labelling = self.labelling
        self.start.clicked.connect(self.toggle)
        self.annotator.returnPressed.connect(self.begin)
        self.with_keys.toggled.connect(self.label_keys.set_active)
        self.blind.toggled.connect(self._on_blind)
        self.tabs.currentChanged.connect(self._on_page)
        self.alike.asked.connect(lambda: self.tabs.setCurrentWidget(self.alike))
        self.undo.clicked.connect(labelling.undo)
        self.redo.clicked.connect(labelling.redo)
        self.save_line.retry.connect(self._on_retry)
        self.save_line.save_elsewhere.connect(self._on_save_elsewhere)
        self._layers_soon.timeout.connect(self._show_in_layers)
        self.state.film_changed.connect(self._on_session)
        labelling.ask_with(self._ask)
        labelling.failed.connect(show_info)
        labelling.session_changed.connect(self._on_session)
        labelling.labels_changed.connect(self._on_labels)
        labelling.status_changed.connect(self.save_line.show_status)

    def toggle(self) -> None:
        """Begin to label, or end."""
        if self.labelling.session is None:
            self.begin()
        else:
            self.finish()

    def begin(self) -> None:
        """Label as the person named above; a video without a recording gets one beside it."""
        state = self.state
        try:
            if state.recording is None and state.video is not None and state.video.path:
                made = import_recording(state.video.path, poses=state.poses_path)
                state.set_recording(made)
            session = self.labelling.start(self.annotator.text().strip())
        except (ValueError, OSError) as error:
            show_error(str(error))
            return
        for sentence in session.recovered:
            show_info(sentence)

    def finish(self) -> None:
        """Save everything and stop labelling; where the disk refuses, say so and go on."""
        try:
            self.labelling.end()
        except NotSaved as error:
            show_error(str(error))

    def _may_close(self) -> bool:
        """End labelling as the window closes; where labels are not saved, ask first."""
        try:
            self.labelling.end()
        except NotSaved as error:
            if not self._ask(f"{error} Close all the same, and lose these actions?"):
                return False
            self.labelling.end(discard=True)
        return True

    def _on_session(self) -> None:
        labelling, session = self.labelling, self.labelling.session
        may_start = self.state.video is not None or self.state.recording is not None
        self.start.setText("Start labelling" if session is None else "End")
        self.start.setEnabled(session is not None or may_start)
        self.start.setToolTip("" if may_start else OPEN_A_VIDEO)
        self.annotator.setEnabled(session is None)
        for part in (self.with_keys, self.tabs, self.chosen, self.undo, self.redo):
            part.setVisible(session is not None)
        self.save_line.show_status(session.status if session is not None else None)
        self.with_keys.setChecked(True)
        self._on_blind()
        self._on_labels(None)
        if session is None and labelling.state.recording is not None:
            self._layers_soon.stop()

    def _on_page(self) -> None:
        """The numbers of agreement and the levels of a description need the chosen bout's room."""
        is_large = self.tabs.currentWidget() in (self.agreement, self.descriptions)
        self.chosen.setVisible(self.labelling.session is not None and not is_large)

    def _on_blind(self) -> None:
        """Hide what others said, on every page and in every dock, or show it again."""
        labelling, blind = self.labelling, self.blind.isChecked()
        if blind and labelling.session is not None:
            own = (b for b in labelling.chosen_bouts if is_own(b.track, labelling.annotator))
            labelling.choose(bout.bout_id for bout in own)
        who = labelling.annotator if labelling.session else self.annotator.text().strip()
        self.state.score_blind(who if blind else None)
        if blind:
            self.tabs.setCurrentWidget(self.behaviours)
        for place in range(self.tabs.count()):
            if self.tabs.widget(place) is not self.behaviours:
                self.tabs.setTabEnabled(place, not blind)

    def _on_labels(self, edit: Edit | None) -> None:
        self.behaviours.refresh()
        session = self.labelling.session
        history = session.history if session is not None else None
        for button, last, word in (
            (self.undo, history and history.last_done, "Undo"),
            (self.redo, history and history.last_undone, "Redo"),
        ):
            button.setEnabled(session is not None and bool(last) and not session.read_only)
            button.setText(f"{word} {last[1].name}" if last else word)
        if edit is not None:
            self._layers_soon.start()

    def _show_in_layers(self) -> None:
        """Let layers, and so other plugins, have the labels of now."""
        session, recording = self.labelling.session, self.state.recording
        if session is not None and recording is not None:
            labels = session.labels
            said = self.state.said
            self.state.set_recording(
                recording.replace(bouts=labels.table(), ethogram=labels.ethogram),
                run_id=said.run_id if said is not None else None,
            )

    def _on_retry(self) -> None:
        if self.labelling.session is not None:
            self.labelling.session.retry()

    def _on_save_elsewhere(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, "Save the recording as")
        session = self.labelling.session
        if not chosen or session is None:
            return
        folder = Path(chosen)
        try:
            session.save_elsewhere(folder if folder.suffix == SUFFIX else Path(f"{folder}{SUFFIX}"))
        except OSError as error:
            show_error(str(error))
            return
        self.state.set_recording(session.recording())

    def _ask(self, question: str) -> bool:
        yes = QMessageBox.StandardButton.Yes
        return QMessageBox.question(self, "Labels", question) == yes

    def sizeHint(self) -> QSize:
        """Narrow: the film needs the room."""
        return QSize(320, 620)

    def event(self, event: QEvent) -> bool:
        """Save and let the recording go when the dock goes."""
        if event.type() == QEvent.Type.DeferredDelete:
            self.finish()
            self._let_go()
        return super().event(event)

    def _let_go(self) -> None:
        """Hear no more of what stays when this dock goes."""
        labelling = self.labelling
        self.state.film_changed.disconnect(self._on_session)
        labelling.failed.disconnect(show_info)
        labelling.session_changed.disconnect(self._on_session)
        labelling.labels_changed.disconnect(self._on_labels)
        labelling.status_changed.disconnect(self.save_line.show_status)
        pages = (self.review, self.alike, self.agreement)
        words = (self.words, self.descriptions, self.dialogs)
        for part in (self.label_keys, self.behaviours, self.chosen, *pages, *words):
            part.let_go()


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
