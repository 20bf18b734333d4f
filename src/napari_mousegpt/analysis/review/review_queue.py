"""Which windows a person should look at next, and why. Knows tables, not files.

Three reasons, mixed by weight: the captioner was unsure (uncertainty), those who said something do
not agree (vote entropy, Dagan and Engelson 1995), or nothing like it has been looked at yet
(k-centre: farthest first, Gonzalez 1985, Sener and Savarese 2018).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.analysis.agreement.tracks import NOTHING
from napari_mousegpt.analysis.vectors.robust_vectors import Matrix, Measured, robust_scale
from napari_mousegpt.datamodel.spans import empty_spans, frames_between, union

Scores = NDArray[np.float64]
_WHERE = ("recording", "video", "individual")
_WORTH_MENTIONING = 0.5


@dataclass(frozen=True, slots=True)
class QueueWeights:
    """How much each reason counts; 0 leaves it out."""

    uncertainty: float = 1.0
    disagreement: float = 1.0
    diversity: float = 1.0


def review_queue(
    windows: pd.DataFrame,
    *,
    opinions: Mapping[str, pd.DataFrame] | None = None,
    looked: Mapping[str, pd.DataFrame] | None = None,
    features: pd.DataFrame | None = None,
    assessed: pd.DataFrame | None = None,
    weights: QueueWeights | None = None,
    length: int = 100,
) -> pd.DataFrame:
    """Order windows by what can be learnt from looking at them.

    Parameters
    ----------
    windows
        Interval table, with ``confidence`` (NaN where unknown) for uncertainty; a column
        ``recording`` tells recordings apart, and a column ``judged`` (bool) tells which windows
        were looked at, in place of ``assessed``. Those that a column ``unsure`` (bool) marks come
        before all others, where uncertainty counts. A column ``contradicts`` says in words what
        poses refute (None where nothing), which is a disagreement.
    opinions
        Who says what: bout tables of captioners, rules and people. An opinion of a window is the
        behaviour that fills most of it, or nothing; two or more make a disagreement.
    looked
        For some of them an interval table of what they looked at: of a window of which less than
        half is in it they have no opinion, if they said nothing there.
    features
        Numbers that describe each window, same rows, for diversity; NaN where unknown.
    assessed
        Spans that a person has looked at already: windows of which half or more is in them are
        left out, and diversity counts from them.
    weights
        How much each reason counts; the same for all if None.
    length
        How many windows at most.

    Returns
    -------
    pandas.DataFrame
        The windows in order, with ``rank`` (from 1), ``score``, ``uncertainty, disagreement,
        diversity`` (0 to 1) and ``reason`` in words. The same input gives the same queue.

    Raises
    ------
    ValueError
        If ``features`` has other rows, or every weight is 0.
    """
    weights = weights or QueueWeights()
    if features is not None and len(features) != len(windows):
        raise ValueError(
            f"expected features of the same {len(windows)} windows, found {len(features)} rows"
        )
    if max(weights.uncertainty, weights.disagreement, weights.diversity) <= 0:
        raise ValueError(f"expected one weight at least above zero, found {weights}")
    order = np.lexsort([_ranked(windows[name]) for name in ("start", *_WHERE) if name in windows])
    windows = windows.iloc[order].reset_index(drop=True)
    marked = "judged" in windows
    seen = windows["judged"].to_numpy(bool) if marked else _seen(windows, assessed)
    said = _opinions(windows, opinions or {}, looked or {})
    unsure = _uncertainty(windows)
    differ = _disagreement(said, len(windows))
    base = weights.uncertainty * unsure + weights.disagreement * differ
    if weights.uncertainty > 0 and "unsure" in windows:
        most = weights.uncertainty + weights.disagreement + weights.diversity
        base = base + most * windows["unsure"].to_numpy(bool)
    if "contradicts" in windows:
        base = base + weights.disagreement * windows["contradicts"].notna().to_numpy()
    vectors = None
    if features is not None and weights.diversity > 0:
        vectors = robust_scale(features.iloc[order])[0]
    chosen, scores, diverse = _choose(base, vectors, seen, weights.diversity, length)
    table = windows.iloc[chosen].assign(
        rank=np.arange(1, len(chosen) + 1),
        score=scores,
        uncertainty=unsure[chosen],
        disagreement=differ[chosen],
        diversity=diverse,
    )
    table["reason"] = [
        _reason(weights, row, {name: votes[place] for name, votes in said.items()})
        for place, row in zip(chosen, table.to_dict("records"), strict=True)
    ]
    return table.reset_index(drop=True)


def _choose(
    base: Scores, vectors: Matrix | None, seen: NDArray[np.bool_], weight: float, length: int
) -> tuple[list[int], list[float], list[float]]:
    """Take the best again and again; what was taken makes what is like it less worth taking."""
    open_ = ~seen
    nearest = np.zeros(len(base))
    widest = 1.0
    measured = Measured(vectors) if vectors is not None and len(base) else None
    if measured is not None and vectors is not None:
        known = seen if seen.any() else np.zeros(len(base), bool)
        # Where nothing was looked at yet, the first choice is compared with the middle of all.
        points = vectors[known] if known.any() else np.zeros((1, vectors.shape[1]))
        nearest = _at_least(measured.distances(points))
        widest = float(nearest[open_].max(initial=0.0)) or 1.0
    chosen: list[int] = []
    scores: list[float] = []
    diverse: list[float] = []
    for _ in range(min(length, int(open_.sum()))):
        diversity = np.minimum(nearest / widest, 1.0)
        total = np.where(open_, base + weight * diversity, -np.inf)
        best = int(np.argmax(total))
        chosen.append(best)
        scores.append(float(total[best]))
        diverse.append(float(diversity[best]))
        open_[best] = False
        if measured is not None and vectors is not None:
            nearest = np.minimum(nearest, _at_least(measured.distances(vectors[[best]])))
    return chosen, scores, diverse


def _at_least(found: Matrix) -> Scores:
    """Distance to the nearest point; a window of which too little is known is far from nothing."""
    return np.asarray(np.where(np.isfinite(found), found, 0.0).min(axis=1))


def _uncertainty(windows: pd.DataFrame) -> Scores:
    """Share of windows that the captioner was surer of; 0 where it gave no confidence."""
    if "confidence" not in windows:
        return np.zeros(len(windows))
    confidence = windows["confidence"]
    rank = confidence.rank(ascending=False, method="average")
    count = int(confidence.notna().sum())
    return ((rank - 1) / max(count - 1, 1)).fillna(0.0).to_numpy(np.float64)


def _opinions(
    windows: pd.DataFrame,
    opinions: Mapping[str, pd.DataFrame],
    looked: Mapping[str, pd.DataFrame],
) -> dict[str, NDArray[np.object_]]:
    """The behaviour that fills most of each window, by whom; None where they have no opinion."""
    said = {}
    for name, bouts in opinions.items():
        best = np.zeros(len(windows))
        words = np.full(len(windows), NOTHING, object)
        for behaviour, rows in bouts[bouts["kind"] == "state"].groupby("behaviour"):
            frames = _frames_in(windows, rows)
            more = frames > best
            best[more], words[more] = frames[more], behaviour
        mostly = 2 * best >= windows["stop"].to_numpy() - windows["start"].to_numpy()
        silent = np.full(len(windows), NOTHING, object)
        if name in looked:
            silent[~_seen(windows, looked[name])] = None
        said[name] = np.where(mostly, words, silent)
    return said


def _disagreement(said: Mapping[str, NDArray[np.object_]], n_windows: int) -> Scores:
    """Entropy of the votes, 1 if everybody says something else; 0 with a single opinion."""
    if len(said) < 2 or not n_windows:
        return np.zeros(n_windows)
    votes = np.array(list(said.values()), object)
    words = sorted({word for word in votes.ravel() if word is not None})
    counts = np.stack([(votes == word).sum(axis=0) for word in words or [NOTHING]])
    voters = counts.sum(axis=0)
    shares = counts / np.maximum(voters, 1)
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    return np.asarray(-(shares * logs).sum(axis=0) / np.log(np.maximum(voters, 2)))


def _seen(windows: pd.DataFrame, assessed: pd.DataFrame | None) -> NDArray[np.bool_]:
    if assessed is None or not len(assessed):
        return np.zeros(len(windows), bool)
    frames = _frames_in(windows, assessed)
    return np.asarray(2 * frames >= (windows["stop"] - windows["start"]).to_numpy())


def _frames_in(windows: pd.DataFrame, rows: pd.DataFrame) -> Scores:
    """Frames of each window that lie in rows of the same animal."""
    keys = [name for name in _WHERE if name in windows and name in rows]
    spans = {key: union(group[["start", "stop"]].to_numpy()) for key, group in rows.groupby(keys)}
    frames = np.zeros(len(windows))
    for key, group in windows.groupby(keys):
        places = group.index.to_numpy()
        frames[places] = frames_between(
            spans.get(key, empty_spans()), group["start"].to_numpy(), group["stop"].to_numpy()
        )
    return frames


def _ranked(column: pd.Series) -> NDArray[np.int64]:
    return pd.factorize(column, sort=True)[0]


def _reason(weights: QueueWeights, row: Mapping[str, Any], said: Mapping[str, str]) -> str:
    parts: list[str] = []
    if weights.disagreement > 0 and isinstance(row.get("contradicts"), str):
        parts.append(f"contradicts the pose: {row['contradicts']}")
    if weights.disagreement > 0 and row["disagreement"] > 0:
        votes = ", ".join(f"{name} says {word}" for name, word in said.items() if word)
        parts.append(f"they disagree: {votes}")
    if weights.uncertainty > 0 and row.get("unsure"):
        parts.append(f"unsure: confidence {row['confidence']:.2f}, too low for a bout")
    elif weights.uncertainty > 0 and row["uncertainty"] >= _WORTH_MENTIONING:
        share = 100 * row["uncertainty"]
        said_as = f"{row['confidence']:.2f}, lower than that of {share:.0f} % of the windows"
        parts.append(f"unsure: confidence {said_as}")
    if weights.diversity > 0 and row["diversity"] >= _WORTH_MENTIONING:
        parts.append("moves unlike what was looked at so far")
    return "; ".join(parts) or "next in line: nothing stands out"
