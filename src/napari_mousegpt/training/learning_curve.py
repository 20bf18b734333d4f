"""What more labels would bring: a power law through accuracies at several sizes. Knows no model.

The share of wrong facts falls as ``floor + a * windows ** -b``; the interval comes of drawing the
counts of right facts anew. It is a forecast for the same kind of labels and animals, no promise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FEWEST_SIZES, FEWEST_FACTS = 3, 60
DRAWS = 400
FLOORS = 15


@dataclass(frozen=True, slots=True)
class Point:
    """Right and known facts on the held-out windows after learning from so many windows."""

    windows: int
    right: int
    known: int

    @property
    def accuracy(self) -> float:
        """Share right."""
        return self.right / self.known


@dataclass(frozen=True, slots=True)
class Forecast:
    """Expected share right with so many windows, and a 90 % interval."""

    windows: int
    expected: float
    low: float
    high: float


def forecast(points: Sequence[Point], windows: Sequence[int], *, seed: int = 0) -> list[Forecast]:
    """Say how many facts would be right with more labelled windows.

    Parameters
    ----------
    points
        Measured on the same held-out windows, after learning from nested sets.
    windows
        Numbers of labelled windows to forecast for.

    Raises
    ------
    ValueError
        If there is too little to forecast from.
    """
    sizes = np.array([point.windows for point in points], float)
    known = np.array([point.known for point in points])
    if len(set(sizes.tolist())) < FEWEST_SIZES or known.min(initial=FEWEST_FACTS) < FEWEST_FACTS:
        raise ValueError(
            f"too little for a forecast: it needs {FEWEST_SIZES} sizes and {FEWEST_FACTS} "
            f"held-out facts or more, found {len(set(sizes.tolist()))} and {known.min(initial=0)}. "
            "Label more windows."
        )
    right = np.array([point.right for point in points])
    asked = np.asarray(windows, float)
    rng = np.random.default_rng(seed)
    expected = _predict(sizes, right / known, asked)
    smoothed = (right + 1) / (known + 2)
    drawn = rng.binomial(known, smoothed, (DRAWS, len(known))) / known
    spread = np.stack([_predict(sizes, row, asked) for row in drawn])
    # How well it can be counted there is part of the interval too.
    spread = rng.binomial(int(known.max()), np.clip(spread, 0, 1)) / known.max()
    low, high = np.quantile(spread, (0.05, 0.95), axis=0)
    return [
        Forecast(int(number), float(e), float(min(a, e)), float(max(b, e)))
        for number, e, a, b in zip(asked, expected, low, high, strict=True)
    ]


def _predict(
    sizes: NDArray[np.float64], accuracy: NDArray[np.float64], asked: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Accuracy at other sizes by the power law that fits best, among several floors."""
    wrong = np.clip(1 - accuracy, 1e-3, 1)
    best, predicted = np.inf, np.full(len(asked), accuracy.mean())
    for floor in np.linspace(0, wrong.min() * 0.98, FLOORS):
        slope, intercept = np.polyfit(np.log(sizes), np.log(wrong - floor), 1)
        slope = min(slope, 0.0)
        intercept = np.mean(np.log(wrong - floor) - slope * np.log(sizes))
        fitted = floor + np.exp(intercept + slope * np.log(sizes))
        misfit = float(((fitted - wrong) ** 2).sum())
        if misfit < best - 1e-12:
            best = misfit
            predicted = 1 - np.minimum(floor + np.exp(intercept + slope * np.log(asked)), 1)
    return predicted


def nested_sizes(windows: int, *, smallest: int = 16, number: int = 4) -> list[int]:
    """Sizes of the nested sets: halves of the whole, down to a smallest."""
    sizes = [windows >> halving for halving in range(number)]
    return sorted(size for size in sizes if size >= smallest)
