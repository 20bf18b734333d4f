"""One name for one behaviour on both sides of a comparison. Knows names, not bouts in time."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd


def read_mapping(values: Iterable[str]) -> dict[str, str]:
    """Read ``a=b`` pairs, or files with one pair a line (csv) or a JSON object.

    Raises
    ------
    ValueError
        If a value is neither a pair nor a file of pairs.
    """
    mapping: dict[str, str] = {}
    for value in values:
        path = Path(value)
        if path.is_file():
            mapping |= _from_file(path)
            continue
        old, equals, new = value.partition("=")
        if not equals or not old.strip() or not new.strip():
            raise ValueError(f"expected OLD=NEW or a file of such pairs, found {value!r}")
        mapping[old.strip()] = new.strip()
    return mapping


def rename(bouts: pd.DataFrame, mapping: Mapping[str, str]) -> pd.DataFrame:
    """Call behaviours what the mapping says; others keep their name."""
    return bouts.assign(behaviour=[mapping.get(name, name) for name in bouts["behaviour"]])


def same_but_for_spelling(names: Iterable[str], wanted: Iterable[str]) -> dict[str, str]:
    """Names that differ from a wanted one in case, blanks, ``_`` or ``-`` only, to that one."""
    folded = {_folded(name): name for name in wanted}
    pairs = {name: folded.get(_folded(name), name) for name in names}
    return {name: other for name, other in pairs.items() if name != other}


def _folded(name: str) -> str:
    return " ".join(name.replace("_", " ").replace("-", " ").casefold().split())


def _from_file(path: Path) -> dict[str, str]:
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix.lower() == ".json":
        values = json.loads(text)
        if not isinstance(values, dict) or not all(isinstance(v, str) for v in values.values()):
            raise ValueError(f"{path.name}: expected a JSON object of names")
        return values
    rows = [[cell.strip() for cell in row] for row in csv.reader(text.splitlines()) if any(row)]
    if any(len(row) != 2 or not all(row) for row in rows):
        raise ValueError(f"{path.name}: expected two names a line, separated by a comma")
    return {row[0]: row[1] for row in rows}
