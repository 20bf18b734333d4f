"""Ethograms in files: csv there and back, BORIS projects, odd ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from napari_mousegpt.datamodel.ethogram import Behaviour, colour_of, problems_of
from napari_mousegpt.datamodel.ethogram_presets import PRESETS
from napari_mousegpt.io.ethogram_files import read_ethogram, with_behaviours_of, write_ethogram


@pytest.mark.parametrize("name", PRESETS)
def test_presets_can_be_used_and_go_through_csv(name: str, tmp_path: Path) -> None:
    preset = PRESETS[name]
    assert problems_of(preset) == []
    assert len({one.colour for one in preset}) == len(preset)
    assert all(one.key and one.meaning for one in preset)
    write_ethogram(tmp_path / "e.csv", preset)
    assert read_ethogram(tmp_path / "e.csv") == preset


def test_commas_quotes_and_lines_survive(tmp_path: Path) -> None:
    odd = (Behaviour('a "b", c', "ö", "#aabbcc", "one\ntwo, three", "point", "g"),)
    write_ethogram(tmp_path / "e.csv", odd)
    assert read_ethogram(tmp_path / "e.csv") == odd


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("name\nrearing\nstill", [("rearing", "r", "state"), ("still", "s", "state")]),
        ("Behavior;Type\njump;Point event\nrest;State event",
         [("jump", "j", "point"), ("rest", "r", "state")]),
        ("code\tkey\nsniff\tx\nscratch\tx", [("sniff", "x", "state"), ("scratch", "s", "state")]),
        ("name,key\nrear,r\nrear,q\nrun,ctrl", [("rear", "r", "state"), ("run", "u", "state")]),
    ],
    ids=["names only", "other words", "key taken", "twice"],
)  # fmt: skip
def test_csv_of_other_tools(
    tmp_path: Path, content: str, found: list[tuple[str, str, str]]
) -> None:
    path = tmp_path / "e.csv"
    path.write_text(content)
    assert [(one.name, one.key, one.kind) for one in read_ethogram(path)] == found


@pytest.mark.parametrize(
    ("content", "says"),
    [("a,b\n1,2\n", "a column 'name'"), ("name\n", "at least one behaviour"), ("", "a column")],
)
def test_no_ethogram(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "e.csv"
    path.write_text(content)
    with pytest.raises(ValueError, match=says):
        read_ethogram(path)


def test_boris_project_with_exclusions(tmp_path: Path) -> None:
    kinds = {"a": "State event", "b": "State event", "c": "State event", "d": "Point event"}
    excluded = {"a": "b,c", "b": "a,c", "c": "a,b", "d": ""}
    listed = {
        str(k): {"code": code, "key": code, "type": kind, "excluded": excluded[code],
                 "color": "tab:blue" if code == "a" else "", "description": f"is {code}"}
        for k, (code, kind) in enumerate(kinds.items())
    }  # fmt: skip
    path = tmp_path / "p.boris"
    path.write_text(json.dumps({"behaviors_conf": listed, "observations": {}}))
    found = read_ethogram(path)
    assert [one.group for one in found] == ["not with a"] * 3 + [""]
    assert found[0].colour == "#1f77b4"
    assert found[3].kind == "point"
    assert [one.meaning for one in found] == [f"is {code}" for code in "abcd"]


def test_a_real_boris_project(shared_data: Path) -> None:
    found = read_ethogram(shared_data / "annotations" / "boris" / "test.boris")
    assert len(found) > 1
    assert problems_of(found) == []


def test_behaviours_that_only_bouts_have() -> None:
    known = (Behaviour("still", "s"),)
    found = with_behaviours_of(known, ["still", "shaking", "shaking"])
    assert [(one.name, one.key) for one in found] == [("still", "s"), ("shaking", "h")]
    assert found[1].colour == colour_of("shaking", known)
