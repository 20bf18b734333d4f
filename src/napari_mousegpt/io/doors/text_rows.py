"""Text files of unknown encoding and separator, read as rows of cells. Knows no label format.

For tables of events, which are small; long tables of numbers are read elsewhere.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Sequence
from pathlib import Path

from napari_mousegpt.io.doors.xlsx_rows import is_xlsx, xlsx_rows

TEXT_LIMIT_BYTES = 64 << 20
"""Size of one text file."""
LINE_LIMIT = 1 << 20
"""Characters of one line."""
HEAD_BYTES = 1 << 18
"""How much of a file is looked at to recognise it."""
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), *((mark, "utf-16") for mark in _WIDE))


def read_text(path: Path, limit_bytes: int = TEXT_LIMIT_BYTES) -> str:
    """Read a text file: UTF-8, UTF-16 with its mark, or else Windows' cp1252.

    Raises
    ------
    ValueError
        If the file is larger than ``limit_bytes`` or is no text.
    OSError
        If it cannot be read.
    """
    with path.open("rb") as file:
        content = file.read(limit_bytes + 1)
    if len(content) > limit_bytes:
        raise ValueError(
            f"{path.name}: expected a text file of at most {limit_bytes} bytes, found a larger "
            "one. Cut it into parts."
        )
    return _decoded(content, path.name)


def head_of(path: Path) -> str:
    """Read the beginning of a text file, whole lines where there is more than one."""
    with path.open("rb") as file:
        content = file.read(HEAD_BYTES)
    if len(content) == HEAD_BYTES:
        content = content[: content.rfind(b"\n") + 1] or content
        content = content[: len(content) // 2 * 2] if content[:2] in _WIDE else content
    return _decoded(content, path.name)


def read_rows(path: Path, n_rows: int | None = None) -> list[list[str]]:
    """Read the cells of a csv, tsv or semicolon-separated file, or of the first sheet of an xlsx.

    Parameters
    ----------
    path
        Of the file; the separator is the one that occurs most in its first line.
    n_rows
        Read only as many, from the beginning of the file.

    Raises
    ------
    ValueError
        If the file is no such table, or a limit of this module is passed.
    OSError
        If it cannot be read.
    """
    if is_xlsx(path):
        return xlsx_rows(path, n_rows)
    text = read_text(path) if n_rows is None else head_of(path)
    _refuse_long_lines(text, path.name)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text))
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(row)
            if n_rows is not None and len(rows) == n_rows:
                break
    except csv.Error as error:
        raise ValueError(f"{path.name}: expected a table, found {error}") from None
    return rows


def separator_of(text: str) -> str:
    """Of comma, semicolon and tab the one that occurs most in the first line, quotes aside."""
    first = next((line for line in text.split("\n", 20)[:20] if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", first)
    return max(",;\t", key=bare.count)


def number(text: str) -> float:
    """Read a number, with point or comma; NaN if it is none."""
    text = text.strip()
    if "_" in text:
        return math.nan
    if "," in text and "." not in text:
        text = text.replace(",", ".")
    try:
        return float(text)
    except ValueError:
        return math.nan


def named_rows(rows: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    """Cells by the names of their columns, which stand in the first row.

    Of columns with equal names the first counts; a missing cell is ""; empty rows are left out.
    """
    if not rows:
        return []
    positions: dict[str, int] = {}
    for position, name in enumerate(rows[0]):
        positions.setdefault(name.strip(), position)
    width = len(rows[0])
    named = []
    for row in rows[1:]:
        if any(row):
            cells = row if len(row) >= width else [*row, *[""] * (width - len(row))]
            named.append({name: cells[position] for name, position in positions.items()})
    return named


def _decoded(content: bytes, name: str) -> str:
    encodings = [encoding for mark, encoding in _MARKS if content.startswith(mark)]
    for encoding in encodings or ["utf-8", "cp1252"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ValueError(f"{name}: expected text, found something else")


def _refuse_long_lines(text: str, name: str) -> None:
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end - start > LINE_LIMIT:
            raise ValueError(
                f"{name}: expected lines of at most {LINE_LIMIT} characters, found a longer one"
            )
        start = end + 1
