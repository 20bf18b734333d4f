"""Average precision of bouts with a confidence, frame by frame. Knows no threshold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from napari_mousegpt.analysis.agreement.tracks import Track, pieces
from napari_mousegpt.datamodel.spans import empty_spans, union


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
