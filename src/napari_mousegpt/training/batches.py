"""Which records come in which step: drawn by seed and step alone, so that any step can resume."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

EVENNESS = 0.5
"""0 leaves behaviours as often as they were labelled, 1 makes all of them equally frequent."""


def balanced_order(
    behaviours: Sequence[str], *, seed: int, epoch: int, evenness: float = EVENNESS
) -> NDArray[np.int64]:
    """Places of the records of one epoch, as many as there are records.

    Rare behaviours come more often than they were labelled; of frequent ones a part is left out,
    another in each epoch.
    """
    rng = np.random.default_rng((seed, epoch))
    names = np.asarray(behaviours, object)
    classes = sorted(set(behaviours))
    counts = np.array([(names == name).sum() for name in classes])
    wanted = counts ** (1 - evenness)
    wanted = np.maximum(1, np.round(len(names) * wanted / wanted.sum())).astype(int)
    places = []
    for name, number in zip(classes, wanted.tolist(), strict=True):
        own = np.flatnonzero(names == name)
        rounds = [rng.permutation(own) for _ in range(-(-number // len(own)))]
        places.append(np.concatenate(rounds)[:number])
    return rng.permutation(np.concatenate(places))


def batch_of_step(
    behaviours: Sequence[str], step: int, *, batch_size: int, seed: int
) -> list[tuple[int, int]]:
    """``(epoch, place)`` of the records of one step; what is left of an epoch is left out."""
    per_epoch = steps_per_epoch(behaviours, batch_size=batch_size)
    epoch, within = divmod(step, per_epoch)
    order = balanced_order(behaviours, seed=seed, epoch=epoch)
    chosen = order[within * batch_size : (within + 1) * batch_size]
    return [(epoch, int(place)) for place in chosen]


def steps_per_epoch(behaviours: Sequence[str], *, batch_size: int) -> int:
    """How many steps an epoch has; the same for every epoch."""
    return max(1, len(balanced_order(behaviours, seed=0, epoch=0)) // batch_size)


def evenly_chosen(behaviours: Sequence[str], number: int) -> list[int]:
    """Places of at most so many, taken from each behaviour in turn, spread over its windows."""
    places: dict[str, list[int]] = {}
    for place, name in enumerate(behaviours):
        places.setdefault(name, []).append(place)
    shuffled = [random.Random(name).sample(own, len(own)) for name, own in sorted(places.items())]
    turns = [own[turn] for turn in range(len(behaviours)) for own in shuffled if turn < len(own)]
    return sorted(turns[:number])
