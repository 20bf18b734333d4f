"""Which behaviour follows which, against orders made by chance. Knows no group and no picture.

The null keeps how many bouts of each behaviour there are and where time is unknown, and shuffles
their order. Without self transitions, orders in which a behaviour follows itself are left out of
the null as they are left out of the counts: shuffling freely would make every change of behaviour
look more frequent than by chance (Bakeman and Gottman 1997, "Observing Interaction").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.analysis.groups.false_discovery import false_discovery
from napari_mousegpt.analysis.profile.span_lookup import place_of
from napari_mousegpt.analysis.profile.subject import Subject

SWAPS_PER_BOUT = 10
"""Swaps tried between one sampled order and the observed one; about half are taken."""

Codes = NDArray[np.int16]
Mask = NDArray[np.bool_]


def transitions(
    subject: Subject,
    *,
    self_transitions: bool = False,
    n_orders: int = 999,
    seed: int = 0,
    behaviours: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Count transitions between states and compare them with shuffled orders.

    Parameters
    ----------
    self_transitions
        Count a behaviour that follows itself after a pause; if False, it goes on through the pause.
    n_orders
        Shuffled orders; 0 leaves the comparison out. The smallest p is ``1 / (n_orders + 1)``.
    behaviours
        Rows and columns of the matrix; those of which there is a bout if None.

    Returns
    -------
    pandas.DataFrame
        One row for each pair ``source, target``: ``count``; ``probability`` of the target given
        that the source is followed by something (NaN if it never is); ``expected``, the mean over
        shuffled orders; ``z``, the difference in their standard deviations; ``p``, two-sided;
        ``q``, after Benjamini-Hochberg over all pairs of this table that can vary. NaN where
        every order gives the same count.
    """
    names = list(behaviours) if behaviours is not None else sorted(set(subject.states["behaviour"]))
    codes, linked = _sequence(subject, names)
    if not self_transitions:
        codes, linked = _without_repeats(codes, linked)
    size = len(names)
    counts = _count(codes[None], linked, size)[0]
    table = _matrix_rows(subject, names, self_transitions)
    followed = counts.sum(axis=1, keepdims=True)
    probability = np.divide(counts, followed, out=np.full((size, size), np.nan), where=followed > 0)
    values: dict[str, NDArray] = {"count": counts, "probability": probability}
    if n_orders:
        rng = np.random.default_rng(seed)
        orders = (_shuffled if self_transitions else _swapped)(codes, linked, n_orders, rng)
        values |= _against(counts, _count(orders, linked, size))
    kept = table.pop("kept").to_numpy()
    return table.assign(**{name: matrix.ravel()[kept] for name, matrix in values.items()})


def _matrix_rows(subject: Subject, names: Sequence[str], self_transitions: bool) -> pd.DataFrame:
    size = len(names)
    source, target = np.divmod(np.arange(size * size), max(size, 1))
    kept = np.flatnonzero((source != target) | self_transitions)
    labels = np.array(names, object)
    keys: dict[str, Any] = {**subject.keys, "source": labels[source[kept]]}
    return pd.DataFrame({**keys, "target": labels[target[kept]], "kept": kept})


def _sequence(subject: Subject, names: Sequence[str]) -> tuple[Codes, Mask]:
    """Behaviours in order, and for each whether all time up to the next one is known."""
    states = subject.states[subject.states["behaviour"].isin(names)]
    place = place_of(subject.known, states["start"].to_numpy())
    codes = pd.Categorical(states["behaviour"], categories=list(names)).codes.astype(np.int16)
    return codes, np.append(place[1:] == place[:-1], False)[: len(codes)]


def _without_repeats(codes: Codes, linked: Mask) -> tuple[Codes, Mask]:
    repeats = np.append(False, (codes[1:] == codes[:-1]) & linked[:-1])[: len(codes)]
    # What a run of repeats is linked to is what its last bout is linked to.
    last = np.append(~repeats[1:], True)[: len(codes)]
    return codes[~repeats], linked[last]


def _count(orders: Codes, linked: Mask, size: int) -> NDArray[np.int64]:
    """Transitions in each order, shape (orders, size, size)."""
    pairs = orders[:, :-1].astype(np.int64) * size + orders[:, 1:]
    pairs = pairs[:, linked[:-1]]
    offset = np.arange(len(orders))[:, None] * size * size
    counts = np.bincount((pairs + offset).ravel(), minlength=len(orders) * size * size)
    return counts.reshape(len(orders), size, size)


def _shuffled(codes: Codes, linked: Mask, n_orders: int, rng: np.random.Generator) -> Codes:
    return rng.permuted(np.tile(codes, (n_orders, 1)), axis=1)


def _swapped(codes: Codes, linked: Mask, n_orders: int, rng: np.random.Generator) -> Codes:
    """Orders in which no behaviour follows itself, by swaps of two bouts that keep it so.

    Each order is a Markov chain of its own that starts at the observed one; swaps are symmetric, so
    that all orders that can be reached are equally likely.
    """
    n_bouts = len(codes)
    # One place before and one behind the sequence, which no behaviour equals.
    orders = np.full((n_orders, n_bouts + 2), -1, np.int16)
    orders[:, 1:-1] = codes
    after = np.concatenate([[False], linked, [False]])  # is place i followed by place i + 1
    after[0] = after[-2] = False
    if n_bouts < 2:
        return orders[:, 1:-1]
    rows = np.arange(n_orders)
    for _ in range(SWAPS_PER_BOUT * n_bouts):
        first, second = rng.integers(1, n_bouts + 1, (2, n_orders))
        one, other = orders[rows, first], orders[rows, second]
        orders[rows, first], orders[rows, second] = other, one
        refused = _repeats_at(orders, rows, first, after) | _repeats_at(orders, rows, second, after)
        orders[rows[refused], first[refused]] = one[refused]
        orders[rows[refused], second[refused]] = other[refused]
    return orders[:, 1:-1]


def _repeats_at(orders: Codes, rows: NDArray, at: NDArray, after: Mask) -> Mask:
    here = orders[rows, at]
    before = (orders[rows, at - 1] == here) & after[at - 1]
    return before | ((orders[rows, at + 1] == here) & after[at])


def _against(counts: NDArray[np.int64], chance: NDArray[np.int64]) -> dict[str, NDArray]:
    expected, spread = chance.mean(axis=0), chance.std(axis=0, ddof=1)
    varies = spread > 0
    z = np.divide(counts - expected, spread, out=np.full(counts.shape, np.nan), where=varies)
    as_far = np.abs(chance - expected) >= np.abs(counts - expected) - 1e-9
    p = np.where(varies, (1 + as_far.sum(axis=0)) / (1 + len(chance)), np.nan)
    return {"expected": expected, "z": z, "p": p, "q": false_discovery(p)}
