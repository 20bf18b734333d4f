"""Facts that descriptions state, against facts that are true. Knows no text and no file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.analysis.agreement.coefficients import ratio
from napari_mousegpt.analysis.agreement.measures import draws_of_units, interval
from napari_mousegpt.analysis.wording.fact_reader import same_value
from napari_mousegpt.datamodel.facts import VOCABULARY

ALL = "all"
ABOUT = {
    "behaviour": "action", "speed": "action", "turn": "direction", "posture": "posture",
    "head": "body part", "paws": "body part", "place": "place", "company": "place",
}  # fmt: skip
MEASURES = ("precision", "recall", "hallucination", "abstention")
_COUNTS = ("windows", "stated", "right", "wanted", "found", "false", "silent")


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of one fact in one window.

    Attributes
    ----------
    must
        Values that a full description names; may be empty.
    may
        Values that are true as well, if for a short time only.
    asked
        Values that whoever knows the truth looked for; others count for nothing. All if None.
    """

    must: frozenset[str]
    may: frozenset[str] = frozenset()
    asked: frozenset[str] | None = None


def score_facts(
    said: Sequence[Mapping[str, frozenset[str]]],
    truth: Sequence[Mapping[str, Truth]],
    *,
    units: Sequence[object] | None = None,
    n_draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Score what is said of windows, fact by fact and all together.

    Parameters
    ----------
    said
        For each window the values stated of each fact; a fact that is absent was not stated.
    truth
        For each window what is true; a fact that is absent is not known and not scored.
    units
        What the intervals draw again, such as the animal of each window; no intervals if None or
        if there is only one.

    Returns
    -------
    pandas.DataFrame
        One row for each fact that is known somewhere, then ``all``: ``fact, about, windows``
        (in which it is known), ``stated`` (values that count), ``precision`` (of the values stated,
        share that is true), ``recall`` (of the values that must be named, share that is),
        ``hallucination`` (share of the windows in which something untrue is stated),
        ``abstention`` (share in which nothing is), each with ``_low`` and ``_high``.
    """
    facts = [name for name in VOCABULARY if any(name in known for known in truth)]
    codes = pd.factorize(pd.Series(list(units) if units is not None else [0] * len(said)))[0]
    n_units = int(codes.max()) + 1 if len(codes) else 0
    counts = np.zeros((max(n_units, 1), len(facts) + 1, len(_COUNTS)))
    for unit, stated, known in zip(codes, said, truth, strict=True):
        for place, name in enumerate(facts):
            if name in known:
                counts[unit, place] += _count(stated.get(name, frozenset()), known[name])
    counts[:, -1] = counts[:, :-1].sum(axis=1)
    total = _measures(counts.sum(axis=0))
    rows = {"fact": [*facts, ALL], "about": [*(ABOUT[name] for name in facts), ALL]}
    table = pd.DataFrame(rows).assign(
        windows=counts.sum(axis=0)[:, 0].astype(int), stated=counts.sum(axis=0)[:, 1].astype(int)
    )
    drawn = None
    if n_units > 1 and n_draws:
        times = draws_of_units(n_units, n_draws, seed)
        drawn = _measures(np.tensordot(times, counts, axes=1))
    for name in MEASURES:
        table[name] = total[name]
        bounds = np.full((2, len(table)), np.nan) if drawn is None else interval(drawn[name])
        table[f"{name}_low"], table[f"{name}_high"] = bounds
    return table


def _count(stated: frozenset[str], known: Truth) -> NDArray[np.float64]:
    """One window and fact, in the order of `_COUNTS`."""
    counted = [value for value in stated if known.asked is None or _among(value, known.asked)]
    true = known.must | known.may
    right = sum(_among(value, true) for value in counted)
    found = sum(_among(value, stated) for value in known.must)
    wrong = right < len(counted)
    return np.array([1, len(counted), right, len(known.must), found, wrong, not stated], float)


def _measures(counts: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    windows, stated, right, wanted, found, false, silent = np.moveaxis(counts, -1, 0)
    return {
        "precision": ratio(right, stated),
        "recall": ratio(found, wanted),
        "hallucination": ratio(false, windows),
        "abstention": ratio(silent, windows),
    }


def _among(value: str, values: frozenset[str]) -> bool:
    return any(same_value(value, one) for one in values)
