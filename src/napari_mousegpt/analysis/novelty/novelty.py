"""How unlike the known each window is, in rounds; calibrated by hiding a known behaviour.

By the distance to the nearest known windows, or by isolation forest (Liu et al. 2008): good for
what is strange, whoever does it. What is shared by the animals of a group is found by
`new_in_group`. Knows vectors and time ranges, not words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.analysis.clusters.clustering import draw

Matrix = NDArray[np.float32]
Rows = NDArray[np.int64]
METHODS = ("neighbours", "forest")
NEIGHBOURS = 3
MOST_COMPONENTS = 24
KNOWN_SHARE = 0.1
"""For the forest, a window that was looked at counts as this share of the known."""
MOST_KNOWN = 20_000
_TREES = 200
_FEWEST = 5
_ROWS_AT_ONCE = 4_096


def novelty(
    vectors: Matrix,
    *,
    reference: NDArray[np.bool_] | None = None,
    looked_at: Sequence[int] = (),
    method: str = "neighbours",
    seed: int = 0,
) -> NDArray[np.float64]:
    """Score how unlike the reference each window is.

    Parameters
    ----------
    vectors
        Shape (windows, dimensions).
    reference
        Which windows are known; all if None. Of more than 20,000, that many are drawn.
    looked_at
        Rows that a person has named or dismissed: windows like them are no longer strange.
    method
        ``neighbours``: mean distance to the three nearest known windows but itself; ``forest``:
        isolation forest of 200 trees over at most 24 components of unit spread.
    seed
        The same seed gives the same scores.

    Returns
    -------
    numpy.ndarray
        In [0, 1]: the share of known windows that are less strange; beyond the strangest known
        one, still rising. NaN where the vector has NaN, or where fewer than five windows are known.
    """
    if method not in METHODS:
        raise ValueError(f"expected a method among {', '.join(METHODS)}, found {method!r}")
    whole = np.asarray(np.isfinite(vectors).all(axis=1))
    known = np.flatnonzero(whole if reference is None else whole & reference)
    scores = np.full(len(vectors), np.nan)
    if known.size < _FEWEST:
        return scores
    drawn = draw(known, MOST_KNOWN, np.random.default_rng(seed))
    seen = np.array([row for row in looked_at if whole[row]], np.int64)
    rows = np.flatnonzero(whole)
    strangeness = (
        _far_from_neighbours(vectors, rows, drawn, seen)
        if method == "neighbours"
        else _isolated(vectors, rows, drawn, seen, seed)
    )
    scores[rows] = _as_share(strangeness, strangeness[np.isin(rows, drawn)])
    return scores


def strange_moments(
    windows: pd.DataFrame, scores: NDArray[np.float64], *, limit: int = 20
) -> pd.DataFrame:
    """Merge neighbouring strange windows, so that the first hits are different moments.

    Parameters
    ----------
    windows
        Interval table; rows of one ``recording`` (if there is such a column), video and individual
        that touch or overlap are neighbours.
    scores
        Novelty of each row.
    limit
        Moments wanted.

    Returns
    -------
    pandas.DataFrame
        Columns of ``windows`` with ``start, stop`` of the moment, ``novelty`` (its highest) and
        ``row`` (where that was), the strangest first. A neighbour belongs to a moment if its score
        is above that of nine in ten windows; windows that touch a moment start none of their own.
    """
    groups = [name for name in ("recording", "video", "individual") if name in windows]
    bar = np.nanquantile(scores, 0.9) if np.isfinite(scores).any() else np.inf
    taken = np.zeros(len(windows), bool)
    starts, stops = windows["start"].to_numpy(), windows["stop"].to_numpy()
    codes = windows.groupby(groups, sort=False, dropna=False).ngroup().to_numpy()
    moments: list[dict[str, Any]] = []
    for row in np.argsort(-np.nan_to_num(scores, nan=-1), kind="stable"):
        if len(moments) == limit or not np.isfinite(scores[row]):
            break
        if taken[row]:
            continue
        mine = np.flatnonzero((codes == codes[row]) & (scores > bar))
        start, stop = int(starts[row]), int(stops[row])
        members = {int(row)}
        grew = True
        while grew:
            touching = mine[(starts[mine] <= stop) & (stops[mine] >= start)]
            before = len(members)
            members |= {int(other) for other in touching}
            start, stop = int(starts[list(members)].min()), int(stops[list(members)].max())
            grew = len(members) > before
        if not taken[list(members)].any():
            moment = {**windows.iloc[row].to_dict(), "start": start, "stop": stop}
            moments.append({**moment, "novelty": float(scores[row]), "row": int(row)})
        taken |= (codes == codes[row]) & (starts <= stop) & (stops >= start)
    return pd.DataFrame(moments, columns=[*windows.columns, "novelty", "row"])


@dataclass(frozen=True, slots=True)
class HiddenBehaviour:
    """How well a behaviour was found that the forest had never seen."""

    behaviour: str
    windows: int
    auroc: float
    auprc: float
    chance_auprc: float
    fpr_at_95_tpr: float


def hide_each_behaviour(
    vectors: Matrix,
    behaviours: Sequence[str | None],
    *,
    method: str = "neighbours",
    fewest: int = 5,
    seed: int = 0,
) -> list[HiddenBehaviour]:
    """Leave one known behaviour out of the reference at a time, and look for it among the rest.

    Half of the other windows are known, the other half are what it is to be told from.
    Behaviours with fewer than ``fewest`` windows are passed over.
    """
    names = np.array([name or "" for name in behaviours], object)
    whole = np.isfinite(vectors).all(axis=1)
    halves = np.random.default_rng(seed).permutation(len(names)) % 2 == 0
    found = []
    for behaviour in sorted(set(names[whole]) - {""}):
        hidden = whole & (names == behaviour)
        others = whole & ~hidden
        if hidden.sum() < fewest or (others & halves).sum() < _FEWEST:
            continue
        scores = novelty(vectors, reference=others & halves, method=method, seed=seed)
        asked = hidden | (others & ~halves)
        found.append(measured(behaviour, hidden[asked], scores[asked]))
    return found


def mean_of(found: Sequence[HiddenBehaviour]) -> Mapping[str, float]:
    """Means over behaviours of what `hide_each_behaviour` measured; empty if there is nothing."""
    names = ("auroc", "auprc", "chance_auprc", "fpr_at_95_tpr")
    if not found:
        return {}
    return {name: float(np.mean([getattr(one, name) for one in found])) for name in names}


def measured(
    behaviour: str, positive: NDArray[np.bool_], scores: NDArray[np.float64]
) -> HiddenBehaviour:
    """How well scores tell the windows of a behaviour from others."""
    from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve

    false, true, _ = roc_curve(positive, scores)
    return HiddenBehaviour(
        behaviour=behaviour,
        windows=int(positive.sum()),
        auroc=float(roc_auc_score(positive, scores)),
        auprc=float(average_precision_score(positive, scores)),
        chance_auprc=float(positive.mean()),
        fpr_at_95_tpr=float(false[np.argmax(true >= 0.95)]),
    )


def _far_from_neighbours(
    vectors: Matrix, rows: Rows, known: Rows, seen: Rows
) -> NDArray[np.float64]:
    # What was looked at counts as often as neighbours are asked for, so that its own surroundings
    # are known at once.
    among = np.concatenate([known, np.repeat(seen, NEIGHBOURS)])
    squares = (vectors[among] ** 2).sum(axis=1)
    means = []
    for start in range(0, rows.size, _ROWS_AT_ONCE):
        some = rows[start : start + _ROWS_AT_ONCE]
        distances = squares[None] - 2 * vectors[some] @ vectors[among].T
        distances += (vectors[some] ** 2).sum(axis=1)[:, None]
        itself = (some[:, None] == known[None]).nonzero()
        distances[itself] = np.inf
        nearest = np.partition(distances, NEIGHBOURS - 1, axis=1)[:, :NEIGHBOURS]
        means.append(np.sqrt(np.maximum(nearest, 0)).mean(axis=1))
    return np.concatenate(means).astype(np.float64)


def _isolated(
    vectors: Matrix, rows: Rows, known: Rows, seen: Rows, seed: int
) -> NDArray[np.float64]:
    from sklearn.ensemble import IsolationForest

    points = _points(vectors, known)
    copies = max(1, round(KNOWN_SHARE * known.size))
    learnt = points[np.concatenate([known, np.repeat(seen, copies)])]
    forest = IsolationForest(n_estimators=_TREES, random_state=seed).fit(learnt)
    return -forest.score_samples(points[rows])


def _points(vectors: Matrix, known: Rows) -> Matrix:
    """First components of the known, scaled to unit spread: trees cut along axes."""
    centred = np.nan_to_num(vectors - vectors[known].mean(axis=0))
    variances, directions = np.linalg.eigh(np.cov(centred[known].T.astype(np.float64)))
    kept = min(MOST_COMPONENTS, vectors.shape[1])
    chosen = directions[:, ::-1][:, :kept] / np.sqrt(np.maximum(variances[::-1][:kept], 1e-12))
    return (centred @ chosen).astype(np.float32)


def _as_share(
    strangeness: NDArray[np.float64], of_known: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Share of the known below; the last step of that scale is left to what lies beyond them."""
    of_known = np.sort(of_known)
    share = np.searchsorted(of_known, strangeness, side="left") / of_known.size
    step, top = 1 / of_known.size, of_known[-1]
    beyond = np.maximum(strangeness / max(top, 1e-12) - 1, 0)
    return np.where(strangeness > top, 1 - step / (1 + beyond), share * (1 - step))
