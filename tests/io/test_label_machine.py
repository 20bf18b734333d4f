"""Any sequence of edits, undos, saves, reopenings and readers equals a plain list of states.

Long: ``MOUSEGPT_LABEL_EXAMPLES=200``.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from label_samples import ANNA, ETHOGRAM, FRAMES, empty_recording, model_bouts

from napari_mousegpt.datamodel.labels import actions
from napari_mousegpt.datamodel.labels.assessed import Assessed
from napari_mousegpt.datamodel.labels.behaviours import merge_behaviours, rename_behaviour
from napari_mousegpt.datamodel.labels.edit import Edit
from napari_mousegpt.datamodel.labels.review import assess, correct, unassess
from napari_mousegpt.datamodel.labels.set import LabelSet
from napari_mousegpt.datamodel.labels.toggle import toggle
from napari_mousegpt.io.bout_journal import read_labels, replace_run_bouts
from napari_mousegpt.io.labels.session import LabelSession

FRAME = st.integers(0, FRAMES - 1)
LENGTH = st.integers(1, 120)
NAME = st.sampled_from([behaviour.name for behaviour in ETHOGRAM])

State = tuple[Any, ...]


def state_of(labels: LabelSet, *, ours: bool = True) -> State:
    """Labels as plain values; ``ours`` leaves out what a model said."""
    bouts = frozenset(bout for bout in labels if not ours or bout.source == "person")
    return (
        bouts,
        labels.ethogram,
        frozenset(labels.assessed),
        frozenset(labels.corrections.values()),
    )


class Labelling(RuleBasedStateMachine):
    """`done` is every state since the first, `place` where undo and redo stand in it."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.folder = empty_recording(self.root).folder
        self.session = LabelSession.open(self.folder, annotator="Anna")
        self.done, self.place = [state_of(self.session.labels)], 0

    def do(self, edit: Edit) -> None:
        self.session.apply(edit, confirmed=True)
        if edit:
            self.done = [*self.done[: self.place + 1], state_of(self.session.labels)]
            self.place += 1

    def ids(self) -> list[str]:
        """Ids of a person's bouts in an order that does not depend on them."""
        bouts = (bout for bout in self.session.labels if bout.source == "person" and not bout.open)
        in_order = sorted(bouts, key=lambda one: (one.start, one.stop, one.behaviour))
        return [bout.bout_id for bout in in_order]

    @rule(name=NAME, start=FRAME, length=LENGTH)
    def add(self, name: str, start: int, length: int) -> None:
        self.do(actions.add_bout(self.session.labels, ANNA, name, start, start + length))

    @precondition(lambda self: self.ids())
    @rule(data=st.data(), frames=st.integers(-200, 200))
    def move(self, data: st.DataObject, frames: int) -> None:
        chosen = data.draw(st.lists(st.sampled_from(self.ids()), min_size=1, unique=True))
        self.do(actions.move_bouts(self.session.labels, chosen, frames))

    @precondition(lambda self: self.ids())
    @rule(data=st.data(), frame=FRAME, is_start=st.booleans())
    def resize(self, data: st.DataObject, frame: int, is_start: bool) -> None:
        chosen = data.draw(st.sampled_from(self.ids()))
        edge = {"start": frame} if is_start else {"stop": frame + 1}
        self.do(actions.set_edges(self.session.labels, chosen, **edge))

    @precondition(lambda self: self.ids())
    @rule(data=st.data(), name=NAME)
    def change(self, data: st.DataObject, name: str) -> None:
        chosen = data.draw(st.lists(st.sampled_from(self.ids()), min_size=1, unique=True))
        listed = self.session.labels.behaviour(name)
        if listed is not None:
            self.do(actions.change_bouts(self.session.labels, chosen, behaviour=name, comment="!"))

    @precondition(lambda self: self.ids())
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        chosen = data.draw(st.lists(st.sampled_from(self.ids()), min_size=1, unique=True))
        self.do(actions.remove_bouts(self.session.labels, chosen))

    @rule(start=FRAME, length=LENGTH)
    def erase(self, start: int, length: int) -> None:
        self.do(actions.erase(self.session.labels, ANNA, start, start + length))

    @rule(name=NAME, frame=FRAME)
    def toggle(self, name: str, frame: int) -> None:
        self.do(toggle(self.session.labels, ANNA, name, frame))

    @rule(start=FRAME, length=LENGTH, looked=st.booleans())
    def look(self, start: int, length: int, looked: bool) -> None:
        span = Assessed("cam0", "individual_0", start, start + length, "Anna", ("still", "jump"))
        self.do((assess if looked else unassess)(self.session.labels, span))

    @rule(start=FRAME, words=st.sampled_from(["Head up.", "Kopf hoch …", None]))
    def correct(self, start: int, words: str | None) -> None:
        labels = self.session.labels
        self.do(correct(labels, "run1", "cam0", "individual_0", start, start + 9, head=words))

    @rule(data=st.data(), number=st.integers(0, 10**6))
    def rename_or_merge(self, data: st.DataObject, number: int) -> None:
        labels = self.session.labels
        names = [behaviour.name for behaviour in labels.ethogram]
        first, second = data.draw(st.tuples(st.sampled_from(names), st.sampled_from(names)))
        if first != second and len(names) > 3:
            self.do(merge_behaviours(labels, [first], second))
        elif labels.behaviour(f"{number}") is None:
            self.do(rename_behaviour(labels, first, f"{number}"))

    @rule()
    def undo(self) -> None:
        assert (self.session.undo() is None) == (self.place == 0)
        self.place = max(0, self.place - 1)

    @rule()
    def redo(self) -> None:
        assert (self.session.redo() is None) == (self.place == len(self.done) - 1)
        self.place = min(len(self.done) - 1, self.place + 1)

    @rule(start=st.integers(0, 500))
    def a_captioner_runs_again(self, start: int) -> None:
        replace_run_bouts(self.folder, "run1", model_bouts((start, start + 30, "walking")))
        self.session.refresh()

    @rule(saves_first=st.booleans())
    def reopen(self, saves_first: bool) -> None:
        if saves_first:
            self.session.flush()
            self.session.snapshot()
        self.session.close()
        self.session = LabelSession.open(self.folder, annotator="Anna")
        assert all("not stopped yet" in sentence for sentence in self.session.recovered)

    @rule()
    def second_reader(self) -> None:
        assert self.session.flush()
        with LabelSession.open(self.folder) as other:
            assert "Anna" in other.read_only
            assert state_of(other.labels, ours=False) == state_of(self.session.labels, ours=False)
        frozen, odd = read_labels(self.folder, ETHOGRAM)
        assert not odd
        pd.testing.assert_frame_equal(in_order(frozen.bouts), in_order(self.session.labels.table()))

    @invariant()
    def is_the_state_of_the_list(self) -> None:
        labels = self.session.labels
        assert state_of(labels) == self.done[self.place]
        closed = {bout.bout_id: bout for bout in labels if not bout.open}
        assert sorted(labels.table()["bout_id"]) == sorted(closed)
        for key in labels.tracks:
            track = labels.track(key)
            assert track.starts.tolist() == sorted(track.starts.tolist())
            found = {
                (i, s, e, b)
                for i, s, e, b in zip(
                    track.ids, track.starts, track.stops, track.behaviours, strict=True
                )
            }
            assert found == {
                (one.bout_id, one.start, one.stop, one.behaviour)
                for one in closed.values()
                if one.track == key
            }

    def teardown(self) -> None:
        self.session.close()
        shutil.rmtree(self.root)


def in_order(table: pd.DataFrame) -> pd.DataFrame:
    """The same rows in one order; which one means nothing."""
    return table.sort_values("bout_id", ignore_index=True)


TestLabelling = Labelling.TestCase
TestLabelling.settings = settings(
    max_examples=int(os.environ.get("MOUSEGPT_LABEL_EXAMPLES", "8")),
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
