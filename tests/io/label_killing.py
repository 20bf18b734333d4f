"""A program that labels at random until it is killed, and what must hold after that.

Before an action it notes what the labels will be, marked ``?``, and without the mark once `flush`
said that the action is on disk, so that what is left can be compared. Started as a program it
waits for orders and forks the children to be killed, since importing takes longer than labelling.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path

from napari_mousegpt.datamodel.labels import actions
from napari_mousegpt.datamodel.labels.behaviours import rename_behaviour
from napari_mousegpt.datamodel.labels.edit import Edit
from napari_mousegpt.datamodel.labels.set import LabelSet
from napari_mousegpt.datamodel.labels.toggle import toggle
from napari_mousegpt.io.labels import session as label_session
from napari_mousegpt.io.labels.session import LabelSession

NAMES = ("still", "walking", "rearing", "grooming", "jump")


def digest(labels: LabelSet) -> str:
    """The same for the same labels, in whatever order they were made."""
    rows = sorted(repr(bout) for bout in labels)
    rows += [repr(labels.ethogram), *sorted(map(repr, labels.assessed))]
    return hashlib.blake2b("\n".join(rows).encode(), digest_size=8).hexdigest()


def random_edit(session: LabelSession, dice: random.Random) -> Edit | None:
    """One random action; None where it cannot be done."""
    labels, track = session.labels, session.track("individual_0")
    ids = [bout.bout_id for bout in labels if not bout.open]
    start = dice.randrange(0, 990)
    kind = dice.random()
    if kind < 0.5 or not ids:
        name = dice.choice(NAMES)
        return actions.add_bout(labels, track, name, start, start + dice.randrange(1, 40))
    chosen = dice.choice(ids)
    if kind < 0.6:
        return actions.move_bouts(labels, [chosen], dice.randrange(-50, 50))
    if kind < 0.7:
        return actions.set_edges(labels, chosen, stop=labels[chosen].stop + dice.randrange(1, 30))
    if kind < 0.75:
        return actions.remove_bouts(labels, [chosen])
    if kind < 0.8:
        return actions.erase(labels, track, start, start + 60)
    if kind < 0.85:
        return toggle(labels, track, dice.choice(NAMES[:4]), start)
    if kind < 0.87:
        one = dice.choice(labels.ethogram).name
        return rename_behaviour(labels, one, f"{one[:8]} {dice.randrange(10**6)}")
    return None


def label_until_killed(folder: Path, seed: int, *, snapshots: bool) -> None:
    """Label at random, saying after each saved action what the labels are."""
    dice = random.Random(seed)
    if snapshots:
        label_session.SNAPSHOT_ACTIONS = 2
    session = LabelSession.open(folder, annotator="Anna")
    with (folder.parent / "said.txt").open("a", buffering=1) as said:
        said.write(f"{digest(session.labels)}\n")
        for _ in range(100_000):
            edit = random_edit(session, dice)
            history, undoes = session.history, dice.random() < 0.6
            last = history.last_done if undoes else history.last_undone
            if not edit and (edit is not None or last is None):
                continue
            change = edit or (last[1].inverse() if undoes else last[1])  # type: ignore[index]
            session.labels.apply(change)
            will_be = digest(session.labels)
            session.labels.apply(change.inverse())
            said.write(f"?{will_be}\n")
            if edit is not None:
                session.apply(edit, confirmed=True)
            else:
                (session.undo if undoes else session.redo)()
            if session.flush():
                said.write(f"{will_be}\n")


class Children:
    """Makes children that label, and kills them."""

    def __init__(self) -> None:
        self._parent = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def kill_one(self, folder: Path, seed: int, after_s: float, *, snapshots: bool = False) -> None:
        """Have a child label, and kill it a while after its first word."""
        said = folder.parent / "said.txt"
        said.unlink(missing_ok=True)
        print(folder, seed, int(snapshots), sep="\t", file=self._parent.stdin, flush=True)
        child = int(self._parent.stdout.readline())
        while not said.exists() or not said.stat().st_size:
            time.sleep(0.001)
        time.sleep(after_s)
        os.kill(child, signal.SIGKILL)
        self._parent.stdout.readline()  # it is dead

    def __enter__(self) -> Children:
        """Use it in a ``with`` block, which ends the parent of all children."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the parent of all children."""
        self._parent.communicate("")


def check_survivor(folder: Path) -> int:
    """Open what was left: at most the one unfinished action may be missing; number of actions.

    Undo must reach the first action, and redo must bring all back.
    """
    lines = (folder.parent / "said.txt").read_text().split("\n")[:-1]
    saved = [line for line in lines if not line.startswith("?")]
    maybe = lines[-1].removeprefix("?")
    with LabelSession.open(folder, annotator="Anna") as session:
        found = digest(session.labels)
        if found not in (saved[-1], maybe):
            raise AssertionError(f"{folder}: labels are neither the last saved nor the next ones")
        if not any("did not end properly" in sentence for sentence in session.recovered):
            raise AssertionError(f"{folder}: nothing was said about the crash: {session.recovered}")
        return len(session.history.edits())


def check_history(folder: Path) -> None:
    """Undo to the first action and redo to the last, in memory only."""
    with LabelSession.open(folder, read_only=True) as session:
        labels, before = session.labels, digest(session.labels)
        edits = [edit for _, edit in session.history.edits()]
        for edit in reversed(edits):
            labels.apply(edit.inverse())
        if len(labels) or labels.open_bouts():
            raise AssertionError(f"{folder}: undo of all leaves {len(labels)} bouts")
        for edit in edits:
            labels.apply(edit)
        if digest(labels) != before:
            raise AssertionError(f"{folder}: undo and redo of all is not what it was")


def serve() -> None:
    """Fork a child for each line of the input; say its number, and when it is dead."""
    for order in sys.stdin:
        folder, seed, snapshots = order.rstrip("\n").split("\t")
        child = os.fork()
        if not child:
            try:
                label_until_killed(Path(folder), int(seed), snapshots=snapshots == "1")
            except BaseException:
                traceback.print_exc()
            os._exit(1)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("dead", flush=True)


if __name__ == "__main__":
    serve()
