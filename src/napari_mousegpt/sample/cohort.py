"""Scripts for a cohort of mice whose group differences are known exactly. Knows no file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from napari_mousegpt.sample.random_script import (
    CHANCES,
    NEW_BEHAVIOURS,
    Habits,
    random_script,
)
from napari_mousegpt.sample.script import Script

CONTROL, TREATED = "control", "treated"
MORE, LESS, NEW = "rearing", "face grooming", "walking backwards"
"""What treated mice do more often, less often, and what only they do (or another new behaviour)."""
SHIFTED = 0.065
"""Chance that goes over from the one to the other; all other chances stay."""
NEW_CHANCE = 0.05
"""Chance that a treated mouse does the new where it could: some times in five minutes."""
SPREAD = 0.15
"""Standard deviation of the logarithm of each mouse's own chances around those of its group."""
PER_CAGE = 4
_OTHER = 500


@dataclass(frozen=True, slots=True)
class CohortMouse:
    """One mouse: half of each cage is treated."""

    name: str
    group: str
    cage: str
    seed: int
    script: Script


def cohort_mouse(
    place: int,
    *,
    minutes: float,
    seed: int = 0,
    new: str = NEW,
    shifted: float = SHIFTED,
    attempt: int = 0,
) -> CohortMouse:
    """Make up the mouse at a place of the cohort; the same place and seed give the same mouse.

    Parameters
    ----------
    new
        What only treated mice do, of `sample.random_script.NEW_BEHAVIOURS`; nothing if empty.
    shifted
        Chance that goes over from `LESS` to `MORE` in treated mice.
    attempt
        Another mouse of that place, where the first one cannot move as its script says: about one
        in 200 scripts has the head touch a wall.

    Raises
    ------
    ValueError
        If no new behaviour is called so.
    """
    if new and new not in NEW_BEHAVIOURS:
        raise ValueError(f"expected one of {', '.join(NEW_BEHAVIOURS)} or '', found {new!r}")
    group = TREATED if place % 2 else CONTROL
    own_seed = 1000 * (seed + 1) + place + _OTHER * attempt
    habits = _habits(own_seed, shifted, new) if group == TREATED else _habits(own_seed)
    return CohortMouse(
        name=f"m{place + 1:02d}",
        group=group,
        cage=f"c{place // PER_CAGE + 1}",
        seed=own_seed,
        script=random_script(60.0 * minutes, own_seed, habits),
    )


def _habits(seed: int, shifted: float = 0.0, new: str = "") -> Habits:
    chances = dict(CHANCES)
    chances[MORE] += shifted
    chances[LESS] -= shifted
    own = np.array(list(chances.values()))
    own = own * np.exp(SPREAD * np.random.default_rng((seed, 7)).standard_normal(len(own)))
    shares = (own / own.sum()).tolist()
    return Habits(dict(zip(chances, shares, strict=True)), new, NEW_CHANCE)
