"""The description of the present window, to be corrected level by level. Knows no timeline."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from psygnal import SignalInstance
from qtpy.QtCore import QSignalBlocker, Qt
from qtpy.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from napari_mousegpt.datamodel.labels.actions import add_bout
from napari_mousegpt.datamodel.labels.behaviours import current_names
from napari_mousegpt.datamodel.labels.bout import TrackKey
from napari_mousegpt.datamodel.labels.corrections import LEVELS_TO_CORRECT
from napari_mousegpt.datamodel.labels.review import correct
from napari_mousegpt.widgets.keys import Action, KeyMap
from napari_mousegpt.widgets.labelling.level_field import FAINT, LevelField
from napari_mousegpt.widgets.labelling.window_words import (
    WindowWords,
    as_keywords,
    corrected_count,
    start_of_window,
    words_at,
)
from napari_mousegpt.widgets.tall_scroll import TallScroll
from napari_mousegpt.widgets.timeline.clock import clock

if TYPE_CHECKING:
    from napari_mousegpt.widgets.labelling.labelling import Labelling

GROUP = "Descriptions"
NOTHING_YET = "Nothing is described yet: Plugins ▸ napari-mousegpt ▸ Caption."
NOT_HERE = "This frame is in no described window."
NO_SESSION = "Press Start labelling to correct descriptions."
NEVER_EMPTY = "A description says something overall: ↺ lets it be as the model said."


class DescriptionPage(QWidget):
    """Five levels with what the model said beside those that were corrected.

    While somebody writes, the page stays at its window, wherever the film goes.
    """

    def __init__(self, labelling: Labelling, keys: KeyMap) -> None:
        super().__init__()
        self._labelling = labelling
        self._keys = keys
        self._shown: WindowWords | None = None
        self.title = QLabel(wordWrap=True, textFormat=Qt.TextFormat.RichText)
        self.reason = QLabel(wordWrap=True)
        self.count = QLabel()
        self.animal = QComboBox()
        self.previous, self.next = (QToolButton(text=sign, autoRaise=True) for sign in "◂▸")
        self.fields = {level: LevelField(level) for level in LEVELS_TO_CORRECT}
        self.offer = QPushButton()
        self._build()
        self._connect()
        keys.remove_group(GROUP)
        keys.add(
            Action("words.next", "next described window", GROUP, self.go_on, ("Alt+PgDown",)),
            Action("words.previous", "window before", GROUP, self.go_back, ("Alt+PgUp",)),
        )
        self.refresh()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.previous)
        head.addWidget(self.title, 1)
        head.addWidget(self.next)
        inside = QWidget()
        levels = QVBoxLayout(inside)
        levels.setContentsMargins(0, 0, 4, 0)
        for field in self.fields.values():
            levels.addWidget(field)
        levels.addStretch(1)
        scroll = TallScroll(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 0)
        layout.addLayout(head)
        for part in (self.animal, self.reason, self.offer, scroll, self.count):
            layout.addWidget(part, 1 if part is scroll else 0)

    def _connect(self) -> None:
        labelling, state = self._labelling, self._labelling.state
        for field in self.fields.values():
            field.finished.connect(self._on_finished)
            field.reverted.connect(self._on_reverted)
            field.stepped.connect(self._step)
        self.previous.clicked.connect(self.go_back)
        self.next.clicked.connect(self.go_on)
        self.offer.clicked.connect(self._label_window)
        self.animal.textActivated.connect(state.look_at)
        self._heard: list[tuple[SignalInstance, Callable[..., None]]] = [
            (state.frame_changed, self._on_frame),
            (state.individual_changed, self.refresh),
            (state.recording_changed, self.refresh),
            (state.words_changed, self.refresh),
            (labelling.session_changed, self.refresh),
            (labelling.labels_changed, self._show_offer),
        ]
        for signal, slot in self._heard:
            signal.connect(slot)

    def let_go(self) -> None:
        """Hear no more of what stays when the page goes."""
        for signal, slot in self._heard:
            signal.disconnect(slot)
        self._heard = []
        self._keys.remove_group(GROUP)

    def go_on(self) -> None:
        """Go to the next described window."""
        self._step(1)

    def go_back(self) -> None:
        """Go to the described window before."""
        self._step(-1)

    def _on_frame(self) -> None:
        if self.isVisible():
            self.refresh()

    def refresh(self) -> None:
        """Show the window of now, unless somebody is writing."""
        if any(field.is_being_written for field in self.fields.values()):
            return
        state = self._labelling.state
        words = self._shown = words_at(state)
        self.title.setText(self._heading(words))
        reason = self._reason(words)
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))
        for level, field in self.fields.items():
            field.setVisible(words is not None)
            said = words.words[level] if words else ""
            field.show_words(said, words.originals.get(level) if words else None)
            field.set_writable(not reason)
        self._list_animals()
        corrected, windows = corrected_count(state.said) if state.said else (0, 0)
        self.count.setText(f"{corrected} of {windows} windows corrected" if windows else "")
        self._show_offer()

    def showEvent(self, event) -> None:
        """Frames went by while nobody looked."""
        super().showEvent(event)
        self.refresh()

    def _heading(self, words: WindowWords | None) -> str:
        state = self._labelling.state
        if words is None:
            nothing = state.said is None or state.said.run_id is None
            return NOTHING_YET if nothing else NOT_HERE
        run = state.recording.run(words.run_id) if state.recording is not None else None
        parts = [words.individual] if len(state.individuals) > 1 else []
        parts.append(
            f"{clock(state.time_s(words.start), 1)} – {clock(state.time_s(words.stop), 1)}"
        )
        parts.append(run.tool if run is not None else words.run_id)
        said = f"<span style='color: {FAINT}'>{html.escape(' · '.join(parts))}</span>"
        if words.corrected_by is None:
            return said
        verb = "corrected" if words.is_changed else "confirmed"
        return f"{said}<br><b>{verb} by {html.escape(words.corrected_by)}</b>"

    def _reason(self, words: WindowWords | None) -> str:
        """Why nothing can be corrected; "" if it can."""
        session = self._labelling.session
        if words is None:
            return ""
        if words.problem is not None:
            return f"This answer could not be used, and stays as it came: {words.problem}"
        if session is None:
            return NO_SESSION
        return f"For looking only: {session.read_only}" if session.read_only else ""

    def _list_animals(self) -> None:
        blocked = QSignalBlocker(self.animal)
        names = list(self._labelling.state.individuals)
        if [self.animal.itemText(place) for place in range(self.animal.count())] != names:
            self.animal.clear()
            self.animal.addItems(names)
        if self._shown is not None:
            self.animal.setCurrentText(self._shown.individual)
        self.animal.setVisible(len(names) > 1)
        del blocked

    def _step(self, by: int) -> None:
        start = start_of_window(self._labelling.state, by)
        if start is not None:
            self._labelling.state.go_to(start)

    def _on_finished(self, level: str, text: str) -> None:
        words = self._shown
        if words is None or self._reason(words):
            return
        if level == "overall" and not text:
            self._labelling.failed.emit(NEVER_EMPTY)
            self.fields[level].show_words(words.words[level], words.originals.get(level))
            return
        value: str | list[str] | None = as_keywords(text) if level == "keywords" else text
        same = text if isinstance(value, str) else ", ".join(value or ())
        if same == words.originals.get(level):
            value = None
        self._correct(words, level, value)

    def _on_reverted(self, level: str) -> None:
        if self._shown is not None and level in self._shown.originals:
            self._correct(self._shown, level, None)

    def _correct(self, words: WindowWords, level: str, value: str | list[str] | None) -> None:
        labelling = self._labelling
        who = labelling.annotator or None
        field = self.fields[level]
        field.show_words(field.edit.toPlainText(), words.originals.get(level))  # no longer written
        run_id, video, individual, start, stop = words.key
        change: dict[str, Any] = {level: value}
        done = labelling.do(
            lambda now: correct(
                now, run_id, video, individual, start, stop, annotator=who, **change
            )
        )
        if done is None:
            self.refresh()

    def _offered(self) -> str | None:
        """The behaviour that a person named in place of the model's, where it is no label yet."""
        words, labels = self._shown, self._labelling.labels
        if words is None or labels is None or self._reason(words):
            return None
        name = current_names(labels.ethogram).get(words.first_word)
        if name is None or words.first_word == words.first_word_of_model:
            return None
        there = labels.overlapping(self._track(words), words.start, words.stop)
        return None if any(bout.behaviour == name for bout in there) else name

    def _show_offer(self) -> None:
        name = self._offered()
        self.offer.setVisible(name is not None)
        self.offer.setText(f"Label this window as “{name}”")

    def _label_window(self) -> None:
        words, name = self._shown, self._offered()
        if words is not None and name is not None:
            track = self._track(words)
            self._labelling.do(lambda now: add_bout(now, track, name, words.start, words.stop))

    def _track(self, words: WindowWords) -> TrackKey:
        return TrackKey(words.video, words.individual, annotator=self._labelling.annotator or None)
