"""Reading the journal of a recording as it is found: whole, torn, damaged or gone. Writes nothing.

What is damaged or missing is taken from the snapshots, and from ``bouts.parquet`` where that knows
more than the journal; what was done is said in sentences.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from napari_mousegpt.datamodel.labels.bout import Bout
from napari_mousegpt.datamodel.labels.edit import Edit, Ethogram
from napari_mousegpt.io.labels.append import JOURNAL
from napari_mousegpt.io.labels.lines import action_of, edit_to_json, line_of
from napari_mousegpt.io.labels.replay import DAMAGED, EDIT, Replay, replay
from napari_mousegpt.io.labels.snapshots import journal_in, snapshots
from napari_mousegpt.io.labels.tables import Frozen, journal_bytes_of_table, read_tables


@dataclass(frozen=True, slots=True)
class Found:
    """A journal as it was found.

    Attributes
    ----------
    replay
        Labels and history that follow from it.
    content
        Its lines, mended.
    on_disk
        Length of what lies there, torn line included.
    is_mended
        Whether ``content`` differs from what lies there in more than a torn last line.
    sentences
        What was odd, and what was done about it.
    """

    replay: Replay
    content: bytes
    on_disk: int
    is_mended: bool
    sentences: tuple[str, ...]


def find_journal(
    folder: Path, ethogram: Ethogram, frames: Mapping[str, int] | None = None
) -> Found:
    """Read and replay a journal, mending in memory what can be mended.

    Raises
    ------
    ValueError
        If the journal holds an action of a newer release.
    OSError
        If it is there and cannot be read.
    """
    path = folder / JOURNAL
    raw = path.read_bytes() if path.exists() else b""
    whole = raw[: raw.rfind(b"\n") + 1]
    sentences = []
    if len(raw) > len(whole):
        sentences.append(
            f"The last line of {JOURNAL} was not finished ({len(raw) - len(whole)} bytes): at most "
            "the last action is missing."
        )
    state = replay(whole, ethogram, frames)
    content = whole
    if state.damaged:
        content, said = _mended(folder, whole, state)
        sentences += said
    content, said = _completed(folder, content)
    sentences += said
    if content != whole:
        state = replay(content, ethogram, frames)
    content, said = _with_table(folder, content, state)
    return Found(state, content, len(raw), content != whole, (*sentences, *said))


def _mended(folder: Path, content: bytes, state: Replay) -> tuple[bytes, list[str]]:
    """Take damaged lines from the snapshots; what no snapshot has is kept, marked as damaged."""
    lines = content.split(b"\n")[:-1]
    kept = [journal_in(path) for path in snapshots(folder)]
    bad = {number - 1: reason for number, reason in state.damaged}
    mended, sentences, place = b"", [], 0
    while place < len(lines):
        if place not in bad:
            mended += lines[place] + b"\n"
            place += 1
            continue
        after = next((k for k in range(place, len(lines)) if k not in bad), len(lines))
        following = lines[after] + b"\n" if after < len(lines) else b""
        piece = _from_snapshots(kept, mended, following)
        if piece is not None:
            mended += piece
            sentences.append(
                f"Line {place + 1} of {JOURNAL} was damaged ({bad[place]}), and was taken from a "
                "snapshot: nothing is missing."
            )
        else:
            for number in range(place, after):
                mended += _marked(lines[number])
                sentences.append(
                    f"Line {number + 1} of {JOURNAL} cannot be read ({bad[number]}): the action it "
                    "held is missing, all others are there."
                )
        place = after
    return mended, sentences


def _from_snapshots(kept: list[bytes], before: bytes, following: bytes) -> bytes | None:
    for journal in kept:
        if len(journal) <= len(before) or not journal.startswith(before):
            continue
        end = journal.find(following, len(before)) if following else -1
        piece = journal[len(before) : end if end >= 0 else len(journal)]
        if piece and _is_whole(piece):
            return piece
    return None


def _is_whole(lines: bytes) -> bool:
    try:
        return all(action_of(line)["action"] != DAMAGED for line in lines.split(b"\n")[:-1])
    except ValueError:
        return False


def _marked(line: bytes) -> bytes:
    """A damaged line as an action that keeps its bytes; one marked before stays as it is."""
    try:
        if action_of(line)["action"] == DAMAGED:
            return line + b"\n"
    except ValueError:
        pass
    return line_of({"action": DAMAGED, "bytes": base64.b64encode(line).decode()})


def _completed(folder: Path, content: bytes) -> tuple[bytes, list[str]]:
    """Take the end of a journal that is gone or was cut short from the latest snapshot."""
    for path in snapshots(folder):
        journal = journal_in(path)
        if not journal:
            continue
        if len(journal) > len(content) and journal.startswith(content):
            lost = "was gone" if not content else "had lost its end"
            return journal, [
                f"{JOURNAL} {lost}, and was restored from {path.parent.name}/{path.name}."
            ]
        break
    return content, []


def _with_table(folder: Path, content: bytes, state: Replay) -> tuple[bytes, list[str]]:
    """Take over what only the tables know, as one action that can be undone."""
    if content and journal_bytes_of_table(folder) <= len(content):
        return content, []
    stored = read_tables(folder)
    if stored is None:
        return content, []
    edit = _difference(state, stored[0])
    if not edit:
        return content, []
    line = line_of({"action": EDIT, **edit_to_json(edit)})
    state.take_lines(line)
    count = len(edit.added) + len(edit.removed)
    return content + line, [
        f"bouts.parquet knew more than {JOURNAL}: {count} bouts were taken from it."
    ]


def _difference(state: Replay, stored: Frozen) -> Edit:
    """What makes the replayed labels those of the tables."""
    labels = state.labels
    there = {bout.bout_id: bout for bout in stored.labels(labels.ethogram)}
    here: dict[str, Bout] = {bout.bout_id: bout for bout in labels}
    words = tuple(labels.corrections.values())
    return Edit(
        "taken from bouts.parquet",
        tuple(bout for key, bout in here.items() if there.get(key) != bout),
        tuple(bout for key, bout in there.items() if here.get(key) != bout),
        None
        if stored.ethogram in (None, labels.ethogram)
        else (labels.ethogram, stored.ethogram or ()),
        tuple(one for one in labels.assessed if one not in stored.assessed),
        tuple(one for one in stored.assessed if one not in labels.assessed),
        tuple(one for one in words if one not in stored.corrections),
        tuple(one for one in stored.corrections if one not in words),
    )
