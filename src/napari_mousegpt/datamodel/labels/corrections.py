"""Corrections of descriptions, one level at a time; the answer itself stays. Knows no file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from napari_mousegpt.datamodel.labels.bout import frame_from, text_from

LEVELS_TO_CORRECT = ("overall", "head", "limb", "torso", "keywords")


class Corrected(NamedTuple):
    """Which level of which description."""

    run_id: str
    video: str
    individual: str
    start: int
    stop: int
    level: str


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person says in place of a model, at one level of one description.

    Attributes
    ----------
    value
        The words; for the level ``keywords`` a tuple of them.
    """

    key: Corrected
    value: str | tuple[str, ...]
    annotator: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return {**self.key._asdict(), "value": self.value, "annotator": self.annotator}


def correction_from(row: Mapping[str, Any]) -> Correction:
    """Make a correction of a row of JSON."""
    run_id, video, individual = (str(row[name]) for name in Corrected._fields[:3])
    level, value = row["level"], row["value"]
    if level not in LEVELS_TO_CORRECT or isinstance(value, str) == (level == "keywords"):
        raise ValueError(f"expected words for one of {LEVELS_TO_CORRECT}, found {level!r:.80}")
    key = Corrected(
        run_id, video, individual, frame_from(row["start"]), frame_from(row["stop"]), level
    )
    words = value if isinstance(value, str) else tuple(map(str, value))
    return Correction(key, words, text_from(row.get("annotator")))


def with_corrections(descriptions: pd.DataFrame, corrections: Iterable[Correction]) -> pd.DataFrame:
    """Put corrections in place of what a model said.

    Parameters
    ----------
    descriptions
        Interval table of descriptions; corrections that it holds already are taken back first.

    Returns
    -------
    pandas.DataFrame
        With ``original`` (JSON of what the model said at the corrected levels) and
        ``corrected_by``, both None where nothing was corrected; the table itself, without these
        columns, if there never was a correction.
    """
    wanted: dict[tuple[Any, ...], list[Correction]] = {}
    for one in corrections:
        wanted.setdefault(tuple(one.key[:-1]), []).append(one)
    if not wanted and "original" not in descriptions:
        return descriptions
    table = descriptions.copy()
    for name in ("original", "corrected_by"):
        column = table[name] if name in table else [None] * len(table)
        table[name] = pd.Series(column, index=table.index, dtype="object")
    columns = {name: table[name].to_numpy(object).copy() for name in _CORRECTABLE}
    keys = zip(*(table[name] for name in Corrected._fields[:-1]), strict=True)
    for row, key in enumerate(keys):
        if columns["original"][row] is not None:
            _restore(columns, row)
        if key in wanted:
            _correct(columns, row, wanted[key])
    for name, values in columns.items():
        table[name] = pd.Series(values, index=table.index, dtype="object")
    return table


_CORRECTABLE = (*LEVELS_TO_CORRECT, "original", "corrected_by")


def _restore(columns: Mapping[str, Any], row: int) -> None:
    if isinstance(columns["original"][row], str):
        for level, value in json.loads(columns["original"][row]).items():
            columns[level][row] = value
    columns["original"][row] = columns["corrected_by"][row] = None


def _correct(columns: Mapping[str, Any], row: int, corrections: list[Correction]) -> None:
    before = {}
    for one in corrections:
        level = one.key.level
        said = columns[level][row]
        before[level] = said if said is None or isinstance(said, str) else list(said)
        columns[level][row] = list(one.value) if level == "keywords" else one.value
        columns["corrected_by"][row] = one.annotator or "somebody"
    columns["original"][row] = json.dumps(before, ensure_ascii=False)
