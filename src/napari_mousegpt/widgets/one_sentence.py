"""Exceptions in words for people. Knows no widget."""

from __future__ import annotations


def in_one_sentence(error: BaseException) -> str:
    """What an exception says; its kind too where it is not one that is meant for people."""
    text = str(error).strip() or "no reason given"
    meant_for_people = (ValueError, OSError, RuntimeError, MemoryError)
    return text if isinstance(error, meant_for_people) else f"{type(error).__name__}: {text}"
