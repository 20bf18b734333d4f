"""The labels that follow from the lines of a journal. Knows lines, not where they lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from napari_mousegpt.datamodel.labels.assessed import assessed_from
from napari_mousegpt.datamodel.labels.behaviours import current_names
from napari_mousegpt.datamodel.labels.edit import Edit, Ethogram
from napari_mousegpt.datamodel.labels.history import LabelHistory
from napari_mousegpt.datamodel.labels.set import LabelSet
from napari_mousegpt.io.labels.lines import action_of, edit_from, rows_of

REPLACE_RUN, ADD, EDIT, UNDO, REDO, DAMAGED = (
    "replace_run",
    "add",
    "edit",
    "undo",
    "redo",
    "damaged",
)
_KNOWN = (REPLACE_RUN, ADD, EDIT, UNDO, REDO, DAMAGED)


@dataclass(slots=True)
class Replay:
    """Labels and history as far as the lines taken so far tell.

    Attributes
    ----------
    actions
        How many actions were taken.
    last_time
        When the latest was done, as written.
    damaged
        Number, from 1, and reason of each line that could not be used.
    """

    labels: LabelSet
    history: LabelHistory = field(default_factory=LabelHistory)
    actions: int = 0
    last_time: str = ""
    lines: int = 0
    damaged: list[tuple[int, str]] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def take_lines(self, content: bytes) -> list[Edit]:
        """Take all whole lines, and return what they changed; a line without end is left out.

        Raises
        ------
        ValueError
            If there is an action of a newer release.
        """
        edits = []
        for line in content.split(b"\n")[:-1]:
            self.lines += 1
            edit = self._take_line(line) if line.strip() else None
            if edit is not None:
                edits.append(edit)
        return edits

    def take(self, action: Mapping[str, Any]) -> Edit | None:
        """Do one action, unless it was taken before, and return what it changed."""
        action = dict(action)
        if action["action"] not in _KNOWN:
            raise NewerRelease(
                f"bouts.jsonl holds an action {action['action']!r} that this release does not "
                "know. Upgrade with: pip install -U napari-mousegpt"
            )
        if action["id"] in self._seen:  # written twice, as the first try was not sure to be whole
            return None
        edit = self._edit(action)
        self._seen.add(action["id"])
        self.actions += 1
        self.last_time = str(action.get("time", self.last_time))
        if edit is not None:
            self.labels.apply(edit)
        return edit

    def note(self, action_id: str) -> None:
        """Remember that an action was done elsewhere: its line is passed over."""
        self._seen.add(action_id)
        self.actions += 1

    def _take_line(self, line: bytes) -> Edit | None:
        try:
            action = action_of(line)
            if action["action"] == DAMAGED:
                raise ValueError("it was damaged before, and could not be mended")
            return self.take(action)
        except NewerRelease:
            raise
        except (ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
            self.damaged.append((self.lines, str(error)))
            return None

    def _edit(self, action: dict[str, Any]) -> Edit | None:
        match action["action"]:
            case "replace_run":
                return run_replaced(self.labels, action)
            case "add":
                rows = tuple(rows_of(action))
                looked = tuple(assessed_from(one) for one in action.get("assessed", ()))
                name = str(action.get("name", f"import {len(rows)} bouts"))
                edit = Edit(name, added=rows, assessed_added=looked)
                self.history.push_beside(action["id"], edit)
            case "edit":
                edit = edit_from(action, self.labels)
                self.history.push(action["id"], edit)
            case "undo":
                undone = self.history.undo(action["of"])
                return None if undone is None else undone.inverse()
            case _:
                return self.history.redo(action["of"])
        return edit


class NewerRelease(ValueError):
    """The journal was written by a release that knows more."""


def run_replaced(labels: LabelSet, action: Mapping[str, Any]) -> Edit:
    """Put these in place of the bouts of a run; a person's with that run_id stay."""
    run_id = action["run_id"]
    gone = tuple(
        labels[str(bout_id)]
        for key in labels.tracks
        if key.run_id == run_id and key.source != "person"
        for bout_id in labels.track(key).ids
    )
    names = current_names(labels.ethogram)
    rows = tuple(
        bout.replace(behaviour=names.get(bout.behaviour, bout.behaviour))
        for bout in rows_of(dict(action))
    )
    return Edit(f"run {run_id}", removed=gone, added=rows)


def replay(content: bytes, ethogram: Ethogram, frames: Mapping[str, int] | None = None) -> Replay:
    """Replay a journal from its first line."""
    state = Replay(LabelSet(ethogram=ethogram, frames=frames))
    state.take_lines(content)
    return state
