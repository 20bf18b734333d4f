"""Whether what ``recording.json`` says can be true, before anything is made of it.

A recording may come from somebody else: ids become parts of file names, numbers become sizes of
arrays, and text is shown. Knows the values, not the folder.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

LARGEST_FRAMES = 1 << 40
LARGEST_SIDE_PX = 1 << 20
FASTEST_FPS = 1e6
LONGEST_S = 1e10
NAME_LIMIT = 1000
"""Characters of one name."""
COUNT_LIMIT = 100_000
"""Entries of one list."""
_LISTS = {"individuals": str, "problems": str, "ethogram": dict, "runs": dict, "sources": dict}
_RUN_TEXTS = ("run_id", "tool", "version", "video")


def check_recording_values(values: Mapping[str, Any]) -> None:
    """Refuse values that no recording has.

    Raises
    ------
    ValueError
        With the entry, what was expected and what was found.
    """
    videos = _list(values, "videos", dict)
    if not videos:
        raise _unlike("videos", "one video or more", [])
    for place, entry in enumerate(videos):
        _check_video(f"videos[{place}]", entry)
    _refuse_twice("videos", [entry["id"] for entry in videos])
    lists = {name: _list(values, name, kind) for name, kind in _LISTS.items()}
    _refuse_twice("individuals", lists["individuals"])
    for place, run in enumerate(lists["runs"]):
        for name in _RUN_TEXTS:
            _text(f"runs[{place}].{name}", run.get(name, ""))
    for place, behaviour in enumerate(lists["ethogram"]):
        for name, value in behaviour.items():
            if name in ("name", "key", "colour", "kind"):
                _text(f"ethogram[{place}].{name}", value)
    for edge in _list(values, "skeleton", list):
        if len(edge) != 2 or not all(isinstance(name, str) for name in edge):
            raise _unlike("skeleton", "pairs of keypoint names", edge)
    roles = values.get("keypoint_roles") or {}
    if not isinstance(roles, dict) or not all(isinstance(name, str) for name in roles.values()):
        raise _unlike("keypoint_roles", "keypoint names by role", roles)
    size_mm = values.get("pixel_size_mm")
    if size_mm is not None:
        _number("pixel_size_mm", size_mm, above=0, most=1e6)
    version = values.get("format_version", 1)
    if not isinstance(version, int) or isinstance(version, bool):
        raise _unlike("format_version", "a whole number", version)


def _check_video(where: str, entry: Mapping[str, Any]) -> None:
    name = _text(f"{where}.id", entry.get("id"))
    if not name or name.strip(". ") != name or any(c in name for c in "/\\:\0\n\r\t"):
        raise _unlike(f"{where}.id", "a name that can be part of a file's", name)
    path = entry.get("path")
    if not isinstance(path, str) or not path or "\0" in path or len(path) > 32 * NAME_LIMIT:
        raise _unlike(f"{where}.path", "the path of a file", path)
    for key, most in (
        ("frames", LARGEST_FRAMES),
        ("width", LARGEST_SIDE_PX),
        ("height", LARGEST_SIDE_PX),
    ):
        _number(f"{where}.{key}", entry.get(key), above=0, most=most, whole=True)
    _number(f"{where}.fps", entry.get("fps"), above=0, most=FASTEST_FPS)
    _number(f"{where}.offset_s", entry.get("offset_s", 0.0), above=-LONGEST_S, most=LONGEST_S)
    for key in ("sha256", "view"):
        _text(f"{where}.{key}", entry.get(key, ""))


def _list(values: Mapping[str, Any], name: str, kind: type) -> list[Any]:
    found = values.get(name)
    if found is None and name != "videos":
        return []
    if not isinstance(found, list) or len(found) > COUNT_LIMIT:
        raise _unlike(name, f"a list of at most {COUNT_LIMIT}", found)
    for entry in found:
        if not isinstance(entry, kind):
            words = {"str": "text", "dict": "objects", "list": "lists"}[kind.__name__]
            raise _unlike(name, f"a list of {words}", entry)
        if isinstance(entry, str) and name != "problems":
            _text(name, entry)
    return found


def _number(where: str, value: Any, *, above: float, most: float, whole: bool = False) -> None:
    kinds = (int,) if whole else (int, float)
    usable = isinstance(value, kinds) and not isinstance(value, bool)
    if not usable or not math.isfinite(value) or not above < value <= most:
        kind = "whole number" if whole else "number"
        raise _unlike(where, f"a {kind} above {above:g}, up to {most:g}", value)


def _text(where: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) > NAME_LIMIT:
        raise _unlike(where, f"text of at most {NAME_LIMIT} characters", value)
    return value


def _refuse_twice(where: str, names: list[str]) -> None:
    name, count = max(Counter(names).items(), key=lambda item: item[1], default=("", 1))
    if count > 1:
        raise _unlike(where, "names that differ", f"{name} {count} times")


def _unlike(where: str, expected: str, found: Any) -> ValueError:
    shown = repr(found)
    shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
    return ValueError(f"{where}: expected {expected}, found {shown}")
