"""Bouts as csv: exact, or safe for spreadsheets, which run cells that begin like a formula."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pandas as pd

from napari_mousegpt.io.durable import replace_file

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def write(bouts: pd.DataFrame, path: Path, *, spreadsheet_safe: bool = False) -> list[str]:
    """Write one row for each bout, every column, frames as they are.

    Parameters
    ----------
    bouts
        Bout table.
    path
        Of the csv file.
    spreadsheet_safe
        Put an apostrophe before text that a spreadsheet would take for a formula, and a mark of
        UTF-8 before the file. Such a file is for looking at: text with an apostrophe is read
        back with it. Numbers stay numbers.

    Returns
    -------
    list of str
        Empty: a csv file holds everything.

    Raises
    ------
    ValueError
        If text holds the character NUL, which no csv reader takes.
    OSError
        If the file cannot be written.
    """
    rows = [[_cell(value) for value in row] for row in bouts.itertuples(index=False)]
    if any("\0" in cell for row in rows for cell in row if isinstance(cell, str)):
        raise ValueError("expected text without the character NUL, found some. Remove it.")
    header = [str(name) for name in bouts]
    if spreadsheet_safe:
        header = [_harmless(name) for name in header]
        rows = [[_harmless(cell) for cell in row] for row in rows]
    encoding = "utf-8-sig" if spreadsheet_safe else "utf-8"

    def fill(beside: Path) -> None:
        with beside.open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows([header, *rows])

    replace_file(path, fill)
    return []


def _cell(value: Any) -> Any:
    """Text or number as it is; "" for what is absent."""
    if isinstance(value, list | tuple | dict):
        return str(value)
    return "" if pd.isna(value) else value


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
