"""``bouts.jsonl``, the truth for every bout: read, and added to by captioners and imports.

Who labels by hand uses `io.labels.session`. Knows no window.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from napari_mousegpt.datamodel.ethogram import DEFAULT_ETHOGRAM, Behaviour, Ethogram
from napari_mousegpt.datamodel.labels.assessed import Assessed, assessed_table
from napari_mousegpt.datamodel.labels.behaviours import set_ethogram
from napari_mousegpt.datamodel.labels.bout import LABEL_COLUMNS, new_id
from napari_mousegpt.datamodel.labels.set import LabelSet
from napari_mousegpt.io.labels.append import JOURNAL, append_to_journal
from napari_mousegpt.io.labels.lines import edit_to_json, line_of
from napari_mousegpt.io.labels.mending import find_journal
from napari_mousegpt.io.labels.replay import ADD, EDIT, REPLACE_RUN
from napari_mousegpt.io.labels.tables import (
    Frozen,
    frozen,
    journal_bytes_of_table,
    journal_mark,
    read_tables,
    write_tables,
)


def read_labels(
    folder: Path, ethogram: Ethogram = DEFAULT_ETHOGRAM, frames: Mapping[str, int] | None = None
) -> tuple[Frozen, tuple[str, ...]]:
    """Everything people and models say in bouts of a recording, and what was odd, in sentences.

    From the tables if they are of the journal as it is, else from all its actions.

    Parameters
    ----------
    ethogram
        That of ``recording.json``; where the journal changes it, the journal counts.

    Raises
    ------
    ValueError
        If the journal holds an action of a newer release.
    """
    path = folder / JOURNAL
    size = path.stat().st_size if path.exists() else 0
    if size and journal_bytes_of_table(folder) == size:
        stored = read_tables(folder)
        if stored is not None and stored[1] == journal_mark(path.read_bytes()):
            return stored[0], ()
    found = find_journal(folder, ethogram, frames)
    return frozen(found.replay.labels), found.sentences


def read_journal(folder: Path) -> pd.DataFrame:
    """Bouts of a recording, from all actions in its journal.

    Raises
    ------
    ValueError
        If the journal holds an action of a newer release.
    """
    return read_labels(folder)[0].bouts


def read_assessed(folder: Path) -> pd.DataFrame:
    """Spans that somebody looked at: an interval table with ``annotator`` and ``behaviours``."""
    return assessed_table(read_labels(folder)[0].assessed)


def replace_run_bouts(folder: Path, run_id: str, bouts: pd.DataFrame) -> pd.DataFrame:
    """Make these the bouts of a run, in place of those it had; return all bouts.

    Nothing is written when nothing changes. What people said is not touched.
    """
    before = read_journal(folder)
    mine = before[(before["run_id"] == run_id) & (before["source"] != "person")]
    if _without_ids(mine).equals(_without_ids(bouts)):
        return before
    return _act(folder, {"action": REPLACE_RUN, "run_id": run_id}, bouts)


def add_bouts(
    folder: Path, bouts: pd.DataFrame, *, assessed: Iterable[Assessed] = ()
) -> pd.DataFrame:
    """Add bouts, such as those of an imported file, as one action; return all bouts.

    Parameters
    ----------
    assessed
        Spans that somebody looked at, added with them; those that are there already are passed
        over. Nothing is written when nothing is new.
    """
    labels = read_labels(folder)[0]
    new = [span.to_json() for span in assessed if span not in labels.assessed]
    if not len(bouts) and not new:
        return labels.bouts
    return _act(folder, {"action": ADD} | ({"assessed": new} if new else {}), bouts)


def replace_ethogram(
    folder: Path, ethogram: Iterable[Behaviour], *, before: Ethogram = DEFAULT_ETHOGRAM
) -> None:
    """Take another ethogram, such as an imported file's, as one action that can be undone.

    Parameters
    ----------
    before
        The ethogram of ``recording.json``.
    """
    labels = LabelSet(ethogram=read_labels(folder, before)[0].ethogram or before)
    edit = set_ethogram(labels, ethogram)
    if labels.ethogram != edit.ethogram[1]:  # type: ignore[index]
        append_to_journal(folder, line_of({"action": EDIT, **edit_to_json(edit)}))


def rebuild_tables(folder: Path, ethogram: Ethogram = DEFAULT_ETHOGRAM) -> Frozen:
    """Bring ``bouts.parquet`` and ``assessed.parquet`` up to date with the journal."""
    found = find_journal(folder, ethogram)
    labels = frozen(found.replay.labels)
    write_tables(folder, labels, journal_mark(found.content))
    return labels


def _act(folder: Path, action: dict[str, Any], bouts: pd.DataFrame) -> pd.DataFrame:
    rows = json.loads(bouts.to_json(orient="records", double_precision=15))
    rows = [
        {name: value for name, value in row.items() if value is not None}
        | {"bout_id": row.get("bout_id") or new_id()}
        for row in rows
    ]
    append_to_journal(folder, line_of({**action, "bouts": rows}))
    return rebuild_tables(folder).bouts


def _without_ids(table: pd.DataFrame) -> pd.DataFrame:
    kept = table.drop(columns=list(LABEL_COLUMNS), errors="ignore")
    return kept.sort_values(["video", "individual", "start", "stop"], ignore_index=True)
