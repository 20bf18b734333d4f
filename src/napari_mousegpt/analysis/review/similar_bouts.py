"""Find more like this: windows ranked by how alike they are to given bouts. Knows no files."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.analysis.vectors.robust_vectors import Matrix, Measured, robust_scale

_PAIRS = 20_000
_PRIOR_EXAMPLES = 3.0
"""How many examples it takes until their own spread counts as much as that of all windows."""


def similar_bouts(
    windows: pd.DataFrame,
    features: pd.DataFrame,
    examples: pd.DataFrame,
    example_features: pd.DataFrame,
    *,
    length: int | None = 100,
    seed: int = 0,
) -> pd.DataFrame:
    """Rank windows by likeness to examples.

    Parameters
    ----------
    windows
        Interval table of the windows to look through, of one or many recordings; a column
        ``recording`` tells these apart.
    features
        What is known of each window, same rows: numbers such as `kinematics.window_features`
        gives, or the components of a vector; NaN where unknown.
    examples
        Interval table of bouts, with ``wanted`` (bool): more like these, and not like those; all
        are wanted without the column.
    example_features
        The same columns for each example.
    length
        How many windows to return at most; all if None.
    seed
        Of the pairs of windows by which distances become scores.

    Returns
    -------
    pandas.DataFrame
        The windows, best first, with ``rank`` (from 1), ``distance`` (root mean square of robust
        deviations), ``score`` and ``reason``. A score of 0.99 means: nearer to the examples than
        99 of 100 pairs of windows are to each other. Windows that overlap an example of the same
        recording, video and individual are left out, and so are those of which too little is known.

    Raises
    ------
    ValueError
        If no example is wanted, or the tables do not fit together.
    """
    wanted = _wanted(examples)
    _require_same(windows, features, "windows and features")
    _require_same(examples, example_features, "examples and their features")
    scaled, asked = robust_scale(features, example_features)
    weights = _weights(asked[wanted])
    measured = Measured(scaled, weights)
    near = _nearest(measured.distances(asked[wanted]))
    if (~wanted).any():
        # As near to what is not wanted as to what is: no change; nearer to it: up to twice as far.
        far = _nearest(measured.distances(asked[~wanted]))
        total = near + far
        near = near * np.divide(2 * near, total, out=np.ones_like(near), where=total > 0)
    usable = np.isfinite(near) & ~_overlapping(windows, examples)
    table = windows[usable].assign(distance=near[usable])
    usual = _usual_distances(scaled, weights, seed)
    place = np.searchsorted(usual, table["distance"].to_numpy(), side="left")
    table["score"] = 1 - place / max(len(usual), 1)
    keys = [name for name in ("recording", "video", "individual", "start") if name in table]
    table = table.sort_values(["distance", *keys], kind="stable")
    table = table.head(length) if length is not None else table
    table["rank"] = np.arange(1, len(table) + 1)
    table["reason"] = [
        f"nearer than {100 * score:.0f} of 100 pairs of windows" for score in table["score"]
    ]
    return table.reset_index(drop=True)


def _wanted(examples: pd.DataFrame) -> NDArray[np.bool_]:
    if "wanted" not in examples:
        wanted = np.ones(len(examples), bool)
    else:
        wanted = examples["wanted"].to_numpy(bool)
    if not wanted.any():
        raise ValueError(
            f"expected one bout at least to look for, found {len(examples)} examples, none wanted"
        )
    return wanted


def _weights(wanted: Matrix) -> NDArray[np.float64]:
    """Columns in which several examples agree count more (as in MARS, Rui et al. 1998)."""
    count = np.isfinite(wanted).sum(axis=0)
    filled = np.where(np.isfinite(wanted), wanted, 0.0)
    mean = filled.sum(axis=0) / np.maximum(count, 1)
    spread = np.where(np.isfinite(wanted), (wanted - mean) ** 2, 0.0).sum(axis=0)
    variance = (_PRIOR_EXAMPLES + spread) / (_PRIOR_EXAMPLES + np.maximum(count - 1, 0))
    weights = 1 / variance
    return np.asarray(weights / weights.mean() if len(weights) else weights)


def _nearest(found: Matrix) -> NDArray[np.float64]:
    return np.asarray(np.where(np.isfinite(found), found, np.inf).min(axis=1))


def _overlapping(windows: pd.DataFrame, examples: pd.DataFrame) -> NDArray[np.bool_]:
    whose = [
        name
        for name in ("recording", "video", "individual")
        if name in windows and name in examples
    ]
    overlap = np.zeros(len(windows), bool)
    for example in examples.to_dict("records"):
        same = (windows["start"] < example["stop"]) & (windows["stop"] > example["start"])
        for name in whose:
            same &= windows[name] == example[name]
        overlap |= same.to_numpy()
    return overlap


def _usual_distances(
    scaled: Matrix, weights: NDArray[np.float64], seed: int
) -> NDArray[np.float64]:
    """Distances of pairs of windows drawn by chance, in order."""
    if len(scaled) < 2:
        return np.zeros(0)
    rng = np.random.default_rng(seed)
    first = rng.integers(len(scaled), size=_PAIRS)
    second = (first + rng.integers(1, len(scaled), size=_PAIRS)) % len(scaled)
    squares = (scaled[first] - scaled[second]) ** 2
    seen = np.isfinite(squares)
    known = seen @ weights
    total = np.where(seen, squares, 0.0) @ weights
    return np.sort(np.sqrt(total[known > 0] / known[known > 0]))


def _require_same(table: pd.DataFrame, features: pd.DataFrame, what: str) -> None:
    if len(table) != len(features):
        raise ValueError(
            f"expected {what} with the same rows, found {len(table)} and {len(features)}"
        )
