"""The word for a turn from its degrees, as far as they can be trusted. Knows no model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from napari_mousegpt.datamodel.facts import TURN_LIMITS_DEG

ERROR_DEG = 12.0
"""How far degrees read off real windows are from those of trackers (mean of two films)."""


def turn_shares(turn_deg: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability of each of `facts.TURNS` for turns seen, positive to the animal's left.

    Parameters
    ----------
    turn_deg
        Shape (clips,).

    Returns
    -------
    numpy.ndarray
        Shape (clips, 5): how much of a normal distribution about the turn lies within the limits
        of each word.
    """
    slight, sharp = TURN_LIMITS_DEG
    limits = np.array([np.inf, sharp, slight, -slight, -sharp, -np.inf])
    below = ndtr((limits - turn_deg[:, None]) / ERROR_DEG)
    return below[:, :-1] - below[:, 1:]
