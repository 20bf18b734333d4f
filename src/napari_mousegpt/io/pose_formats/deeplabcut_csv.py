"""DeepLabCut tables as comma-separated text, those of Lightning Pose too. Knows no HDF5."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from numpy.typing import NDArray

from napari_mousegpt.io.doors import delimited_text

_HEADERS = (["scorer", "bodyparts", "coords"], ["scorer", "individuals", "bodyparts", "coords"])


@dataclass(frozen=True, slots=True)
class CsvHeader:
    """Where the numbers of a DeepLabCut csv begin, and what their columns are."""

    level_names: list[str]
    columns: list[tuple[str, ...]]
    n_label_columns: int
    """Columns before the numbers: the frame, or the image path in one to three pieces."""
    rows_are_named: bool
    """Rows begin with an image path, not with a frame number."""
    skip_rows: int


def read_header(path: Path) -> CsvHeader | None:
    """Return the header, or None if this is no DeepLabCut csv.

    Raises
    ------
    ValueError, OSError
        If the file is no text with lines of a sane length, or cannot be read.
    """
    rows = delimited_text.first_rows(path, 5)
    names = [row[0].strip().lower() for row in rows]
    header = next((known for known in _HEADERS if names[: len(known)] == known), None)
    if header is None:
        return None
    levels = rows[: len(header)]
    n_columns = max(len(level) for level in levels)
    levels = [level + [""] * (n_columns - len(level)) for level in levels]
    n_labels = 1
    while n_labels < min(n_columns, 4) and not any(level[n_labels].strip() for level in levels):
        n_labels += 1
    first = rows[len(header)] if len(rows) > len(header) else []
    has_index_name = bool(first) and not any(first[1:]) and not any(map(str.isdigit, first[0]))
    return CsvHeader(
        level_names=header,
        columns=[tuple(level[k] for level in levels) for k in range(n_labels, n_columns)],
        n_label_columns=n_labels,
        rows_are_named=n_labels > 1 or (bool(first) and not _is_number(first[0])),
        skip_rows=len(header) + has_index_name,
    )


def row_blocks(path: Path, header: CsvHeader) -> Iterator[tuple[list[str] | NDArray, NDArray]]:
    """Yield image names or frame numbers of some rows, and their numbers (rows, columns)."""
    n_columns = header.n_label_columns + len(header.columns)
    n_labels = header.n_label_columns if header.rows_are_named else 0
    for block in delimited_text.blocks(
        path, skip_rows=header.skip_rows, n_columns=n_columns, n_label_columns=n_labels
    ):
        if block.labels is not None:
            yield block.labels, block.numbers
        else:
            yield block.numbers[:, 0].copy(), block.numbers[:, 1:]  # a view keeps all of it


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
