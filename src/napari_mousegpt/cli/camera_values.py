"""Values that belong to a camera, as ``cam1=VALUE``; without a name they are of cam0."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import typer

FIRST = "cam0"


def by_camera(
    values: Sequence[str] | None, option: str, read: Callable[[str], Any]
) -> dict[str, Any]:
    """Sort an option's values by camera; each camera once.

    Raises
    ------
    typer.BadParameter
        If a value cannot be read, or a camera is given twice.
    """
    sorted_values: dict[str, Any] = {}
    for camera, text in _named(values):
        if camera in sorted_values:
            raise typer.BadParameter(f"given twice for {camera}", param_hint=option)
        sorted_values[camera] = _read(text, option, read)
    return sorted_values


def lists_by_camera(values: Sequence[str] | None) -> dict[str, list[Path]]:
    """Sort files by camera; a camera may have several."""
    sorted_files: dict[str, list[Path]] = {}
    for camera, text in _named(values):
        sorted_files.setdefault(camera, []).append(Path(text))
    return sorted_files


def numbered_cameras(values: Sequence[str] | None, taken: Sequence[str]) -> dict[str, Path]:
    """Give each video the camera it names, or else the next number that is free."""
    named: dict[str, Path] = {}
    for camera, text in _named(values, default=""):
        if not camera:
            used = {*taken, *named}
            camera = next(name for n in range(1000) if (name := f"cam{n}") not in used)
        if camera in named or camera in taken:
            raise typer.BadParameter(f"{camera} is there already", param_hint="--add-video")
        named[camera] = Path(text)
    return named


def pairs(values: Sequence[str] | None, option: str) -> dict[str, str]:
    """Read ``old=new`` of each value; an empty new name leaves the old one out.

    Raises
    ------
    typer.BadParameter
        If there is no ``=``, nothing before it, or a name is given twice.
    """
    found: dict[str, str] = {}
    for value in values or ():
        old, equals, new = value.partition("=")
        if not equals or not old.strip():
            raise typer.BadParameter(f"expected OLD=NEW, found {value!r}", param_hint=option)
        if old.strip() in found:
            raise typer.BadParameter(f"{old.strip()!r} is given twice", param_hint=option)
        found[old.strip()] = new.strip()
    return found


def _named(values: Sequence[str] | None, default: str = FIRST) -> list[tuple[str, str]]:
    named = []
    for value in values or ():
        match = re.match(r"(cam\d+)=", value)
        if match and not Path(value).exists():  # a file may be called that
            named.append((match[1], value[match.end() :]))
        else:
            named.append((default, value))
    return named


def _read(text: str, option: str, read: Callable[[str], Any]) -> Any:
    try:
        return read(text)
    except ValueError:
        kind = "a whole number" if read is int else "a number"
        found = f"expected {kind}, found {text!r}"
        raise typer.BadParameter(found, param_hint=option) from None
