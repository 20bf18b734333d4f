"""From labels per frame to bouts. Knows no file format."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def runs_of(labels: NDArray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Cut labels per frame where they change.

    Parameters
    ----------
    labels
        Shape (n_frames,), anything that can be compared; NaN equals nothing.

    Returns
    -------
    starts, stops
        Half-open frame ranges of equal labels, shape (n_runs,), covering all frames.
    """
    if not len(labels):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    changes = np.flatnonzero(labels[1:] != labels[:-1]) + 1
    starts = np.concatenate(([0], changes)).astype(np.int64)
    return starts, np.concatenate((changes, [len(labels)])).astype(np.int64)


def true_runs(mask: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Half-open frame ranges in which ``mask``, shape (n_frames,), is true."""
    starts, stops = runs_of(mask)
    return starts[mask[starts]], stops[mask[starts]]
