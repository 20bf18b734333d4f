"""``bouts.jsonl``, the truth for every bout: actions appended, replayed on opening."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.io.durable import append_lines, read_lines, replace_file

JOURNAL, TABLE = "bouts.jsonl", "bouts.parquet"


def read_journal(folder: Path) -> pd.DataFrame:
    """Bouts of a recording, from all actions in its journal.

    Raises
    ------
    ValueError
        If the journal holds an action of a newer release.
    """
    actions, _ = read_lines(folder / JOURNAL)
    rows: list[dict[str, Any]] = []
    for action in actions:
        match action.get("action"):
            case "replace_run":
                rows = [row for row in rows if row["run_id"] != action["run_id"]]
                rows += action["bouts"]
            case "add":
                rows += action["bouts"]
            case other:
                raise ValueError(
                    f"{folder.name}/{JOURNAL} holds an action {other!r} that this release does "
                    "not know. Upgrade with: pip install -U napari-mousegpt"
                )
    return make_bouts(pd.DataFrame(rows))


def replace_run_bouts(folder: Path, run_id: str, bouts: pd.DataFrame) -> pd.DataFrame:
    """Make these the bouts of a run, in place of those it had; return all bouts.

    Nothing is written when nothing changes.
    """
    before = read_journal(folder)
    if before[before["run_id"] == run_id].reset_index(drop=True).equals(bouts):
        return before
    return _act(folder, {"action": "replace_run", "run_id": run_id}, bouts)


def add_bouts(folder: Path, bouts: pd.DataFrame) -> pd.DataFrame:
    """Add bouts, such as those of an imported file; return all bouts."""
    return _act(folder, {"action": "add"}, bouts)


def _act(folder: Path, action: dict[str, Any], bouts: pd.DataFrame) -> pd.DataFrame:
    rows = json.loads(bouts.to_json(orient="records", double_precision=15))
    time = datetime.now(UTC).isoformat(timespec="milliseconds")
    append_lines(folder / JOURNAL, [{**action, "time": time, "bouts": rows}])
    table = read_journal(folder)
    replace_file(
        folder / TABLE,
        lambda beside: table.to_parquet(beside, compression="zstd", index=False),
    )
    return table
