"""How each fact is said: patterns over plain text (see `clauses.plain`), from a table.

Knows no grammar. The patterns of a fact are tried in the order of the table; what one has read is
not read again by those of the same fact that follow. A value ``<side>`` is filled in by what the
pattern finds; one without a value reads words that look like the fact and are not it. Names in
angle brackets inside a pattern are those of the table's pieces.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

from napari_mousegpt.datamodel.description import BEHAVIOURS

Patterns = tuple[tuple[re.Pattern[str], str], ...]
TABLE = Path(__file__).with_name("fact_words.csv")
ON_LEVELS: dict[str, tuple[tuple[str, str], ...]] = {
    "overall": tuple(
        ("overall", fact)
        for fact in (
            "head", "paws", "turn", "speed", "posture", "behaviour", "place", "company"
        )
    ),
    "head": (("head", "head"), ("overall", "place"), ("overall", "company")),
    "limb": (("limb", "paws"), ("overall", "place")),
    "torso": (("overall", "posture"), ("overall", "place")),
}  # fmt: skip
"""Which patterns are tried on which level: in the levels about heads and paws these need not be
named. What the body does is read where the whole is described."""

KINDS: dict[str, frozenset[str]] = {
    "grooming": frozenset({"face grooming", "body grooming", "scratching"}),
    "locomotion": frozenset({"walking", "running"}),
    "turning": frozenset({"turning left", "turning right"}),
    "left turn": frozenset({"slight left", "sharp left"}),
    "right turn": frozenset({"slight right", "sharp right"}),
    "raised body": frozenset({"half raised", "upright"}),
}
"""Words for one of several values, without saying which."""


@cache
def patterns_of(level: str) -> dict[str, Patterns]:
    """Patterns of each fact that a level can state."""
    rows = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
    pieces = {f"<{row['value']}>": row["pattern"] for row in rows if row["level"] == "piece"}
    return {
        fact: tuple(
            (re.compile(_filled(row["pattern"], pieces)), row["value"])
            for row in rows
            if (row["level"], row["fact"]) == (where, fact)
        )
        for where, fact in ON_LEVELS[level]
    }


def _filled(pattern: str, pieces: dict[str, str]) -> str:
    for name, piece in pieces.items():
        if name in pattern:
            pattern = pattern.replace(name, _filled(piece, pieces))
    return pattern


KEYWORDS: dict[str, tuple[str, str]] = {
    **{name: ("behaviour", name) for name in BEHAVIOURS},
    "not moving": ("speed", "not moving"),
    "shifted as a whole": ("speed", ""),
    "slow": ("speed", "slow"),
    "moderate pace": ("speed", "slow"),
    "fast": ("speed", "fast"),
    "very fast": ("speed", "fast"),
    "left turn": ("turn", "left turn"),
    "right turn": ("turn", "right turn"),
    "straight": ("turn", "no turn"),
    "no turn": ("turn", "no turn"),
    "slight left": ("turn", "slight left"),
    "slight right": ("turn", "slight right"),
    "sharp left": ("turn", "sharp left"),
    "sharp right": ("turn", "sharp right"),
    "hunched": ("posture", "hunched"),
    "hunched or upright": ("posture", ""),
    "drawn in": ("posture", ""),
    "at normal length": ("posture", "normal posture"),
    "normal length": ("posture", "normal posture"),
    "normal posture": ("posture", "normal posture"),
    "stretched": ("posture", "stretched"),
    "half raised": ("posture", "half raised"),
    "upright": ("posture", "upright"),
    "alone": ("company", "alone"),
    "apart from others": ("company", "alone"),
    "close to another animal": ("company", "close"),
    "corner": ("place", "corner"),
    "wall": ("place", "wall"),
    "centre": ("place", "centre"),
    "center": ("place", "centre"),
}  # fmt: skip
"""Keywords that stand for one fact as they are; "" where the built-in words say no single value."""
