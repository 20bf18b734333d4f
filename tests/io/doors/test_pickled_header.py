"""Pickled header attributes: names come out, nothing else is carried out."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

from napari_mousegpt.io.doors import pickled_header


class Planted:
    """Pickles as a call that makes a file."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.marker,)


class Persistent(pickle.Pickler):
    def persistent_id(self, obj: object) -> str | None:
        return "elsewhere" if obj == "secret" else None


@pytest.mark.parametrize(
    "value",
    [
        [],
        ["nose", "tail"],
        [(1, [("net", "nose", "x"), ("net", "nose", "y")])],
        {1: {"names": ["scorer", "bodyparts"], "type": "MultiIndex"}, "index": {}},
        ["schw\u00e4nzchen", "\u9f20", 'quote " and \\ and \n line'],
        (),
        [0, -5, 10**12],
    ],
    ids=["empty", "names", "columns", "info", "not ascii", "tuple", "integers"],
)
def test_round_trip(value: object) -> None:
    assert pickled_header.loads(pickle.dumps(value, 0)) == value


def test_long_integers_of_python_2() -> None:
    assert pickled_header.loads(b"(lp0\n(L1L\nVindex\np1\ntp2\na.") == [(1, "index")]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_planted_call_is_not_made(tmp_path: Path, protocol: int) -> None:
    marker = tmp_path / "marker"
    data = pickle.dumps([("net", "nose", "x"), Planted(marker)], protocol)
    with pytest.raises(ValueError, match=r"could run code|damaged"):
        pickled_header.loads(data)
    assert not marker.exists()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b".",
        b"(.",
        b"(lp0\n",
        b"a.",
        b"g7\n.",
        b"(dp0\nVa\nVb\nVc\nss.",
        b"(lp0\nVx\nVy\ns.",
        b"((l(ldp0\n.",
        b"(VaVb\n",
        b"\xff\x00garbage",
        b"I" + b"9" * 5000 + b"\n.",
    ],
)
def test_damaged_bytes(data: bytes) -> None:
    with pytest.raises(ValueError, match="damaged"):
        pickled_header.loads(data)


@pytest.mark.parametrize(
    ("data", "instruction"),
    [
        (b"cos\nsystem\n(S'true'\ntR.", "GLOBAL"),
        (b"Pelsewhere\n.", "PERSID"),
        (b"(ios\nsystem\n.", "INST"),
        (pickle.dumps(b"bytes", 3), "PROTO"),
        (b"F1.5\n.", "FLOAT"),
        (b"N.", "NONE"),
    ],
)
def test_any_other_instruction_is_named(data: bytes, instruction: str) -> None:
    with pytest.raises(ValueError, match=instruction):
        pickled_header.loads(data)


def test_size_limit() -> None:
    data = pickle.dumps(["x" * pickled_header.SIZE_LIMIT], 0)
    with pytest.raises(ValueError, match="at most"):
        pickled_header.loads(data)


def test_a_huge_memo_number_takes_no_memory() -> None:
    assert pickled_header.loads(b"(lp99999999999999\n.") == []


def test_keys_nested_too_deeply_to_hash() -> None:
    depth = 100_000
    with pytest.raises(ValueError, match="damaged"):
        pickled_header.loads(b"(d" + b"(" * depth + b"t" * depth + b"I1\ns.")
