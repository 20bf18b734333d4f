"""What the doctor finds out about one thing. Knows no thing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; ``mend`` says what to do if it does not work."""

    name: str
    works: bool
    found: str
    mend: str = ""
    needed: bool = True
