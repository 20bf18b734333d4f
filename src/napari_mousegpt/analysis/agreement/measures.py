"""Measures of agreement of two annotators from their counts, and how sure they are.

Knows no bouts. Every measure is computed for many draws of units at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.analysis.agreement.coefficients import (
    cohen_kappa,
    f1_score,
    gwet_ac1,
    matthews,
    ratio,
)
from napari_mousegpt.analysis.agreement.events import event_kappa
from napari_mousegpt.analysis.agreement.segments import OVERLAPS
from napari_mousegpt.analysis.agreement.tallies import Tallies

Numbers = NDArray[np.float64]
BOTH, FIRST_ONLY, SECOND_ONLY, NEITHER = range(4)

OVERALL = {
    "kappa": "Cohen's kappa of frames, all behaviours and nothing",
    "accuracy": "share of frames with the same code",
    "gwet_ac1": "Gwet's AC1 of frames",
    "mcc": "Matthews' correlation of frames",
    "f1_macro": "mean F1 of frames over behaviours",
    "f1_macro_with_nothing": "the same, with nothing as one more",
    "event_f1": "bouts with a partner within the tolerance",
    "event_kappa": "the same beyond labels dealt by chance",
    "segment_f1_10": "F1 of bouts that overlap by 10 %",
    "segment_f1_25": "F1 of bouts that overlap by 25 %",
    "segment_f1_50": "F1 of bouts that overlap by 50 %",
    "edit_score": "likeness of the order of bouts, 0 to 100",
}
"""Measures over all behaviours, and what they are."""


def overall_measures(tallies: Tallies) -> dict[str, Numbers]:
    """Compute `OVERALL` from summed counts, shape (draws, ...) to (draws,)."""
    confusion, frames = tallies.confusion, tallies.frames
    f1 = _frame_f1(frames)
    segments = tallies.segments.sum(axis=-2)
    result = {
        "kappa": cohen_kappa(confusion),
        "accuracy": ratio(np.trace(confusion, axis1=-2, axis2=-1), confusion.sum(axis=(-2, -1))),
        "gwet_ac1": gwet_ac1(confusion),
        "mcc": matthews(confusion),
        "f1_macro": _mean(f1[..., :-1]),
        "f1_macro_with_nothing": _mean(f1),
        "event_f1": _f1(tallies.events.sum(axis=-2)),
        "event_kappa": event_kappa(*np.moveaxis(tallies.events, -1, 0)),
        "edit_score": ratio(tallies.edit[..., 0], tallies.edit[..., 1]),
    }
    for number, overlap in enumerate(OVERLAPS):
        result[f"segment_f1_{round(100 * overlap)}"] = _f1(segments[..., number, :])
    return {name: result[name] for name in OVERALL}


def behaviour_measures(tallies: Tallies) -> dict[str, Numbers]:
    """Measures of each behaviour, one against the rest, shape (draws, behaviours)."""
    frames = tallies.frames[..., :-1, :]
    both, first, second = (frames[..., kind] for kind in (BOTH, FIRST_ONLY, SECOND_ONLY))
    square = frames.reshape(*frames.shape[:-1], 2, 2)
    chance = _binary_chance(frames)
    near = ratio(tallies.near, frames.sum(axis=-1))
    result = {
        "kappa": cohen_kappa(square),
        "kappa_tolerant": ratio(near - chance, np.where(chance < 1, 1 - chance, 0)),
        "f1": _frame_f1(frames),
        "precision": ratio(both, both + second),
        "recall": ratio(both, both + first),
        "event_f1": _f1(tallies.events),
    }
    for number, overlap in enumerate(OVERLAPS):
        result[f"segment_f1_{round(100 * overlap)}"] = _f1(tallies.segments[..., number, :, :])
    return result


def draws_of_units(n_units: int, n_draws: int, seed: int) -> NDArray[np.int64]:
    """How often each unit is drawn in each bootstrap sample, shape (draws, units)."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(n_units, np.full(n_units, 1 / n_units), size=n_draws)


def interval(values: Numbers, *, level: float = 0.95) -> Numbers:
    """Percentiles of draws along the first axis, shape (2, ...); NaN with fewer than half known."""
    known = np.isfinite(values).mean(axis=0) >= 0.5
    filled = np.where(known, values, 0.0)
    bounds = np.nanquantile(filled, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return np.where(known, bounds, np.nan)


def _frame_f1(frames: Numbers) -> Numbers:
    both = frames[..., BOTH]
    return f1_score(both, both + frames[..., FIRST_ONLY], both + frames[..., SECOND_ONLY])


def _f1(hits_and_numbers: Numbers) -> Numbers:
    return f1_score(*np.moveaxis(hits_and_numbers, -1, 0))


def _binary_chance(frames: Numbers) -> Numbers:
    total = frames.sum(axis=-1)
    first = ratio(frames[..., BOTH] + frames[..., FIRST_ONLY], total)
    second = ratio(frames[..., BOTH] + frames[..., SECOND_ONLY], total)
    return first * second + (1 - first) * (1 - second)


def _mean(values: Numbers) -> Numbers:
    """Mean over the last axis of those that are known; NaN if none is."""
    return ratio(np.nansum(values, axis=-1), np.isfinite(values).sum(axis=-1))
