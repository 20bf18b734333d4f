"""Labelling one recording: edits, undo and saving that never loses one. Knows no window.

    session = LabelSession.open(folder, annotator="Anna")
    session.apply(add_bout(session.labels, track, "rearing", 120, 180))
    session.undo()
    session.close()

Labels in memory belong to the thread that opened the session; writing happens on another.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from psygnal import Signal

from napari_mousegpt.datamodel.confidence_rule import with_confidence_rules
from napari_mousegpt.datamodel.labels.bout import TrackKey, new_id
from napari_mousegpt.datamodel.labels.corrections import with_corrections
from napari_mousegpt.datamodel.labels.edit import Edit
from napari_mousegpt.datamodel.labels.history import LabelHistory
from napari_mousegpt.datamodel.labels.set import LabelSet
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.answers_table import read_descriptions, rebuild_descriptions
from napari_mousegpt.io.confidence_file import read_confidence_rules
from napari_mousegpt.io.labels.append import JOURNAL
from napari_mousegpt.io.labels.elsewhere import journal_to_move, write_elsewhere
from napari_mousegpt.io.labels.lines import edit_to_json, line_of
from napari_mousegpt.io.labels.lock import BEAT_S
from napari_mousegpt.io.labels.opening import Opened, open_labels, quietly
from napari_mousegpt.io.labels.refusals import NotSaved, ReadOnly, WouldEmpty
from napari_mousegpt.io.labels.replay import EDIT, REDO, UNDO
from napari_mousegpt.io.labels.snapshots import take_snapshot
from napari_mousegpt.io.labels.tables import frozen, journal_mark, write_tables
from napari_mousegpt.io.labels.writer import Inbox, JournalWriter, SaveStatus

__all__ = ["LabelSession", "NotSaved", "ReadOnly", "SaveStatus", "WouldEmpty"]

SNAPSHOT_ACTIONS = 500
SNAPSHOT_S = 300.0


class LabelSession:
    """The labels of one recording, and everything that keeps them safe. Use `open`.

    Attributes
    ----------
    labels
        Bouts, ethogram, assessed spans and corrections of now (to be read, and changed by
        `apply` alone).
    annotator
        Who labels.
    read_only
        Why nothing can be changed, such as who else labels; "" if it can.
    recovered
        Sentences about what was odd on opening and what was done about it, after a crash too.

    Signals
    -------
    changed(edit)
        After an edit, undo, redo or `refresh`, from the thread that asked for it.
    status_changed(status)
        A new `SaveStatus`; "saving" comes from the thread of the edit, the others from the
        writer's: connect with ``thread="main"``.
    others_wrote()
        Another program, such as a captioner, added bouts; from the writer's thread. Call
        `refresh` to take them in (the next edit does, too).
    """

    changed = Signal(object)
    status_changed = Signal(object)
    others_wrote = Signal()

    def __init__(self, opened: Opened, *, annotator: str | None) -> None:
        self._recording, self._replay = opened.recording, opened.found.replay
        self._lock = opened.lock
        self.annotator, self.read_only = annotator, opened.read_only
        self.recovered = opened.sentences
        self._inbox = Inbox()
        self._end = len(opened.found.content)
        self._closed = self._has_corrected = False
        self._since_snapshot, self._snapshot_time = 0, time.monotonic()
        self._writer: JournalWriter | None = None
        if opened.lock is not None:
            self._writer = JournalWriter(
                self.folder,
                self._end,
                on_status=self.status_changed.emit,
                on_others=self._put_in_inbox,
                beat=opened.lock.beat,
                beat_s=BEAT_S,
            )
            self._writer.do(lambda: quietly(lambda: take_snapshot(self.folder)))

    @classmethod
    def open(
        cls, folder: str | Path, *, annotator: str | None = None, read_only: bool = False
    ) -> LabelSession:
        """Open a recording for labelling, or for looking only where somebody else labels it.

        Raises
        ------
        FileNotFoundError, ValueError
            If there is no such recording, or one of a newer release.
        """
        opened = open_labels(Path(folder), annotator, read_only=read_only)
        return cls(opened, annotator=annotator)

    @property
    def folder(self) -> Path:
        """Where labels are saved; another after `save_elsewhere`."""
        return self._recording.folder

    @property
    def labels(self) -> LabelSet:
        """Everything said, as of now."""
        return self._replay.labels

    @property
    def history(self) -> LabelHistory:
        """What can be undone and redone."""
        return self._replay.history

    @property
    def status(self) -> SaveStatus:
        """Whether everything is on disk."""
        if self._writer is None:
            return SaveStatus("read-only", 0, self.read_only)
        return self._writer.status

    def track(self, individual: str, video: str | None = None) -> TrackKey:
        """The track of this annotator for an individual, in the first video if None."""
        return TrackKey(self._recording.video(video).id, individual, annotator=self.annotator)

    def recording(self) -> Recording:
        """The recording with the labels of now."""
        said = read_descriptions(self.folder)
        return self._recording.replace(
            bouts=self.labels.table(),
            ethogram=self.labels.ethogram,
            descriptions=with_confidence_rules(
                with_corrections(said, self.labels.corrections.values()),
                read_confidence_rules(self.folder),
            ),
        )

    def apply(self, edit: Edit, *, confirmed: bool = False) -> Edit:
        """Do an edit and have it saved; an edit that changes nothing is passed over.

        Raises
        ------
        ReadOnly
            If the recording is open for looking only.
        WouldEmpty
            If no bout at all would be left of several, and that is not confirmed.
        """
        self._require_writable()
        if not edit:
            return edit
        self._take_others()
        several = len(edit.removed) > 1 and not edit.added
        if several and not confirmed and len(edit.removed) >= len(self.labels):
            raise WouldEmpty(
                f"{edit.name}: this would leave none of the {len(self.labels)} bouts of "
                f"{self._recording.name}. Remove all of them?"
            )
        action_id = new_id()
        line = self._line(EDIT, action_id, **edit_to_json(edit))
        self.labels.apply(edit)
        self.history.push(action_id, edit)
        self._save(action_id, line, edit)
        self.changed.emit(edit)
        return edit

    def undo(self) -> Edit | None:
        """Take the last action back, however long ago; the edit that did so, None if none is left.

        Raises
        ------
        ReadOnly
            If the recording is open for looking only.
        """
        return self._step(UNDO)

    def redo(self) -> Edit | None:
        """Do again what was undone last; the edit, None if there is nothing.

        Raises
        ------
        ReadOnly
            If the recording is open for looking only.
        """
        return self._step(REDO)

    def refresh(self) -> bool:
        """Take in what others, such as a captioner, appended; whether there was anything."""
        if self._writer is None:
            path = self.folder / JOURNAL
            if path.exists() and path.stat().st_size > self._end:
                with path.open("rb") as file:
                    file.seek(self._end)
                    self._put_in_inbox(file.read())
        else:
            self._writer.look()
        return self._take_others()

    def flush(self, timeout_s: float | None = None) -> bool:
        """Wait until all is on disk or saving fails; whether all is."""
        return self._writer is None or self._writer.flush(timeout_s)

    def retry(self) -> None:
        """Try at once what the disk refused; it is tried again now and then anyway."""
        if self._writer is not None:
            self._writer.retry()

    def snapshot(self) -> None:
        """Have a snapshot kept and the tables written, on the writer's thread."""
        writer = self._writer
        if writer is None:
            return
        self._since_snapshot, self._snapshot_time = 0, time.monotonic()
        labels, taken = frozen(self.labels), self._inbox.received
        folder, end = self.folder, writer.expected_end()

        def keep() -> None:
            take_snapshot(folder)
            if taken == self._inbox.received:  # else the labels are those of no moment on disk
                write_tables(folder, labels, journal_mark((folder / JOURNAL).read_bytes()[:end]))

        writer.do(lambda: quietly(keep))

    def save_elsewhere(self, folder: str | Path) -> Path:
        """Save everything into a new recording folder and go on there.

        With the whole journal where the old one can be read; otherwise with the labels of when
        the session began and every action since, each of which can still be undone. Poses and
        answers are copied if they can be read.

        Raises
        ------
        OSError
            If the folder exists and is not empty, or cannot be written to.
        """
        target = Path(folder)
        if self._writer is None:
            raise ReadOnly(self.read_only)
        content = journal_to_move(
            self.folder, self._writer.end, self._writer.waiting(), self.labels, self.history
        )
        lock = write_elsewhere(self._recording, content, target, self.annotator)
        old, self._lock = self._lock, lock
        self._recording = self._recording.replace(folder=target)
        self._writer.move_to(target, len(content), lock.beat)
        if old is not None:
            old.release()
        return target

    def close(self, *, discard: bool = False) -> None:
        """Save everything, write the tables and give the recording back.

        Raises
        ------
        NotSaved
            If the disk refuses, unless ``discard``; the session stays open: `retry`,
            `save_elsewhere`, or close again with ``discard=True``.
        """
        writer, lock = self._writer, self._lock
        if self._closed or writer is None:
            self._closed = True
            return
        self.retry()
        if not self.flush() and not discard:
            raise NotSaved(
                f"{writer.status.waiting} actions could not be saved ({writer.status.reason}). "
                "Make room or reconnect the drive and try again, or save elsewhere."
            )
        if writer.status.state == "saved":
            self.snapshot()
            writer.flush()
            if self._has_corrected:
                quietly(lambda: rebuild_descriptions(self.folder))
        writer.stop()
        if lock is not None:
            lock.release()
        self._closed, self.read_only = True, "this session was closed"

    def __enter__(self) -> LabelSession:
        """Use the session in a ``with`` block, which closes it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the session."""
        self.close()

    def _step(self, action: str) -> Edit | None:
        self._require_writable()
        self._take_others()
        history = self.history
        last = history.last_done if action == UNDO else history.last_undone
        if last is None:
            return None
        of, edit = last
        if action == UNDO:
            history.undo(of)
            edit = edit.inverse()
        else:
            history.redo(of)
        action_id = new_id()
        line = self._line(action, action_id, of=of)
        self.labels.apply(edit)
        self._save(action_id, line, edit)
        self.changed.emit(edit)
        return edit

    def _line(self, action: str, action_id: str, **entries: Any) -> bytes:
        return line_of({"action": action, "id": action_id, "by": self.annotator, **entries})

    def _save(self, action_id: str, line: bytes, edit: Edit) -> None:
        self._replay.note(action_id)
        self._has_corrected |= bool(edit.corrections_removed or edit.corrections_added)
        if self._writer is not None:
            self._writer.put(line)
        self._since_snapshot += 1
        is_time = time.monotonic() - self._snapshot_time > SNAPSHOT_S
        if self._since_snapshot >= SNAPSHOT_ACTIONS or is_time:
            self.snapshot()

    def _require_writable(self) -> None:
        if self.read_only:
            raise ReadOnly(f"{self._recording.name} cannot be changed here: {self.read_only}")

    def _put_in_inbox(self, lines: bytes) -> None:
        self._inbox.put(lines)
        self.others_wrote.emit()

    def _take_others(self) -> bool:
        edits = [edit for lines in self._inbox.take() for edit in self._replay.take_lines(lines)]
        for edit in edits:
            self.changed.emit(edit)
        return bool(edits)
