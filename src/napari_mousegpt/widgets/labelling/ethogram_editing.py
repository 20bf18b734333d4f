"""What can be done with the list of behaviours, each as one action. Knows labelling, no widget."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from napari_mousegpt.datamodel.ethogram import Ethogram
from napari_mousegpt.datamodel.ethogram_lists import (
    joined_with,
    moved,
    owner_of_key,
    replaced_by,
)
from napari_mousegpt.datamodel.labels.behaviours import (
    add_behaviour,
    merge_behaviours,
    remove_behaviour,
    rename_behaviour,
    set_behaviour,
    set_ethogram,
)
from napari_mousegpt.datamodel.labels.kinds import frames_lost_as_points, set_kind
from napari_mousegpt.io.ethogram_files import read_ethogram, write_ethogram

if TYPE_CHECKING:
    from napari_mousegpt.datamodel.labels.edit import Edit
    from napari_mousegpt.widgets.labelling.labelling import Labelling

NEW_NAME = "new behaviour"


class EthogramEditing:
    """Edits of the ethogram; whatever cannot be done is told through ``labelling.failed``."""

    def __init__(self, labelling: Labelling) -> None:
        self._labelling = labelling

    @property
    def ethogram(self) -> Ethogram:
        """The behaviours of now, of the labels or else of the recording."""
        labels, recording = self._labelling.labels, self._labelling.state.recording
        if labels is not None:
            return labels.ethogram
        return recording.ethogram if recording is not None else ()

    def reason(self) -> str:
        """Why nothing can be changed; "" if it can."""
        session = self._labelling.session
        if session is None:
            return "For looking only: press Start labelling in the Label dock to change the list."
        return f"For looking only: {session.read_only}" if session.read_only else ""

    def counts(self) -> dict[str, int]:
        """How many bouts each behaviour has, as far as they may be seen."""
        labels, state = self._labelling.labels, self._labelling.state
        if labels is not None:
            table = labels.table()
        elif state.seen is not None:
            table = state.seen.bouts
        else:
            return {}
        if state.is_blind:
            table = table[table["annotator"] == state.blind_annotator]
        return {str(name): int(count) for name, count in table["behaviour"].value_counts().items()}

    def write(self, name: str, field: str, text: str) -> None:
        """Change name, key, kind, group, meaning or colour of a behaviour."""
        do = self._labelling.do
        if field == "name":
            if text != name:
                do(lambda now: rename_behaviour(now, name, text))
        elif field == "kind":
            self.set_kind(name, text)
        elif field == "key" and (owner := owner_of_key(self.ethogram, text, name)):
            self._labelling.failed.emit(
                f"{text} is the key of {owner}. Give {owner} another key first, or {name} a free "
                "one."
            )
        elif getattr(self._of(name), field) != text:
            do(lambda now: set_behaviour(now, name, **{field: text}))

    def set_kind(self, name: str, kind: str) -> None:
        """Make a behaviour a state or a point; where lengths would be lost, ask first."""
        labels = self._labelling.labels
        if labels is None:
            return
        bouts, frames = frames_lost_as_points(labels, name) if kind == "point" else (0, 0)
        seconds = frames / self._labelling.state.fps
        question = (
            f"{bouts} bouts of {name} last longer than a frame, {seconds:.1f} s in all. As a point "
            "each of them is its first frame (undo gives the lengths back). Make it a point?"
        )
        if not bouts or self._labelling.confirm(question):
            self._labelling.do(
                lambda now: set_kind(now, name, "point" if kind == "point" else "state")
            )

    def add(self) -> str | None:
        """Add a behaviour; its name."""
        taken = {one.name for one in self.ethogram}
        names = (NEW_NAME, *(f"{NEW_NAME} {number}" for number in range(2, 1000)))
        name = next(one for one in names if one not in taken)
        done = self._labelling.do(lambda now: add_behaviour(now, name))
        return name if done is not None else None

    def remove(self, name: str) -> None:
        """Take a behaviour off the list, unless it has bouts."""
        self._labelling.do(lambda now: remove_behaviour(now, name))

    def merge(self, name: str, into: str) -> None:
        """Make the bouts of one behaviour those of another."""
        labels = self._labelling.labels
        if labels is None:
            return
        target = labels.behaviour(into)
        lost, _ = (
            frames_lost_as_points(labels, name) if target and target.kind == "point" else (0, 0)
        )
        question = f"{into} is a point: {lost} bouts of {name} become their first frames. Merge?"
        if not lost or self._labelling.confirm(question):
            self._labelling.do(lambda now: merge_behaviours(now, [name], into))

    def move(self, name: str, by: int) -> None:
        """Move a behaviour up or down the list."""
        after = moved(self.ethogram, name, by)
        if after != self.ethogram:
            self._labelling.do(lambda now: set_ethogram(now, after, f"move {name}"))

    def take_list(self, more: Ethogram, *, title: str, replace: bool) -> None:
        """Take another list in place of this one, or add what this one lacks.

        Behaviours with bouts are always kept.
        """

        def make(now) -> Edit:
            used = {bout.behaviour for bout in now}
            after = (
                replaced_by(now.ethogram, more, used)
                if replace
                else joined_with(now.ethogram, more)
            )
            return set_ethogram(now, after, f"behaviours of {title}")

        self._labelling.do(make)

    def read(self, path: str | Path) -> Ethogram | None:
        """The behaviours of a csv file or a BORIS project; None, told why, if it has none."""
        return self._told(lambda: read_ethogram(path))

    def save(self, path: str | Path) -> None:
        """Write the list as csv."""
        self._told(lambda: write_ethogram(path, self.ethogram))

    def add_example(self, name: str) -> None:
        """Keep the present frame as an example of a behaviour."""
        recording = self._labelling.state.recording
        if recording is not None:
            here = (recording.video().id, self._labelling.state.frame)
            self._set_examples(name, (*self._of(name).example_frames, here))

    def remove_example(self, name: str, example: tuple[str, int]) -> None:
        """Keep a frame as an example no longer."""
        kept = (one for one in self._of(name).example_frames if one != example)
        self._set_examples(name, tuple(kept))

    def _set_examples(self, name: str, examples: tuple[tuple[str, int], ...]) -> None:
        examples = tuple(dict.fromkeys(examples))
        if examples != self._of(name).example_frames:
            self._labelling.do(lambda now: set_behaviour(now, name, example_frames=examples))

    def _of(self, name: str):
        return next(one for one in self.ethogram if one.name == name)

    def _told(self, act: Callable):
        try:
            return act()
        except (ValueError, OSError) as error:
            self._labelling.failed.emit(str(error))
            return None
