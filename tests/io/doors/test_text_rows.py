"""Tables as rows of cells: separators, encodings, limits, and workbooks that mean harm."""

from __future__ import annotations

import math
import zipfile
from pathlib import Path

import pytest

from napari_mousegpt.io.doors import text_rows, xlsx_rows
from napari_mousegpt.io.doors.text_rows import named_rows, number, read_rows

WORKBOOK = (
    '<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="a" r:id="rId7"/></sheets></workbook>'
)
RELATIONS = '<Relationships><Relationship Id="rId7" Target="{target}"/></Relationships>'
SHEET = (
    '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>1</v></c><c r="C1"><v>2.5</v></c></row>'
    '<row r="2"><c t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r><rPh><t>x</t></rPh></is></c>'
    "</row></sheetData></worksheet>"
)
SHARED = "<sst><si><t>first</t></si><si><t>second</t></si></sst>"


def workbook(folder: Path, **changes: str) -> Path:
    """An xlsx file; changes by the stem of the file inside, more by their whole name."""
    members = {
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS.format(target="worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": SHEET,
        "xl/sharedStrings.xml": SHARED,
    } | changes
    path = folder / "x.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        ("a;b\n1,5;2\n", [["a", "b"], ["1,5", "2"]]),
        ("a\tb\n1,5\t2;3\n", [["a", "b"], ["1,5", "2;3"]]),
        ('"a;b;c;d",b\n"x\ny",2\n', [["a;b;c;d", "b"], ["x\ny", "2"]]),
        ("", []),
    ],
)
def test_separators(tmp_path: Path, text: str, rows: list) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text)
    assert read_rows(path) == rows
    assert read_rows(path, 1) == rows[:1]


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.5", 1.5), (" 1,5 ", 1.5), ("-2e3", -2000.0), ("1,234.5", math.nan), ("1_0", math.nan)],
)
def test_numbers(text: str, value: float) -> None:
    assert number(text) == pytest.approx(value, nan_ok=True)


def test_rows_by_name() -> None:
    rows = [["a", " b ", "a"], ["1", "2", "3"], ["", "", ""], ["4"]]
    assert named_rows(rows) == [{"a": "1", "b": "2"}, {"a": "4", "b": ""}]
    assert named_rows([]) == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a,b\n\0\n", "expected text"),
        (b"\x81\x8d\n", "expected text"),
        (b"\xff\xfea", "expected text"),
        (b"a" * (text_rows.LINE_LIMIT + 1), "found a longer one"),
        (b'a,b\n"' + b"x\n" * 200_000, "field larger than field limit"),
    ],
    ids=["NUL", "no encoding", "half a character", "long line", "endless quote"],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message):
        read_rows(path)


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n" * 100)
    with pytest.raises(ValueError, match="at most 99 bytes"):
        text_rows.read_text(path, 99)


def test_workbooks(tmp_path: Path) -> None:
    assert read_rows(workbook(tmp_path)) == [["second", "", "2.5"], ["ab"]]
    assert read_rows(workbook(tmp_path), 1) == [["second", "", "2.5"]]
    moved = {"xl/_rels/workbook.xml.rels": RELATIONS.format(target="/xl/other.xml")}
    assert read_rows(workbook(tmp_path, **moved, **{"xl/other.xml": SHEET})) != []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"../evil.xml": "x"}, "leads outside"),
        ({"/etc/evil.xml": "x"}, "leads outside"),
        ({"xl\\..\\..\\evil.xml": "x"}, "leads outside"),
        ({"C:/evil.xml": "x"}, "leads outside"),
        ({f"xl/{k}": "" for k in range(1001)}, "at most 1000 files"),
        ({"xl/workbook.xml": "<!DOCTYPE a><workbook/>"}, "declares a document type"),
        ({"xl/workbook.xml": "<workbook/>"}, "a workbook with a sheet"),
        ({"xl/_rels/workbook.xml.rels": RELATIONS.format(target="../../x")}, "damaged"),
        ({"xl/sharedStrings.xml": "<sst/>"}, "number of a shared text, found '1'"),
        ({"xl/worksheets/sheet1.xml": SHEET.replace("C1", "ZZZ1")}, "cells in order"),
        ({"xl/worksheets/sheet1.xml": SHEET.replace("C1", "A1")}, "cells in order"),
    ],
)
def test_workbooks_that_mean_harm_are_refused(tmp_path: Path, changes: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        read_rows(workbook(tmp_path, **changes))
    assert str(error.value).startswith("x.xlsx: ")


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path, **{"xl/worksheets/sheet1.xml": SHEET + " " * 3_000_000})
    assert path.stat().st_size < 10_000
    monkeypatch.setattr(xlsx_rows, "MEMBER_LIMIT_BYTES", 1_000_000)
    with pytest.raises(ValueError, match="unpacks to"):
        read_rows(path)


def test_a_sheet_of_too_many_cells_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_rows, "CELLS_LIMIT", 3)
    with pytest.raises(ValueError, match="at most 3 cells"):
        read_rows(workbook(tmp_path))


def test_a_broken_zip_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(ValueError, match="expected an xlsx workbook"):
        read_rows(path)
