"""Groups dealt out anew among animals, as the experiment could have dealt them. Knows no measure.

Where the animals of a cage share their treatment, whole cages are dealt; where they do not, animals
are dealt within their cage (Winkler et al. 2015, "Multi-level block permutation").
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EXACT_UP_TO = 20_000
"""So many different ways or fewer are all gone through instead of being sampled."""

Labels = NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class Relabelling:
    """Ways to deal the groups.

    Attributes
    ----------
    labels
        Group of each animal in each way, shape (ways, animals); the first row is the real one.
    exact
        Whether these are all the ways there are.
    n_ways
        How many there are.
    restriction
        ``free``, ``within blocks`` or ``whole blocks``.
    """

    labels: Labels
    exact: bool
    n_ways: int
    restriction: str

    @property
    def smallest_p(self) -> float:
        """No test on these ways can give less; a two-sided one of equal groups gives twice that."""
        return 1 / len(self.labels)


def p_value(statistic: NDArray[np.float64]) -> float:
    """Share of ways whose statistic is as large as the real one, which is the first and counts.

    NaN if the real one is.
    """
    if not np.isfinite(statistic[0]):
        return np.nan
    limit = statistic[0] - 1e-9 * max(abs(float(statistic[0])), 1.0)
    return float(np.mean(~(statistic < limit)))


def relabel(
    groups: NDArray[np.integer],
    blocks: NDArray[np.integer] | None = None,
    *,
    n_permutations: int = 9999,
    seed: int = 0,
) -> Relabelling:
    """Deal groups among animals anew.

    Parameters
    ----------
    groups
        Code of each animal's group, from 0.
    blocks
        Code of each animal's cage or litter, from 0; None if they do not matter. If some blocks
        hold more than one group, labels move only within blocks; else blocks change as a whole.
    n_permutations
        Ways to sample if there are more than `EXACT_UP_TO`.
    """
    labelled: Labels = np.asarray(groups, np.int8)
    restriction = restriction_of(labelled, blocks)
    parts, expand = _parts(labelled, blocks, restriction)
    n_ways = math.prod(_n_ways(part) for part in parts)
    if n_ways <= EXACT_UP_TO:
        dealt = _each_with_each([_all_ways(part) for part in parts])
        labels = dealt[:, expand]
        real = (labels == labelled).all(axis=1)
        return Relabelling(np.concatenate([labels[real], labels[~real]]), True, n_ways, restriction)
    rng = np.random.default_rng(seed)
    dealt = np.concatenate(
        [rng.permuted(np.tile(part, (n_permutations, 1)), axis=1) for part in parts], axis=1
    )
    return Relabelling(np.vstack([labelled, dealt[:, expand]]), False, n_ways, restriction)


def restriction_of(groups: NDArray[np.integer], blocks: NDArray[np.integer] | None) -> str:
    """How labels may move: ``free``, ``within blocks`` or ``whole blocks``."""
    if blocks is None or len(np.unique(blocks)) == len(blocks):
        return "free"
    mixed = any(len(np.unique(groups[blocks == block])) > 1 for block in np.unique(blocks))
    return "within blocks" if mixed else "whole blocks"


def shuffled_orders(
    n_animals: int,
    blocks: NDArray[np.integer] | None = None,
    *,
    n_permutations: int = 9999,
    seed: int = 0,
) -> NDArray[np.int64]:
    """Random orders of the animals, within blocks if given; the first one is theirs.

    Shape (n_permutations + 1, n_animals).
    """
    rng = np.random.default_rng(seed)
    orders = np.tile(np.arange(n_animals), (n_permutations + 1, 1))
    for block in [0] if blocks is None else np.unique(blocks):
        of_it = np.arange(n_animals) if blocks is None else np.flatnonzero(blocks == block)
        orders[1:, of_it] = rng.permuted(orders[1:, of_it], axis=1)
    return orders


def _parts(
    groups: Labels, blocks: NDArray[np.integer] | None, restriction: str
) -> tuple[list[Labels], NDArray[np.int64]]:
    """Labels that may change places among each other, and where each animal finds its own."""
    if blocks is None or restriction == "free":
        return [groups], np.arange(len(groups))
    names, place = np.unique(blocks, return_inverse=True)
    if restriction == "whole blocks":
        first = np.array([int(np.argmax(place == block)) for block in range(len(names))])
        return [groups[first]], place
    members = [np.flatnonzero(place == block) for block in range(len(names))]
    return [groups[of_it] for of_it in members], np.argsort(np.concatenate(members))


def _n_ways(labels: Labels) -> int:
    counts = np.unique(labels, return_counts=True)[1].tolist()
    return math.factorial(len(labels)) // math.prod(math.factorial(count) for count in counts)


def _all_ways(labels: Labels) -> Labels:
    """Every different order of the labels, shape (ways, labels)."""
    codes, counts = np.unique(labels, return_counts=True)
    ways = np.full((1, len(labels)), codes[-1], np.int8)
    free = np.arange(len(labels))[None]  # places not yet dealt in each way
    for code, count in zip(codes[:-1].tolist(), counts[:-1].tolist(), strict=True):
        places = np.arange(free.shape[1])
        taken = np.array(list(itertools.combinations(places.tolist(), count)))
        left = np.array([np.setdiff1d(places, one, assume_unique=True) for one in taken])
        ways = np.repeat(ways, len(taken), axis=0)
        dealt = free[:, taken].reshape(-1, count)
        np.put_along_axis(ways, dealt, np.int8(code), axis=1)
        free = free[:, left].reshape(len(ways), -1)
    return ways


def _each_with_each(parts: Sequence[Labels]) -> Labels:
    """Every choice of one row of each part, side by side."""
    joined = parts[0]
    for part in parts[1:]:
        joined = np.hstack([np.repeat(joined, len(part), axis=0), np.tile(part, (len(joined), 1))])
    return joined
