"""What came of a training so far, apart from its weights: measurements, and which was the best."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from napari_mousegpt.training.fact_accuracy import FactAccuracy

MEASURED = ("first", "last", "of_best", "before", "after")


@dataclass(slots=True)
class Course:
    """Steps and measurements.

    Attributes
    ----------
    first, last, of_best
        Of the base, now, and of the best step, on the windows that the step is chosen on.
    before, after
        Of the base, and of the best step, on the windows that are reported on.
    history
        One entry for each measurement.
    """

    step: int = 0
    best: float = -1.0
    best_step: int = 0
    history: list[dict[str, Any]] = field(default_factory=list)
    first: FactAccuracy | None = None
    last: FactAccuracy | None = None
    of_best: FactAccuracy | None = None
    before: FactAccuracy | None = None
    after: FactAccuracy | None = None

    def values(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)

    @classmethod
    def of_values(cls, values: Mapping[str, Any]) -> Course:
        """What `values` gave."""
        kept = {one.name: values[one.name] for one in fields(cls)}
        for name in MEASURED:
            kept[name] = FactAccuracy(**kept[name]) if kept[name] else None
        return cls(**kept)

    def remember(self, loss: float) -> bool:
        """Add the last measurement to the history; return whether it is the best."""
        assert self.last is not None
        self.history.append(
            {
                "step": self.step,
                "loss": _or_none(loss),
                "accuracy": _or_none(self.last.overall),
                "behaviour_accuracy": _or_none(self.last.behaviour),
                "invalid": self.last.invalid,
            }
        )
        score = self.last.overall if self.last.known else -(loss if loss == loss else 1e9)
        if score <= self.best and self.of_best is not None:
            return False
        self.best, self.best_step, self.of_best = score, self.step, self.last
        return True


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else value
