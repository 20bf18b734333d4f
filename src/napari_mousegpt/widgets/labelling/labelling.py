"""The labels of one viewer: who labels, which bouts are chosen, and every change to them.

What the timeline, the Label dock and the keys share. Knows no dock, and of disks only the session.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from psygnal import Signal
from psygnal.qt import start_emitting_from_queue

from napari_mousegpt.datamodel.labels.bout import EDITABLE_SOURCES, Bout, TrackKey
from napari_mousegpt.datamodel.labels.edit import Edit
from napari_mousegpt.datamodel.labels.set import LabelSet
from napari_mousegpt.io.labels.session import LabelSession, NotSaved, WouldEmpty
from napari_mousegpt.widgets.docks import unwrapped
from napari_mousegpt.widgets.viewer_state import ViewerState, state_of

if TYPE_CHECKING:
    import pandas as pd
    from napari.components import ViewerModel

    from napari_mousegpt.io.labels.writer import SaveStatus


class Labelling:
    """Labelling in one viewer; use `labelling_of` to get it.

    Signals
    -------
    labels_changed
        The edit that changed them, or None if they are all others.
    chosen_changed
        Other bouts are chosen.
    session_changed
        Labelling began or ended.
    target_changed
        Labels are towards another animal from now on.
    proposed_changed
        Other labels are proposed, to be shown on the timeline, or none.
    disagreements_changed
        Others are to be shown on the timeline, or none.
    status_changed
        Whether everything is on disk (`io.labels.writer.SaveStatus`).
    failed
        Something could not be done; a sentence for people.
    """

    labels_changed = Signal(object)
    chosen_changed = Signal()
    session_changed = Signal()
    target_changed = Signal(object)
    disagreements_changed = Signal()
    proposed_changed = Signal()
    status_changed = Signal(object)
    failed = Signal(str)

    def __init__(self, state: ViewerState) -> None:
        self._state = weakref.ref(state)
        self.session: LabelSession | None = None
        self.annotator = ""
        self.target: str | None = None
        self.chosen: tuple[str, ...] = ()
        self.disagreements: pd.DataFrame | None = None
        self.proposed: pd.DataFrame | None = None
        self._asked: weakref.WeakMethod[Callable[[str], bool]] | None = None
        state.recording_changed.connect(self._on_recording)

    @property
    def state(self) -> ViewerState:
        """What the docks of this viewer share."""
        state = self._state()
        if state is None:
            raise RuntimeError("this viewer has been closed")
        return state

    @property
    def labels(self) -> LabelSet | None:
        """All that is labelled, while a session is open."""
        return self.session.labels if self.session is not None else None

    @property
    def track(self) -> TrackKey | None:
        """The track that keys label: of the animal looked at, else the first."""
        recording = self.state.recording
        if recording is None:
            return None
        individual = self.state.individual or recording.individuals[0]
        return TrackKey(recording.video().id, individual, "person", self.annotator or None)

    @property
    def chosen_bouts(self) -> list[Bout]:
        """The chosen bouts, in order of their starts."""
        labels = self.labels
        found = [labels[one] for one in self.chosen if one in labels] if labels else []
        return sorted(found, key=lambda bout: (bout.start, bout.stop))

    def may_edit(self, bout_id: str) -> bool:
        """Whether a bout is this person's own, or imported, and the recording can be written."""
        session = self.session
        if session is None or session.read_only or bout_id not in session.labels:
            return False
        bout = session.labels[bout_id]
        own = bout.source != "person" or (bout.annotator or "") == self.annotator
        return bout.source in EDITABLE_SOURCES and own

    def start(self, annotator: str) -> LabelSession:
        """Label the recording of this viewer as this person.

        Raises
        ------
        ValueError
            If there is no recording, or it is one of a newer release.
        OSError
            If what was labelled so far cannot be saved.
        """
        recording = self.state.recording
        if recording is None:
            raise ValueError("there is no recording to label: open one, or a video, first")
        self.end()
        start_emitting_from_queue()  # the session saves on another thread
        session = LabelSession.open(recording.folder, annotator=annotator or None)
        self.annotator = annotator
        session.changed.connect(self._on_changed)
        session.status_changed.connect(self._on_status, thread="main")
        session.others_wrote.connect(self._on_others, thread="main")
        self.session = session
        self.session_changed.emit()
        self.labels_changed.emit(None)
        self.status_changed.emit(session.status)
        return session

    def end(self, *, discard: bool = False) -> None:
        """Save everything and give the recording back to others.

        Raises
        ------
        NotSaved
            If the disk refuses, unless ``discard``; labelling goes on.
        """
        if self.session is None:
            return
        self.session.close(discard=discard)
        self.session = None
        self.choose([])
        self.session_changed.emit()

    def do(self, make: Callable[[LabelSet], Edit]) -> Edit | None:
        """Make an edit for the labels of now and apply it; what cannot be done is told."""
        session = self.session
        if session is None:
            self.failed.emit("Start labelling first: Plugins ▸ napari-mousegpt ▸ Label.")
            return None
        try:
            edit = make(session.labels)
            return session.apply(edit)
        except WouldEmpty as question:
            return session.apply(edit, confirmed=True) if self.confirm(str(question)) else None
        except (ValueError, KeyError, OSError) as error:
            self.failed.emit(str(error.args[0] if isinstance(error, KeyError) else error))
            return None

    def ask_with(self, method: Callable[[str], bool]) -> None:
        """Have a window ask people, with yes as True; a bound method, which is not kept alive."""
        self._asked = weakref.WeakMethod(method)

    def confirm(self, question: str) -> bool:
        """Ask before something that could be regretted; no, where there is no window to ask in."""
        ask = self._asked() if self._asked is not None else None
        return ask is not None and ask(question)

    def undo(self) -> None:
        """Take the last action back."""
        self._step(LabelSession.undo)

    def redo(self) -> None:
        """Do again what was taken back."""
        self._step(LabelSession.redo)

    def set_target(self, individual: str | None) -> None:
        """Say towards whom the next labels are, or towards nobody."""
        if individual != self.target:
            self.target = individual
            self.target_changed.emit(individual)

    def propose(self, bouts: pd.DataFrame | None) -> None:
        """Have bouts shown that would become labels (a bout table), or none any more."""
        if bouts is not self.proposed:
            self.proposed = bouts
            self.proposed_changed.emit()

    def show_disagreements(self, spans: pd.DataFrame | None) -> None:
        """Have spans on which annotators differ shown, or none; see `agreement.disagreements`."""
        if spans is not self.disagreements:
            self.disagreements = spans
            self.disagreements_changed.emit()

    def choose(self, bout_ids: Iterable[str]) -> None:
        """Choose other bouts."""
        chosen = tuple(dict.fromkeys(bout_ids))
        if chosen != self.chosen:
            self.chosen = chosen
            self.chosen_changed.emit()

    def choose_between(self, first: str, last: str) -> None:
        """Choose two bouts of one track and all that start between them."""
        labels = self.labels
        if labels is None or first not in labels or last not in labels:
            return
        one, other = labels[first], labels[last]
        if one.track != other.track:
            self.choose([first, last])
            return
        start, stop = min(one.start, other.start), max(one.start, other.start)
        self.choose(
            bout.bout_id
            for bout in labels.overlapping(one.track, start, stop + 1)
            if bout.start >= start
        )

    def _step(self, take: Callable[[LabelSession], Edit | None]) -> None:
        if self.session is None:
            return
        try:
            take(self.session)
        except (ValueError, OSError) as error:
            self.failed.emit(str(error))

    def _on_changed(self, edit: Edit) -> None:
        labels = self.labels
        if labels is not None:
            self.choose(one for one in self.chosen if one in labels)
            self.labels_changed.emit(edit)

    def _on_others(self) -> None:
        if self.session is not None:
            self.session.refresh()

    def _on_status(self, status: SaveStatus) -> None:
        if self.session is not None:  # it may come from another thread after the end
            self.status_changed.emit(status)

    def _on_recording(self) -> None:
        """Take in what a captioner added; leave a recording that is no longer shown."""
        recording, session = self.state.recording, self.session
        if session is None:
            return
        if recording is not None and Path(recording.folder) == Path(session.folder):
            session.refresh()
            return
        try:
            self.end()
        except NotSaved as error:
            self.failed.emit(str(error))
            self.end(discard=not self.confirm(f"{error} Keep trying?"))


_LABELLINGS: weakref.WeakKeyDictionary[ViewerState, Labelling] = weakref.WeakKeyDictionary()


def labelling_of(viewer: ViewerModel) -> Labelling:
    """Return the labelling of a viewer, made at the first call."""
    state = state_of(unwrapped(viewer))
    if state not in _LABELLINGS:
        _LABELLINGS[state] = Labelling(state)
    return _LABELLINGS[state]
