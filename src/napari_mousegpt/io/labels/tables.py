"""``bouts.parquet`` and ``assessed.parquet``, which follow from the journal. Knows no editing.

Each says up to which byte of the journal it goes and the hash of those bytes, so that a reader
knows whether it may be used, and a lost journal can be made again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from napari_mousegpt.datamodel.bouts import BOUTS
from napari_mousegpt.datamodel.ethogram import behaviour_from
from napari_mousegpt.datamodel.labels.assessed import Assessed, assessed_from
from napari_mousegpt.datamodel.labels.bout import LABEL_COLUMNS, Bout, bout_from
from napari_mousegpt.datamodel.labels.corrections import Correction, correction_from
from napari_mousegpt.datamodel.labels.edit import Ethogram
from napari_mousegpt.datamodel.labels.set import LabelSet
from napari_mousegpt.datamodel.tables import conform
from napari_mousegpt.io.durable import replace_file

TABLE, ASSESSED_TABLE = "bouts.parquet", "assessed.parquet"


@dataclass(frozen=True, slots=True)
class Frozen:
    """Labels as they were at one moment, ready to be written by another thread.

    Attributes
    ----------
    ethogram
        None where the journal never changed the one of ``recording.json``.
    """

    bouts: pd.DataFrame
    open: tuple[Bout, ...]
    assessed: tuple[Assessed, ...]
    corrections: tuple[Correction, ...]
    ethogram: Ethogram | None

    def labels(self, ethogram: Ethogram) -> LabelSet:
        """Make labels of them again; ``ethogram`` is that of ``recording.json``."""
        rows = self.bouts.to_dict("records")
        return LabelSet(
            [*(bout_from(row) for row in rows), *self.open],
            ethogram=self.ethogram or ethogram,
            assessed=self.assessed,
            corrections=self.corrections,
        )


def frozen(labels: LabelSet) -> Frozen:
    """Keep labels as they are now."""
    return Frozen(
        labels.table(),
        tuple(labels.open_bouts()),
        tuple(labels.assessed),
        tuple(labels.corrections.values()),
        labels.ethogram if labels.has_new_ethogram else None,
    )


def journal_mark(journal: bytes) -> dict[str, Any]:
    """Length and hash of a journal."""
    return {"bytes": len(journal), "hash": hashlib.blake2b(journal, digest_size=16).hexdigest()}


def write_tables(folder: Path, labels: Frozen, mark: dict[str, Any]) -> None:
    """Replace both tables.

    Raises
    ------
    OSError
        If they cannot be written.
    """
    table = labels.bouts.copy(deep=False)
    table.attrs = {
        "journal": mark,
        "open": [bout.to_json() for bout in labels.open],
        "corrections": [one.to_json() for one in labels.corrections],
        "ethogram_now": [one.to_json() for one in labels.ethogram or ()],
    }
    assessed = LabelSet(assessed=labels.assessed).assessed_table()
    assessed.attrs = {"journal": mark}
    for name, rows in ((ASSESSED_TABLE, assessed), (TABLE, table)):
        _replace(folder / name, rows)


def read_tables(folder: Path) -> tuple[Frozen, dict[str, Any]] | None:
    """Labels as the tables hold them, with the mark of their journal; None if there are none.

    Tables of an earlier release carry no mark: theirs is of 0 bytes.
    """
    if not (folder / TABLE).exists():
        return None
    try:
        table = pd.read_parquet(folder / TABLE)
        notes = table.attrs
        mark = notes.get("journal", {"bytes": 0, "hash": ""})
        ethogram = tuple(behaviour_from(entry) for entry in notes.get("ethogram_now", ()))
        labels = Frozen(
            _as_made(table),
            tuple(bout_from(row) for row in notes.get("open", ())),
            _assessed(folder, mark) if mark["bytes"] else (),
            tuple(correction_from(row) for row in notes.get("corrections", ())),
            ethogram or None,
        )
    except (OSError, ValueError, KeyError, TypeError):  # not whole
        return None
    return labels, mark


def _as_made(table: pd.DataFrame) -> pd.DataFrame:
    """The bout table as it was before it was written: absent text is None."""
    made = conform(table, BOUTS | dict.fromkeys(LABEL_COLUMNS, "str"))
    for name in made.select_dtypes(exclude=["number", "bool"]):
        column = made[name].astype("object")
        made[name] = column.where(column.notna(), None)
    made.attrs = {"problems": [], "ethogram": [], "fps": None}
    return made


def journal_bytes_of_table(folder: Path) -> int:
    """Bytes of the journal that ``bouts.parquet`` was made of, read from its end alone; 0: none."""
    from pyarrow import parquet

    try:
        notes = parquet.read_schema(folder / TABLE).metadata or {}
        return int(json.loads(notes[b"PANDAS_ATTRS"])["journal"]["bytes"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def _assessed(folder: Path, mark: dict[str, Any]) -> tuple[Assessed, ...]:
    table = pd.read_parquet(folder / ASSESSED_TABLE)
    if table.attrs["journal"] != mark:
        raise ValueError("the two tables are of different moments")
    rows: Iterable[dict[str, Any]] = table.to_dict("records")
    return tuple(assessed_from(row) for row in rows)


def _replace(path: Path, table: pd.DataFrame) -> None:
    replace_file(path, lambda beside: table.to_parquet(beside, compression="zstd", index=False))
