"""Ethograms as csv, and out of BORIS projects. Knows no bouts."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from napari_mousegpt.datamodel.ethogram import (
    Behaviour,
    Ethogram,
    checked,
    colour_of,
    free_colour,
    free_key,
)
from napari_mousegpt.io.doors.safe_json import entries, read_json, text
from napari_mousegpt.io.durable import replace_file
from napari_mousegpt.io.label_formats import boris_project

COLUMNS = ("name", "key", "colour", "meaning", "kind", "group")
_MAX_BYTES = 4 << 20
_OTHER_NAMES = {
    "behavior": "name",
    "behaviour": "name",
    "code": "name",
    "color": "colour",
    "description": "meaning",
    "definition": "meaning",
    "type": "kind",
    "behavior type": "kind",
    "category": "group",
}
# The names of colours that BORIS offers, which are matplotlib's.
_TAB = {
    "tab:blue": "#1f77b4",
    "tab:orange": "#ff7f0e",
    "tab:green": "#2ca02c",
    "tab:red": "#d62728",
    "tab:purple": "#9467bd",
    "tab:brown": "#8c564b",
    "tab:pink": "#e377c2",
    "tab:gray": "#7f7f7f",
    "tab:olive": "#bcbd22",
    "tab:cyan": "#17becf",
}


def read_ethogram(path: str | Path) -> Ethogram:
    """Read an ethogram from a csv file or a BORIS project.

    A csv has a column ``name`` (or ``behavior``, ``code``) and any of ``key, colour, meaning,
    kind, group``; what is missing, or taken by another behaviour, is chosen. From BORIS come name,
    key, colour, description and type; behaviours that all exclude each other there become a group.

    Raises
    ------
    ValueError
        If it is neither, or cannot be used.
    """
    path = Path(path)
    if boris_project.matches(path):
        rows: Iterable[Mapping[str, Any]] = _boris_rows(path)
    else:
        rows = _csv_rows(path)
    found = completed(rows)
    if not found:
        raise ValueError(f"{path.name}: expected at least one behaviour, found none")
    return checked(found)


def write_ethogram(path: str | Path, ethogram: Iterable[Behaviour]) -> None:
    """Write an ethogram as csv, which `read_ethogram` reads back equal but for example frames."""

    def write(beside: Path) -> None:
        with beside.open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file)
            table.writerow(COLUMNS)
            table.writerows([getattr(one, name) for name in COLUMNS] for one in ethogram)

    replace_file(Path(path), write)


def completed(rows: Iterable[Mapping[str, Any]]) -> Ethogram:
    """Behaviours of rows with a ``name`` each; free keys and colours where there are none.

    A name that comes again is passed over; a key that is taken, or no single character, is
    replaced by a free one.
    """
    wanted = {str(entry["name"]).strip(): entry for entry in reversed(list(rows))}
    found: list[Behaviour] = []
    kept_keys: set[str] = set()
    for name, entry in reversed(wanted.items()):
        key = str(entry.get("key") or "").strip()
        key = key if len(key) == 1 and key not in kept_keys else ""
        kept_keys.add(key)
        is_point = str(entry.get("kind") or "state").lower().startswith("point")
        behaviour = Behaviour(
            name,
            key,
            _colour(str(entry.get("colour") or "")),
            str(entry.get("meaning") or ""),
            "point" if is_point else "state",
            str(entry.get("group") or ""),
        )
        if name:
            found.append(behaviour)
    for place, behaviour in enumerate(found):
        others = found[:place] + found[place + 1 :]
        if not behaviour.colour:
            behaviour = behaviour.replace(colour=free_colour(others, behaviour.name))
        if not behaviour.key:
            behaviour = behaviour.replace(key=free_key(others, behaviour.name))
        found[place] = behaviour
    return tuple(found)


def with_behaviours_of(ethogram: Ethogram, names: Iterable[str]) -> Ethogram:
    """An ethogram with the behaviours that bouts have and it lacks, in their steady colours."""
    known = {behaviour.name for behaviour in ethogram}
    added = [name for name in dict.fromkeys(names) if name and name not in known]
    for name in added:
        key = free_key(ethogram, name)
        ethogram = (*ethogram, Behaviour(name, key, colour_of(name, ethogram)))
    return ethogram


def _csv_rows(path: Path) -> list[dict[str, str]]:
    if path.stat().st_size > _MAX_BYTES:
        raise ValueError(f"{path.name} is too large for an ethogram ({path.stat().st_size} bytes)")
    try:
        content = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        content = path.read_text(encoding="latin-1")
    separator = max(",;\t", key=content.partition("\n")[0].count)
    rows = csv.DictReader(io.StringIO(content, newline=""), delimiter=separator)
    names = {name: _plain(name) for name in rows.fieldnames or ()}
    if "name" not in names.values():
        raise ValueError(
            f"{path.name}: expected a csv with a column 'name', or a BORIS project, found the "
            f"columns {list(names)[:8]}"
        )
    return [
        {names[name]: value or "" for name, value in row.items() if name in names} for row in rows
    ]


def _boris_rows(path: Path) -> list[dict[str, str]]:
    """Entries of a project's ethogram."""
    project = entries(read_json(path))
    listed = [entries(one) for one in entries(project.get("behaviors_conf")).values()]
    excluded = {
        text(one.get("code")): {word.strip() for word in text(one.get("excluded")).split(",")}
        for one in listed
    }
    groups = _exclusive(excluded)
    return [
        {
            "name": text(one.get("code")),
            "key": text(one.get("key")),
            "colour": text(one.get("color")),
            "meaning": text(one.get("description")),
            "kind": text(one.get("type")),
            "group": groups.get(text(one.get("code")), ""),
        }
        for one in listed
    ]


def _exclusive(excluded: Mapping[str, set[str]]) -> dict[str, str]:
    """Group of each behaviour that is in one: its members all exclude each other."""
    groups: dict[str, str] = {}
    for name in excluded:
        if name in groups:
            continue
        members = [name]
        for other in excluded:
            if other not in groups and all(
                other != one and (other in excluded[one] or one in excluded[other])
                for one in members
            ):
                members.append(other)
        if len(members) > 1:
            groups |= dict.fromkeys(members, f"not with {name}")
    return groups


def _plain(column: str) -> str:
    word = column.strip().lower()
    return _OTHER_NAMES.get(word, word)


def _colour(word: str) -> str:
    colour = _TAB.get(word.strip().lower(), word.strip())
    return colour if re.fullmatch("#[0-9a-fA-F]{6}", colour) else ""
