"""Held-out records in two parts: one the best step is chosen on, one the result is reported on.

Of many measurements the best is partly luck; on windows that it was not chosen on, it is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from napari_mousegpt.training.records import Record
from napari_mousegpt.training.splits import most_even

FEWEST_WINDOWS = 40
"""Held-out windows from which on there are two parts; with fewer both would say nothing."""
FEWEST_GROUPS = 4
"""Held-out animals (or cages, or recordings) from which on no animal is in both parts."""
GROUPS, TIME, SAME, LEARNED = "groups", "time", "same", "learned"


@dataclass(frozen=True, slots=True)
class HeldOutParts:
    """Records to choose the step on, and to report on.

    ``apart`` is ``groups`` if no animal (cage, recording) is in both parts, ``time`` if the later
    windows of each animal are reported on, ``same`` if both are the same windows; ``learned`` if
    nothing is chosen on held-out windows.
    """

    choosing: tuple[Record, ...]
    reporting: tuple[Record, ...]
    apart: str


def held_out_parts(records: Sequence[Record], *, seed: int = 0) -> HeldOutParts:
    """Take held-out records apart, if there are enough."""
    held = [record for record in records if record.held_out]
    if len(held) < FEWEST_WINDOWS:
        return HeldOutParts(tuple(held), tuple(held), SAME)
    if len({record.group for record in held}) >= FEWEST_GROUPS:
        rows = pd.DataFrame([{"unit": one.group, "behaviour": one.behaviour} for one in held])
        reported = most_even(rows, 0.5, seed)
        return HeldOutParts(_kept(held, ~reported), _kept(held, reported), GROUPS)
    choosing, reported = _by_time(held)
    if min(choosing.sum(), reported.sum()) < FEWEST_WINDOWS // 4:
        return HeldOutParts(tuple(held), tuple(held), SAME)
    return HeldOutParts(_kept(held, choosing), _kept(held, reported), TIME)


def _by_time(held: Sequence[Record]) -> tuple[np.ndarray, np.ndarray]:
    """The earlier half of each animal's windows, and the later ones that share no frame with it."""
    names = [(one.recording, one.video, one.individual) for one in held]
    start, stop = (np.array([getattr(one, name) for one in held]) for name in ("start", "stop"))
    earlier, later = np.zeros(len(held), bool), np.zeros(len(held), bool)
    for name in set(names):
        own = np.array([one == name for one in names])
        first = own & (start < np.median(start[own]))
        earlier |= first
        later |= own & (start >= stop[first].max(initial=0))
    return earlier, later


def _kept(held: Sequence[Record], mask: np.ndarray) -> tuple[Record, ...]:
    return tuple(record for record, keep in zip(held, mask, strict=True) if keep)
