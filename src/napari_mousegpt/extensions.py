"""Entry points to objects: pose formats, label formats, captioners. Knows no format itself."""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

GROUPS = ("pose_formats", "label_formats", "captioners")


@cache
def _found(group: str) -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=f"napari_mousegpt.{group}")}


def names(group: str) -> list[str]:
    """Names registered under ``group``, one of `GROUPS`, in the order of installation."""
    return list(_found(group))


def load(group: str, name: str) -> Any:
    """Import and return what is registered as ``name``.

    Raises
    ------
    ValueError
        If nothing is registered under that name; the message lists what is.
    """
    try:
        entry = _found(group)[name]
    except KeyError:
        known = ", ".join(sorted(_found(group)))
        kind = group.removesuffix("s").replace("_", " ")
        raise ValueError(f"no {kind} is called {name!r}; installed are: {known}") from None
    return entry.load()
