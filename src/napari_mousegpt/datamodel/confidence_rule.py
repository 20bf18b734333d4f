"""How a captioner's confidence is read: mended by what people said, and from where on believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

AS_SAID = "confidence_as_said"
"""Column with what the captioner itself gave, where ``confidence`` is mended."""


@dataclass(frozen=True, slots=True)
class ConfidenceRule:
    """What is known about the confidence of one run.

    Attributes
    ----------
    said, right
        Knots of the mending: who says ``said`` is right in a share ``right``; between the knots
        in a straight line. Empty where nothing was mended.
    method
        How the knots were found, in words.
    windows, groups
        How many windows, of how many recordings, they were found on.
    unsure_below
        A window below this, after mending, is unsure; None if none is.
    """

    said: tuple[float, ...] = ()
    right: tuple[float, ...] = ()
    method: str = ""
    windows: int = 0
    groups: int = 0
    unsure_below: float | None = None

    def mended(self, confidence: ArrayLike) -> NDArray[np.float64]:
        """Confidences as shares that are right; NaN stays."""
        values = np.asarray(confidence, np.float64)
        return np.interp(values, self.said, self.right) if self.said else values

    def to_json(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return asdict(self)


def rule_from(values: Mapping[str, Any]) -> ConfidenceRule:
    """Make a rule of what JSON holds.

    Raises
    ------
    ValueError
        If it is none: knots that differ in number, do not rise or are outside 0 to 1.
    """
    said, right = (tuple(map(float, values.get(name) or ())) for name in ("said", "right"))
    below = values.get("unsure_below")
    every = [*said, *right, *([] if below is None else [float(below)])]
    if len(said) != len(right) or list(said) != sorted(said) or not all(0 <= v <= 1 for v in every):
        raise ValueError(f"expected rising knots from 0 to 1, found {said!r:.60} and {right!r:.60}")
    return ConfidenceRule(
        said=said,
        right=right,
        method=str(values.get("method", "")),
        windows=int(values.get("windows", 0)),
        groups=int(values.get("groups", 0)),
        unsure_below=None if below is None else float(below),
    )


def with_confidence_rules(
    descriptions: pd.DataFrame, rules: Mapping[str, ConfidenceRule]
) -> pd.DataFrame:
    """Mend the confidences of a table of descriptions and mark what is unsure.

    Returns
    -------
    pandas.DataFrame
        With ``confidence`` mended, `AS_SAID`, and ``unsure`` (bool); doing it again changes
        nothing. The table itself if there are no rules. What a person corrected is not unsure.
    """
    if not rules and AS_SAID not in descriptions:
        return descriptions
    table = descriptions.copy(deep=False)
    said = table["confidence"].to_numpy(np.float64).copy()
    if AS_SAID in table:
        before = table[AS_SAID].to_numpy(np.float64)
        said = np.where(np.isnan(before), said, before)
    confidence, unsure = said.copy(), np.zeros(len(table), bool)
    run_ids = table["run_id"].to_numpy(object)
    for run_id, rule in rules.items():
        mine = run_ids == run_id
        confidence[mine] = rule.mended(said[mine])
        if rule.unsure_below is not None:
            unsure |= mine & (confidence < rule.unsure_below)
    if "corrected_by" in table:
        unsure &= table["corrected_by"].isna().to_numpy()
    return table.assign(confidence=confidence, unsure=unsure, **{AS_SAID: said})


def unsure_in(descriptions: pd.DataFrame) -> NDArray[np.bool_]:
    """Which rows are unsure; none where nothing says so."""
    if "unsure" not in descriptions:
        return np.zeros(len(descriptions), bool)
    return np.array([value is True or value == 1 for value in descriptions["unsure"]], bool)


def with_threshold(rule: ConfidenceRule | None, unsure_below: float | None) -> ConfidenceRule:
    """The same mending with another threshold."""
    return replace(rule or ConfidenceRule(), unsure_below=unsure_below)
