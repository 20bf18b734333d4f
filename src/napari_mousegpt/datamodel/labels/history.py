"""Which actions were done and undone, by their ids; undo has no end. Knows no file."""

from __future__ import annotations

from napari_mousegpt.datamodel.labels.edit import Edit


class LabelHistory:
    """Two stacks of edits: those done, and those undone that can be done again."""

    def __init__(self) -> None:
        self._done: dict[str, Edit] = {}
        self._undone: dict[str, Edit] = {}

    @property
    def undo_count(self) -> int:
        """How many actions can be undone."""
        return len(self._done)

    @property
    def redo_count(self) -> int:
        """How many undone actions can be done again."""
        return len(self._undone)

    @property
    def last_done(self) -> tuple[str, Edit] | None:
        """Id and edit that the next undo takes back."""
        return next(reversed(self._done.items()), None)

    @property
    def last_undone(self) -> tuple[str, Edit] | None:
        """Id and edit that the next redo does again."""
        return next(reversed(self._undone.items()), None)

    def names(self, count: int = 20) -> list[str]:
        """Names of the latest actions, the last first."""
        return [self._done[one].name for one in list(reversed(self._done))[:count]]

    def edits(self) -> list[tuple[str, Edit]]:
        """All actions done, in order."""
        return list(self._done.items())

    def push(self, action_id: str, edit: Edit) -> None:
        """Remember a new action; what was undone cannot be done again."""
        self._undone.clear()
        self._done[action_id] = edit

    def push_beside(self, action_id: str, edit: Edit) -> None:
        """Remember an action of somebody else, which leaves what was undone as it is."""
        self._done[action_id] = edit

    def undo(self, action_id: str) -> Edit | None:
        """Move an action to the undone and return it; None if it was not done."""
        edit = self._done.pop(action_id, None)
        if edit is not None:
            self._undone[action_id] = edit
        return edit

    def redo(self, action_id: str) -> Edit | None:
        """Move an action back to the done and return it; None if it was not undone."""
        edit = self._undone.pop(action_id, None)
        if edit is not None:
            self._done[action_id] = edit
        return edit
