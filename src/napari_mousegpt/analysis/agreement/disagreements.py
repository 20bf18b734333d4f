"""Where annotators differ, as spans for the timeline and for a second look. Knows no files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from napari_mousegpt.analysis.agreement.tracks import NOTHING, Track, make_tracks, pieces
from napari_mousegpt.datamodel.tables import INTERVAL, conform

BORDER, CONFUSION, ONE_SIDED = "border", "confusion", "one-sided"
"""Off by a little at the end of a bout; different behaviours; something against nothing."""


def disagreements(
    codings: Mapping[str, pd.DataFrame],
    *,
    behaviours: Sequence[str],
    tolerance_frames: int = 0,
    frames: Mapping[str, int] | None = None,
    assessed: Mapping[str, pd.DataFrame] | None = None,
) -> pd.DataFrame:
    """List the spans on which not all who assessed them say the same.

    Parameters
    ----------
    codings, behaviours, frames, assessed
        As for `agreement_tracks.make_tracks`.
    tolerance_frames
        Differences no longer than this next to a span on which all agree are of ``kind``
        ``border``.

    Returns
    -------
    pandas.DataFrame
        Interval table with ``kind``, ``behaviour`` (who says what, in words), and a column
        ``said_by_<annotator>`` for each: behaviours joined by " + ", ``nothing``, or None where
        they did not look. Neighbouring spans never say the same.
    """
    tracks = make_tracks(codings, behaviours=behaviours, frames=frames, assessed=assessed)
    tables = [_of_track(track, list(codings), behaviours, tolerance_frames) for track in tracks]
    columns = [*INTERVAL, "kind", "behaviour", *(f"said_by_{name}" for name in codings)]
    if not any(len(table) for table in tables):
        return conform(pd.DataFrame(columns=columns), INTERVAL)
    return conform(pd.concat(tables, ignore_index=True), INTERVAL)[columns]


def _of_track(
    track: Track, names: Sequence[str], behaviours: Sequence[str], tolerance: int
) -> pd.DataFrame:
    ranges, said, looked = pieces(track.said, track.assessed, behaviours)
    words = [
        [_words(one, behaviours) if seen else None for one, seen in zip(rows, saw, strict=True)]
        for rows, saw in zip(said, looked, strict=True)
    ]
    table = pd.DataFrame({f"said_by_{name}": word for name, word in zip(names, words, strict=True)})
    same = np.ones(len(ranges), bool)
    same[:1] = False
    if len(ranges) > 1:
        text = table.fillna("").to_numpy()
        same[1:] = (ranges[1:, 0] == ranges[:-1, 1]) & (text[1:] == text[:-1]).all(axis=1)
    first = np.flatnonzero(~same)
    last = np.r_[first[1:] - 1, len(ranges) - 1] if len(first) else first
    table = table.iloc[first].reset_index(drop=True)
    table.insert(0, "start", ranges[first, 0])
    table.insert(1, "stop", ranges[last, 1])
    differ = np.array([len(set(row) - {None}) > 1 for row in table.iloc[:, 2:].to_numpy()], bool)
    table["kind"] = _kinds(table, differ, tolerance)
    table = table[differ]
    table["behaviour"] = [_sentence(row, names) for row in table[list(table)[2:-1]].to_numpy()]
    return table.assign(video=track.video, individual=track.individual, run_id=None)


def _kinds(table: pd.DataFrame, differ: np.ndarray, tolerance: int) -> list[str]:
    """A short difference is a border if all agree on one of its sides, on what is said in it."""
    starts, stops = table["start"].tolist(), table["stop"].tolist()
    said = [set(row) - {None, NOTHING} for row in table.iloc[:, 2:].to_numpy()]
    kinds = []
    for place, seen in enumerate(said):
        sides = [
            said[near]
            for near, touches in (
                (place - 1, place > 0 and stops[place - 1] == starts[place]),
                (place + 1, starts[place + 1 : place + 2] == [stops[place]]),
            )
            if touches and not differ[near]
        ]
        if stops[place] - starts[place] <= tolerance and any(seen & side for side in sides):
            kinds.append(BORDER)
        else:
            kinds.append(CONFUSION if len(seen) > 1 else ONE_SIDED)
    return kinds


def _words(said: np.ndarray, behaviours: Sequence[str]) -> str:
    return " + ".join(np.asarray(behaviours, object)[said]) or NOTHING


def _sentence(row: np.ndarray, names: Sequence[str]) -> str:
    return " | ".join(f"{name}: {word}" for name, word in zip(names, row, strict=True) if word)
