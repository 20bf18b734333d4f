"""Nothing is half written, and a torn line costs only itself."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from napari_mousegpt.io.durable import append_lines, read_lines, replace_file, write_json


def test_lines_come_back(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    append_lines(path, [{"a": 1}, ["ü\n", None]])
    append_lines(path, [])
    append_lines(path, [2.5])
    assert read_lines(path)[0] == [{"a": 1}, ["ü\n", None], 2.5]


@pytest.mark.parametrize("torn", ['{"b"', "3", "é" * 70_000, "\x00\x00"])
def test_a_torn_line_is_left_out_and_cut_off(tmp_path: Path, torn: str) -> None:
    path = tmp_path / "a.jsonl"
    append_lines(path, [1, 2])
    with path.open("a") as file:
        file.write(torn)
    assert read_lines(path)[0] == [1, 2]
    append_lines(path, [3])
    assert read_lines(path)[0] == [1, 2, 3]


def test_reading_goes_on_where_it_ended(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    append_lines(path, ["first"])
    _, end = read_lines(path)
    append_lines(path, ["second"])
    assert read_lines(path, end) == (["second"], path.stat().st_size)


def test_a_broken_whole_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('1\n{"a\n3\n')
    with pytest.raises(ValueError, match=r"a\.jsonl: line 2"):
        read_lines(path)


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_json(path, {"old": True})
    before = path.read_bytes()

    def fail(beside: Path) -> None:
        beside.write_text("half")
        raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space left"):
        replace_file(path, fail)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize(("synced", "is_written"), [(True, False), (False, True)])
def test_only_what_can_be_made_again_is_not_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, synced: bool, is_written: bool
) -> None:
    def refuse(_file: int) -> None:
        raise OSError("no sync here")

    monkeypatch.setattr("napari_mousegpt.io.durable.os.fsync", refuse)
    path = tmp_path / "kept"
    with contextlib.suppress(OSError):
        replace_file(path, lambda beside: beside.write_bytes(b"1"), synced=synced)
    assert path.exists() == is_written
    assert len(list(tmp_path.iterdir())) == is_written
