"""What a captioner says about one window, on five levels. Knows no model."""

from __future__ import annotations

from dataclasses import dataclass

LEVELS = ("overall", "head", "limb", "torso")
"""The levels that hold text; ``keywords``, a list, is the fifth."""

BEHAVIOURS = (
    "still",
    "walking",
    "running",
    "turning left",
    "turning right",
    "rearing",
    "face grooming",
    "body grooming",
    "scratching",
    "sniffing",
    "stretch attend",
    "digging",
)
"""What ``keywords[0]`` of the built-in captioners can be. New ones are added, none renamed."""


@dataclass(frozen=True, slots=True)
class Description:
    """A captioner's answer; a level that is absent is None."""

    overall: str | None
    head: str | None = None
    limb: str | None = None
    torso: str | None = None
    keywords: tuple[str, ...] = ()
