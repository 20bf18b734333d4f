"""The csv that says which animal belongs to which group. Knows no statistics."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from napari_mousegpt.datamodel.recording import SINGLE_INDIVIDUAL

COLUMNS = ("recording", "individual", "animal", "group", "cage", "litter", "epoch")
TIMES = ("start_s", "stop_s")
_SHOWN = 6


@dataclass(frozen=True, slots=True, eq=False)
class GroupTable:
    """Rows of a groups csv, one for each animal in each epoch of each recording.

    Attributes
    ----------
    rows
        Columns ``recording, individual`` (None where the file does not say), ``animal, group,
        block, epoch, start_s, stop_s`` (NaN: the whole recording), then the covariates.
    block_column
        What ``block`` was called, ``cage`` or ``litter``; None without.
    covariates
        Names of the other columns that hold numbers.
    """

    rows: pd.DataFrame
    block_column: str | None
    covariates: tuple[str, ...]


def read_groups(path: str | Path) -> GroupTable:
    """Read a csv with ``group`` and ``recording`` or ``animal``, and what else there is.

    ``cage`` or ``litter``: animals that are more alike. ``epoch, start_s, stop_s``: named parts of
    recordings, one row for each. Other columns of numbers can be covariates. Separators may be
    commas, semicolons or tabs; lines that begin with # are comments.

    Raises
    ------
    ValueError
        If a column or value is missing, or two rows say different things of the same animal.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such groups file")
    try:
        table = pd.read_csv(path, sep=None, engine="python", dtype=str, comment="#")
    except (
        csv.Error,
        pd.errors.ParserError,
        pd.errors.EmptyDataError,
        UnicodeDecodeError,
    ) as error:
        raise ValueError(f"{path.name} is not a csv table: {error}") from error
    table.columns = [str(name).strip().lower() for name in table.columns]
    table = table.apply(lambda column: column.str.strip())
    if "group" not in table or not {"recording", "animal"} & set(table):
        raise ValueError(
            f"{path.name}: expected a column group and a column recording or animal, "
            f"found {', '.join(table.columns)}"
        )
    problems = _problems(table)
    if problems:
        raise ValueError(f"{path.name}: {'; '.join(problems)}")
    block = next((name for name in ("cage", "litter") if name in table), None)
    rows = pd.DataFrame({name: table.get(name) for name in COLUMNS}, index=table.index)
    rows = rows.assign(block=table[block] if block else None, epoch=rows["epoch"].fillna("whole"))
    for name in TIMES:
        rows[name] = pd.to_numeric(table[name]) if name in table else float("nan")
    known = {*COLUMNS, *TIMES}
    numbers = {
        name: pd.to_numeric(table[name], errors="coerce") for name in table if name not in known
    }
    covariates = tuple(name for name, values in numbers.items() if values.notna().all())
    rows = rows.drop(columns=["cage", "litter"]).assign(
        **{name: numbers[name] for name in covariates}
    )
    return GroupTable(rows, block, covariates)


def match_groups(
    groups: GroupTable, animals: Sequence[tuple[str, str]], *, source: str = "the groups file"
) -> pd.DataFrame:
    """Find the rows of each animal of the recordings.

    Parameters
    ----------
    animals
        Recording and individual of every animal that is there.

    Returns
    -------
    pandas.DataFrame
        Rows of ``groups``, with ``recording``, ``individual`` and ``animal`` filled in. A row fits
        by its recording (name or path of the folder) and, where it has one, its individual;
        without a recording, by an animal called like a recording or an individual.

    Raises
    ------
    ValueError
        If an animal is missing on either side, or a row fits none; all of them in one message.
    """
    found, used = [], set()
    listed: list[dict[str, Any]] = groups.rows.to_dict("records")
    several = pd.Series([name for name, _ in animals]).duplicated(keep=False).tolist()
    for (recording, individual), shared in zip(animals, several, strict=True):
        fits = [
            place for place, row in enumerate(listed) if _fits(row, recording, individual, shared)
        ]
        used.update(fits)
        rows = groups.rows.iloc[fits].assign(recording=recording, individual=individual)
        alone = recording if not shared and individual == SINGLE_INDIVIDUAL else None
        name = alone or f"{recording}/{individual}"
        found.append(rows.assign(animal=rows["animal"].fillna(name)))
    without = [
        f"{recording}/{individual}" if shared else recording
        for (recording, individual), rows, shared in zip(animals, found, several, strict=True)
        if not len(rows)
    ]
    unused = groups.rows.drop(index=groups.rows.index[sorted(used)])
    problems = []
    if without:
        problems.append(f"no row for {_listed(without)}")
    if len(unused):
        names = unused["recording"].fillna(unused["animal"]).astype(str).unique().tolist()
        problems.append(f"no recording for the rows of {_listed(names)}")
    if problems:
        raise ValueError(
            f"{source} and the recordings do not fit: {'; '.join(problems)}. Every animal needs "
            "a row, and every row an animal; take out what is not to be compared."
        )
    return pd.concat(found, ignore_index=True)


def _problems(table: pd.DataFrame) -> list[str]:
    problems = []
    for name in ("group", "recording", "animal", "cage", "litter"):
        if name in table and table[name].isna().any():
            lines = (table.index[table[name].isna()] + 2).tolist()
            problems.append(f"no {name} in line {_listed([str(line) for line in lines])}")
    if ("start_s" in table) != ("stop_s" in table):
        problems.append("expected both start_s and stop_s, found one of them")
    problems += [
        f"expected seconds in {name}, found other text"
        for name in TIMES
        if name in table and pd.to_numeric(table[name], errors="coerce").isna().any()
    ]
    keys = [name for name in ("recording", "individual", "animal", "epoch") if name in table]
    twice = table[table.duplicated(keys)]
    if len(twice):
        problems.append(
            f"line {twice.index[0] + 2} repeats {' '.join(map(str, twice[keys].iloc[0]))}"
        )
    return problems


def _fits(row: dict[str, Any], recording: str, individual: str, shared: bool) -> bool:
    if isinstance(row["recording"], str):
        name = Path(row["recording"].rstrip("/")).name.removesuffix(".mousegpt")
        if name != recording:
            return False
        who = row["individual"] if isinstance(row["individual"], str) else None
        if who is None and shared:
            who = row["animal"]
        return who in (None, individual)
    return row["animal"] == individual or (row["animal"] == recording and not shared)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
