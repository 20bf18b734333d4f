"""Average precision of bouts with a confidence, by frames and by bouts. Knows no threshold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from napari_mousegpt.analysis.agreement.tracks import Track, pieces
from napari_mousegpt.datamodel.spans import empty_spans, intersect, union


def average_precision(
    tracks: Sequence[Track], other: pd.DataFrame, behaviours: Sequence[str]
) -> pd.DataFrame:
    """Rank frames by the confidence with which the other says a behaviour.

    Frames in which it does not say it have confidence 0, as nothing is known about them: for a
    model that gives no second choice this is a lower bound. Within overlapping bouts of one
    behaviour the highest confidence counts.

    Returns
    -------
    pandas.DataFrame
        ``behaviour, average_precision``; NaN where the reference never says the behaviour, or
        a bout of the other has no confidence. mAP is the mean of the column.
    """
    rows = []
    for name in behaviours:
        bouts = other[(other["behaviour"] == name) & (other["kind"] == "state")]
        usable = len(bouts) > 0 and bool(bouts["confidence"].notna().all())
        score = _score(tracks, bouts, name) if usable else float("nan")
        rows.append({"behaviour": name, "average_precision": score})
    return pd.DataFrame(rows)


def segment_average_precision(
    tracks: Sequence[Track], other: pd.DataFrame, behaviours: Sequence[str], *, overlap: float = 0.5
) -> pd.DataFrame:
    """Rank bouts by confidence, as temporal action detection does (ActivityNet 2015).

    The surest bout first, each takes the true bout that it overlaps most among those not yet taken;
    it is right if their intersection over union is at least ``overlap``. The precision at each
    recall is the highest at that recall or a larger one.

    Returns
    -------
    pandas.DataFrame
        ``behaviour, segment_average_precision``, NaN as in `average_precision`.
    """
    rows = []
    for name in behaviours:
        bouts = other[(other["behaviour"] == name) & (other["kind"] == "state")]
        usable = len(bouts) > 0 and bool(bouts["confidence"].notna().all())
        score = _segment_score(tracks, bouts, name, overlap) if usable else float("nan")
        rows.append({"behaviour": name, "segment_average_precision": score})
    return pd.DataFrame(rows)


def _segment_score(
    tracks: Sequence[Track], bouts: pd.DataFrame, name: str, overlap: float
) -> float:
    truth = {
        (track.video, track.individual): track.said[0].get(name, empty_spans()) for track in tracks
    }
    n_true = sum(map(len, truth.values()))
    if not n_true:
        return float("nan")
    looked = {(track.video, track.individual): track.assessed[0] for track in tracks}
    taken: set[tuple[tuple[str, str], int]] = set()
    right = []
    for bout in bouts.sort_values("confidence", ascending=False, kind="stable").itertuples():
        key = (str(bout.video), str(bout.individual))
        inside = intersect(np.array([[bout.start, bout.stop]]), looked.get(key, empty_spans()))
        if not len(inside):
            continue
        start, stop = int(inside[0, 0]), int(inside[-1, 1])
        spans = truth[key]
        common = np.minimum(spans[:, 1], stop) - np.maximum(spans[:, 0], start)
        together = np.maximum(spans[:, 1], stop) - np.minimum(spans[:, 0], start)
        shares = np.where(common > 0, common / together, 0.0)
        free = [place for place in range(len(spans)) if (key, place) not in taken]
        best = max(free, key=lambda place: shares[place], default=None)
        hit = best is not None and shares[best] >= overlap
        if hit and best is not None:
            taken.add((key, best))
        right.append(hit)
    hits = np.array(right, float)
    recall = np.cumsum(hits) / n_true
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    return float((np.diff(recall, prepend=0.0) * envelope).sum())


def _score(tracks: Sequence[Track], bouts: pd.DataFrame, name: str) -> float:
    parts = [_pieces_of(track, bouts, name) for track in tracks]
    truth, scores, frames = (np.concatenate(part) for part in zip(*parts, strict=True))
    if not truth.any():
        return float("nan")
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(truth, scores, sample_weight=frames))


def _pieces_of(track: Track, bouts: pd.DataFrame, name: str) -> tuple[np.ndarray, ...]:
    own = bouts[(bouts["video"] == track.video) & (bouts["individual"] == track.individual)]
    truth = {name: track.said[0].get(name, empty_spans())}
    spans = {
        str(level): union(rows[["start", "stop"]].to_numpy())
        for level, rows in own.groupby("confidence")
    }
    ranges, said, assessed = pieces([truth, spans], [track.assessed[0]] * 2, [name, *spans])
    levels = np.array([float(level) for level in spans])
    scores = (said[1][:, 1:] * levels).max(axis=1, initial=0.0)
    frames = (ranges[:, 1] - ranges[:, 0]) * assessed[0]
    kept = frames > 0
    return said[0][kept, 0], scores[kept], frames[kept]
