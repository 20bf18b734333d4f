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
    fewest = int(known.min()) if len(known) else 0
    if len(set(sizes.tolist())) < FEWEST_SIZES or fewest < FEWEST_FACTS:
        raise ValueError(
            f"too little for a forecast: it needs {FEWEST_SIZES} sizes and {FEWEST_FACTS} "
            f"held-out facts or more, found {len(set(sizes.tolist()))} and {fewest}. "
            "Label more windows."
        )
    right = np.array([point.right for point in points])
    asked = np.asarray(windows, float)
    rng = np.random.default_rng(seed)
    expected = _predict(sizes, (right / known)[None], asked)[0]
    smoothed = (right + 1) / (known + 2)
    drawn = rng.binomial(known, smoothed, (DRAWS, len(known))) / known
    spread = _predict(sizes, drawn, asked)
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
    """Accuracy at other sizes by the power law that fits best, among several floors.

    ``accuracy`` has shape (draws, sizes), the answer (draws, asked).
    """
    wrong = np.clip(1 - accuracy, 1e-3, 1)
    x = np.log(sizes) - np.log(sizes).mean()
    ahead = np.log(asked) - np.log(sizes).mean()
    best = np.full(len(wrong), np.inf)
    predicted = np.zeros((len(wrong), len(asked)))
    for share in np.linspace(0, 0.98, FLOORS):
        floor = share * wrong.min(axis=1, keepdims=True)
        y = np.log(wrong - floor)
        slope = np.minimum((y @ x) / (x @ x), 0.0)[:, None]
        level = y.mean(axis=1, keepdims=True)
        misfit = ((floor + np.exp(level + slope * x) - wrong) ** 2).sum(axis=1)
        better = misfit < best - 1e-12
        best[better] = misfit[better]
        fitted = 1 - np.minimum(floor + np.exp(level + slope * ahead), 1)
        predicted[better] = fitted[better]
    return predicted


def nested_sizes(windows: int, *, smallest: int = 16, number: int = 4) -> list[int]:
    """Sizes of the nested sets: halves of the whole, down to a smallest."""
    sizes = [windows >> halving for halving in range(number)]
    return sorted(size for size in sizes if size >= smallest)
