"""Why a labelling session refuses something; a window asks, or tells."""

from __future__ import annotations


class ReadOnly(OSError):
    """The recording is open for looking only; the text says why."""


class WouldEmpty(RuntimeError):
    """The edit leaves no bout at all: ask, then apply it with ``confirmed=True``."""


class NotSaved(OSError):
    """The disk refuses the last actions: they are in memory only."""
