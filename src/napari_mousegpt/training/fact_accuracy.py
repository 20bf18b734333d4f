"""How many known facts a captioner's answers get right. Knows no weights.

A fact that is not said, or an answer that cannot be read, is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from napari_mousegpt.analysis.wording.fact_reader import first_facts, read_description
from napari_mousegpt.datamodel.description import BEHAVIOURS, Description, parse_description
from napari_mousegpt.datamodel.fact_phrases import facts_said
from napari_mousegpt.datamodel.facts import Facts


@dataclass(frozen=True, slots=True)
class FactAccuracy:
    """Right and known facts by name, and how many answers were no description."""

    right: dict[str, int]
    known: dict[str, int]
    windows: int
    invalid: int

    @property
    def overall(self) -> float:
        """Share of all known facts that were right; NaN without any."""
        total = sum(self.known.values())
        return sum(self.right.values()) / total if total else float("nan")

    @property
    def behaviour(self) -> float:
        """Share of windows with the right behaviour; NaN where none is known."""
        known = self.known.get("behaviour", 0)
        return self.right.get("behaviour", 0) / known if known else float("nan")

    def by_fact(self) -> dict[str, float]:
        """Share right of each fact."""
        return {name: self.right.get(name, 0) / count for name, count in self.known.items()}


def fact_accuracy(texts: Sequence[str | None], truths: Sequence[Facts]) -> FactAccuracy:
    """Compare answers with what is known of their windows."""
    right: dict[str, int] = {}
    known: dict[str, int] = {}
    invalid = 0
    for text, truth in zip(texts, truths, strict=True):
        try:
            said = dict(_said(parse_description(text or "")).known())
        except ValueError:
            said, invalid = {}, invalid + 1
        for name, value in truth.known():
            known[name] = known.get(name, 0) + 1
            right[name] = right.get(name, 0) + (said.get(name) == value)
    return FactAccuracy(right, known, len(texts), invalid)


def _said(description: Description) -> Facts:
    """In the phrasings that are taught, or else in words of the model's own."""
    own = facts_said(description)
    if own.behaviour in BEHAVIOURS and own.speed and own.turn and own.posture:
        return own
    return own.or_else(first_facts(read_description(asdict(description))))
