"""The likeliest facts that agree with each other. Knows no picture and no words.

Facts are concluded one by one; together they may contradict each other, such as an animal that
walks and does not move.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.datamodel.facts import Facts

OF_MOVEMENT = ("behaviour", "speed", "turn")
SPEED_OF = {"walking": ("slow",), "running": ("fast",), "still": ("not moving",)}
SIDE_OF = {"turning left": "left", "turning right": "right"}


def agree(behaviour: str, speed: str, turn: str) -> bool:
    """Whether the three can be true together of one window."""
    if speed not in SPEED_OF.get(behaviour, (speed,)):
        return False
    if behaviour == "still":
        return turn == "no turn"
    side = SIDE_OF.get(behaviour)
    return side is None or side in turn


def likeliest_facts(
    shares: Mapping[str, NDArray[np.float64]],
    values: Mapping[str, tuple[str, ...]],
    kinds: tuple[str, ...],
) -> tuple[Facts, float]:
    """Choose behaviour, speed and turn together, and the rest one by one.

    Parameters
    ----------
    shares
        Probability of each value of a fact, shape (values,).
    values
        The values; of the behaviour perhaps names of one's own.
    kinds
        The built-in behaviour that each name stands for, or the name itself.

    Returns
    -------
    tuple
        The facts, and the probability of the behaviour.
    """
    behaviours, speeds, turns = (values[name] for name in OF_MOVEMENT)
    allowed = np.array(
        [[[agree(kind, speed, turn) for turn in turns] for speed in speeds] for kind in kinds]
    )
    likely, of_speed, of_turn = (np.log(shares[name] + 1e-12) for name in OF_MOVEMENT)
    together = likely[:, None, None] + of_speed[:, None] + of_turn
    best = np.unravel_index(np.where(allowed, together, -np.inf).argmax(), together.shape)
    facts = {
        "behaviour": behaviours[best[0]],
        "speed": speeds[best[1]],
        "turn": turns[best[2]],
        **{
            name: values[name][int(share.argmax())]
            for name, share in shares.items()
            if name not in OF_MOVEMENT
        },
    }
    return Facts(**facts), float(shares["behaviour"][best[0]])
