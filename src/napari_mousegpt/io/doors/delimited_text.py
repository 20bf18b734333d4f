"""Comma-separated numbers of any length, read in blocks of bounded size. Knows no pose format."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

LINE_LIMIT_BYTES = 10_000_000
"""Length of one line."""
COLUMNS_LIMIT = 10_000
"""Columns of one table."""
FILE_LIMIT_BYTES = 32 << 30
"""Size of one file."""
_BLOCK_CELLS = 2_000_000


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of a table."""

    labels: list[str] | None
    """The leading text columns of each row, joined by "/"; None if all columns are numbers."""
    numbers: NDArray[np.float64]
    """Shape (rows, number columns); an empty cell is NaN."""


def first_rows(path: Path, n_rows: int) -> list[list[str]]:
    """Read the cells of the first rows, fewer if the file is shorter.

    Raises
    ------
    ValueError
        If a line is longer than `LINE_LIMIT_BYTES`.
    OSError
        If the file cannot be read.
    """
    lines: list[str] = []
    with path.open("rb") as file:
        while len(lines) < n_rows and (line := file.readline(LINE_LIMIT_BYTES + 1)):
            if len(line) > LINE_LIMIT_BYTES:
                raise ValueError(_too_long(path))
            lines.append(line.decode("utf-8" if lines else "utf-8-sig", "replace"))
    try:
        return [row or [""] for row in csv.reader(lines)]
    except csv.Error as error:
        raise ValueError(f"{path.name}: expected comma-separated text ({error})") from None


def blocks(
    path: Path, *, skip_rows: int, n_columns: int, n_label_columns: int = 0
) -> Iterator[Block]:
    """Read a table block by block.

    Parameters
    ----------
    path
        Comma-separated text in UTF-8.
    skip_rows
        Header rows.
    n_columns
        Columns of the whole table, labels included.
    n_label_columns
        How many of the first columns are text.

    Raises
    ------
    ValueError
        If there is no row, a cell is not a number, a row has too many cells, most rows have too
        few, or a limit of this module is passed.
    """
    file_bytes = path.stat().st_size
    if n_columns > COLUMNS_LIMIT:
        raise ValueError(
            f"{path.name}: expected at most {COLUMNS_LIMIT} columns, found {n_columns}"
        )
    if file_bytes > FILE_LIMIT_BYTES:
        raise ValueError(
            f"{path.name}: expected at most {FILE_LIMIT_BYTES} bytes, found {file_bytes}"
        )
    widest = max(map(len, first_rows(path, skip_rows + 4)[skip_rows:]), default=0)
    if widest > n_columns:  # pandas notices only rows further down
        raise ValueError(f"{path.name}: expected rows of {n_columns} cells, found {widest}")
    labels = list(range(n_label_columns))
    n_cells = 0
    with path.open("rb") as file:
        try:
            for table in pd.read_csv(
                _GuardedLines(file, path),
                header=None,
                names=list(range(n_columns)),
                index_col=False,
                skiprows=skip_rows,
                dtype={k: (str if k in labels else np.float64) for k in range(n_columns)},
                chunksize=max(1, _BLOCK_CELLS // n_columns),
                encoding_errors="replace",
                engine="c",
            ):
                n_cells += table.size
                if n_cells > file_bytes:  # a whole row has at least a byte for each cell
                    raise ValueError(f"most rows have fewer than the {n_columns} cells expected")
                if len(table):
                    yield _block(table, n_label_columns)
        except pd.errors.EmptyDataError:
            pass
        except (ValueError, MemoryError) as error:
            raise ValueError(f"{path.name}: expected a table of numbers: {error}") from None
    if not n_cells:
        raise ValueError(f"{path.name}: expected at least one row of numbers, found a header only")


def _block(table: pd.DataFrame, n_label_columns: int) -> Block:
    numbers = table.iloc[:, n_label_columns:].to_numpy()
    if not n_label_columns:
        return Block(None, numbers)
    parts = [table.iloc[:, k].fillna("").tolist() for k in range(n_label_columns)]
    return Block(["/".join(row) for row in zip(*parts, strict=True)], numbers)


class _GuardedLines(io.BufferedIOBase):
    """The bytes of a file, until a line is too long to be one."""

    def __init__(self, file: io.BufferedReader, path: Path) -> None:
        super().__init__()
        self._file = file
        self._path = path
        self._open_line_bytes = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        data = self._file.read(size)
        first, last = data.find(b"\n"), data.rfind(b"\n")
        longest = self._open_line_bytes + (len(data) if first < 0 else first)
        self._open_line_bytes = longest if first < 0 else len(data) - last - 1
        if max(longest, self._open_line_bytes) > LINE_LIMIT_BYTES:
            raise ValueError(_too_long(self._path))
        return data


def _too_long(path: Path) -> str:
    return f"{path.name}: expected lines of at most {LINE_LIMIT_BYTES} bytes, found a longer one"
