"""From ``answers.jsonl`` to ``descriptions.parquet``. Knows how an answer is stored, not made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from napari_mousegpt.datamodel.description import LEVELS, parse_description
from napari_mousegpt.datamodel.labels.corrections import with_corrections
from napari_mousegpt.datamodel.tables import DESCRIPTIONS, KEY, SEEN, conform, empty
from napari_mousegpt.io.bout_journal import read_labels
from napari_mousegpt.io.durable import read_lines, replace_file

ANSWERS, DESCRIPTIONS_FILE = "answers.jsonl", "descriptions.parquet"


def read_descriptions(folder: Path) -> pd.DataFrame:
    """Descriptions of a recording: the table on disk and the answers that came after it.

    One row per window, individual and run; the last answer counts. Corrections that the table on
    disk holds are in it, with what was said before in ``original``. ``attrs["answers_bytes"]``
    says how much of the answers the table holds.
    """
    table, read_bytes = _stored(folder)
    answers = folder / ANSWERS
    if answers.exists() and answers.stat().st_size < read_bytes:
        table, read_bytes = empty(DESCRIPTIONS), 0  # the answers were replaced: start over
    rows, read_bytes = read_lines(answers, read_bytes)
    table = join_answers(table, rows)
    table.attrs["answers_bytes"] = read_bytes
    return table


def rebuild_descriptions(folder: Path) -> pd.DataFrame:
    """Bring ``descriptions.parquet`` up to date with answers and corrections; return the table."""
    table = read_descriptions(folder)
    corrected = with_corrections(table, read_labels(folder)[0].corrections)
    corrected.attrs = dict(table.attrs)
    table = corrected
    replace_file(
        folder / DESCRIPTIONS_FILE,
        lambda beside: table.to_parquet(beside, compression="zstd", index=False),
    )
    return table


def join_answers(table: pd.DataFrame, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Add answers, as they stand in ``answers.jsonl``, to a table of descriptions."""
    if not rows:
        return table
    added = conform(pd.DataFrame([_row(answer) for answer in rows]), DESCRIPTIONS)
    joined = added if table.empty else pd.concat([table, added], ignore_index=True)
    joined = joined.drop_duplicates(KEY, keep="last")
    return conform(joined.sort_values(["run_id", "video", "individual", "start"]), DESCRIPTIONS)


def _stored(folder: Path) -> tuple[pd.DataFrame, int]:
    path = folder / DESCRIPTIONS_FILE
    if not path.exists():
        return empty(DESCRIPTIONS), 0
    try:
        table = pd.read_parquet(path)
    except (OSError, ValueError):  # not whole; the answers hold everything
        return empty(DESCRIPTIONS), 0
    read_bytes = int(table.attrs.pop("answers_bytes", 0))
    table["keywords"] = table["keywords"].map(list)
    return conform(table, DESCRIPTIONS), read_bytes


def _row(answer: dict[str, Any]) -> dict[str, Any]:
    row = {name: answer.get(name) for name in KEY}
    row |= {"valid": bool(answer.get("valid")), "problem": answer.get("problem")}
    row |= {"confidence": answer.get("confidence"), "keywords": []}
    if "shown" in answer:  # the part of the window that the captioner saw
        row["shown"] = answer["shown"]
    row |= {name: answer[name] for name in SEEN if name in answer}
    if row["valid"]:
        try:
            said = parse_description(answer["text"])
        except ValueError as reason:  # written by a release that accepted more
            return row | {"valid": False, "problem": str(reason)}
        row |= {level: getattr(said, level) for level in LEVELS}
        row["keywords"] = list(said.keywords)
    return row
