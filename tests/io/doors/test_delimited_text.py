"""Tables of numbers in blocks: the same numbers however they are cut."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from napari_mousegpt.io.doors import delimited_text


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "table.csv"


@pytest.mark.parametrize("block_cells", [1, 7, 1_000_000])
def test_blocks_join_to_the_table(
    path: Path, monkeypatch: pytest.MonkeyPatch, block_cells: int
) -> None:
    monkeypatch.setattr(delimited_text, "_BLOCK_CELLS", block_cells)
    table = np.arange(30.0).reshape(10, 3)
    path.write_text("a,b,c\n" + "\n".join(",".join(map(str, row)) for row in table))
    blocks = list(delimited_text.blocks(path, skip_rows=1, n_columns=3))
    np.testing.assert_array_equal(np.concatenate([block.numbers for block in blocks]), table)
    assert len(blocks) == (10 if block_cells == 1 else 5 if block_cells == 7 else 1)


def test_labels_of_several_columns(path: Path) -> None:
    path.write_bytes("day,ä.png,1,2\nday,,3,\n".encode())
    (block,) = delimited_text.blocks(path, skip_rows=0, n_columns=4, n_label_columns=2)
    assert block.labels == ["day/ä.png", "day/"]
    np.testing.assert_array_equal(block.numbers, [[1, 2], [3, np.nan]])


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        ("\ufeffa,b\n", [["a", "b"]]),
        ('"a,b",c\n', [["a,b", "c"]]),
        ("\n\na\n", [[""], [""], ["a"]]),
        ("", []),
    ],
    ids=["plain", "byte order mark", "quotes", "blank lines", "empty"],
)
def test_first_rows(path: Path, text: str, rows: list[list[str]]) -> None:
    path.write_text(text, "utf-8")
    assert delimited_text.first_rows(path, 5) == rows


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("1,2\n3,x\n", "expected a table of numbers"),
        ("1,2,3\n", "rows of 2 cells, found 3"),
        ("", "header only"),
        ("1,2\n" + "1" * 200 + ",2\n", "found a longer one"),
        ("1,2\n\n" + '"' * 199 + "\n", "found a longer one"),
    ],
    ids=["a word", "too wide", "empty", "long line", "long quotes"],
)
def test_refused(path: Path, monkeypatch: pytest.MonkeyPatch, text: str, match: str) -> None:
    monkeypatch.setattr(delimited_text, "LINE_LIMIT_BYTES", 150)
    path.write_text(text)
    with pytest.raises(ValueError, match=match) as error:
        list(delimited_text.blocks(path, skip_rows=0, n_columns=2))
    assert str(error.value).startswith("table.csv: ")


def test_a_file_beyond_the_limit(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited_text, "FILE_LIMIT_BYTES", 3)
    path.write_text("1,2\n3,4\n")
    with pytest.raises(ValueError, match="at most 3 bytes, found 8"):
        list(delimited_text.blocks(path, skip_rows=0, n_columns=2))
