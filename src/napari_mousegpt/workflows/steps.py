"""How far a job over several recordings is, and what it came to. Knows no job."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, eq=False)
class Step(Generic[Result]):
    """One step of a job; only the last has a ``result``."""

    done: int
    total: int
    doing: str
    result: Result | None = None


def last_result(steps: Iterator[Step[Result]]) -> Result:
    """Run a job to its end and return what it came to."""
    result = None
    for step in steps:
        result = step.result
    if result is None:
        raise RuntimeError("the job ended without a result")
    return result
