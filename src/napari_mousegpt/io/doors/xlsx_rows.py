"""The first sheet of an xlsx workbook as rows of text. Knows values only: no style, no formula.

A workbook is a zip of XML files. Both can be made to harm, so sizes are limited before anything
is unpacked, names that lead out of the archive are refused, and so are XML entities.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from napari_mousegpt.io.doors.safe_xml import parse_xml

MEMBER_LIMIT_BYTES = 64 << 20
"""Unpacked size of one file in the archive."""
MEMBERS_LIMIT = 1000
"""Files in the archive."""
COLUMNS_LIMIT = 16_384
"""Columns of a sheet, as in Excel."""
CELLS_LIMIT = 5_000_000
"""Cells of a sheet, empty ones between filled ones included."""

_DAMAGE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, KeyError)
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def is_xlsx(path: Path) -> bool:
    """Whether a file begins like a zip archive."""
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def xlsx_rows(path: Path, n_rows: int | None = None) -> list[list[str]]:
    """Read the first sheet, all rows or the first ``n_rows``; an empty cell is "".

    Raises
    ------
    ValueError
        If the file is no workbook, or a limit of this module is passed.
    OSError
        If it cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_odd_members(archive)
            shared = _shared_strings(archive)
            return _rows(_xml(archive, _first_sheet(archive)), shared, n_rows)
    except _DAMAGE as error:
        raise ValueError(
            f"{path.name}: expected an xlsx workbook, found something else or a damaged one "
            f"({error}). Save it as csv instead."
        ) from None
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from None


def _rows(sheet: ElementTree.Element, shared: list[str], n_rows: int | None) -> list[list[str]]:
    rows: list[list[str]] = []
    n_cells = 0
    for element in sheet.iter():
        if _tag(element) != "row":
            continue
        if n_rows is not None and len(rows) >= n_rows:
            break
        rows.append(_cells(element, shared))
        n_cells += len(rows[-1]) + 1
        if n_cells > CELLS_LIMIT:
            raise ValueError(f"expected at most {CELLS_LIMIT} cells, found more")
    return rows


def _refuse_odd_members(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    if len(members) > MEMBERS_LIMIT:
        raise ValueError(f"expected at most {MEMBERS_LIMIT} files inside, found {len(members)}")
    for member in members:
        where = PurePosixPath(member.filename.replace("\\", "/"))
        if where.is_absolute() or ".." in where.parts or ":" in member.filename:
            raise ValueError(f"a file inside is called {member.filename!r}, which leads outside")
        if member.file_size > MEMBER_LIMIT_BYTES:
            raise ValueError(f"{member.filename} inside unpacks to {member.file_size} bytes")


def _xml(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    with archive.open(name) as file:
        content = file.read(MEMBER_LIMIT_BYTES + 1)  # the size in the directory may be a lie
    if len(content) > MEMBER_LIMIT_BYTES:
        raise ValueError(f"{name} inside unpacks to more than {MEMBER_LIMIT_BYTES} bytes")
    return parse_xml(content, name)


def _first_sheet(archive: zipfile.ZipFile) -> str:
    sheets = [
        element for element in _xml(archive, "xl/workbook.xml").iter() if _tag(element) == "sheet"
    ]
    wanted = sheets[0].get(f"{_OFFICE}id") if sheets else None
    for relation in _xml(archive, "xl/_rels/workbook.xml.rels"):
        if wanted is not None and relation.get("Id") == wanted:
            target = relation.get("Target", "")
            return target[1:] if target.startswith("/") else f"xl/{target}"
    raise ValueError("expected a workbook with a sheet, found none")


def _shared_strings(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    return [_text(item) for item in _xml(archive, "xl/sharedStrings.xml")]


def _cells(row: ElementTree.Element, shared: list[str]) -> list[str]:
    cells: list[str] = []
    for cell in row:
        column = _column(cell.get("r", ""), len(cells))
        cells += [""] * (column - len(cells))
        cells.append(_value(cell, shared))
    return cells


def _column(reference: str, after: int) -> int:
    """Number of the column that a reference such as ``AB12`` names, counted from 0."""
    letters = re.match(r"[A-Z]{1,3}", reference)
    if letters is None:
        return after
    column = 0
    for letter in letters[0]:
        column = 26 * column + ord(letter) - ord("A") + 1
    if not after < column <= COLUMNS_LIMIT:
        raise ValueError(f"expected cells in order, found {reference!r}")
    return column - 1


def _value(cell: ElementTree.Element, shared: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        return "".join(_text(child) for child in cell if _tag(child) == "is")
    value = next((child.text or "" for child in cell if _tag(child) == "v"), "")
    if cell.get("t") != "s":
        return value
    if not (value.isdecimal() and len(value) < 10 and int(value) < len(shared)):
        raise ValueError(f"expected the number of a shared text, found {value!r}")
    return shared[int(value)]


def _text(element: ElementTree.Element) -> str:
    """Text of an element; phonetic hints, which repeat it, are left out."""
    return "".join(
        run.text or ""
        for part in element
        for run in ([part] if _tag(part) == "t" else part.iter())
        if _tag(run) == "t" and _tag(part) != "rPh"
    )


def _tag(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]
