"""Something that can be done by key. Knows no key event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be done by key.

    Attributes
    ----------
    name
        Unique and lasting, such as ``playback.toggle``: a person's keys are stored under it.
    title, group
        What the list of keys says, such as ``play or pause`` under ``Playback``.
    run
        Called without arguments when the key is pressed.
    keys
        Keys it has unless a person changes them, as Qt writes them; the first is the one shown.
    mode
        Counts only in this mode of the map; in all if None.
    release
        Called when the key is let go.
    repeats
        Whether holding the key runs it again and again.
    """

    name: str
    title: str
    group: str
    run: Callable[[], object]
    keys: tuple[str, ...] = ()
    mode: str | None = None
    release: Callable[[], object] | None = None
    repeats: bool = False
