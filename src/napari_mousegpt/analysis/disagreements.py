"""Where annotators differ, as spans for the timeline and for a second look. Knows no files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from napari_mousegpt.analysis.agreement_tracks import NOTHING, Track, make_tracks, pieces
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
    starts, stops = table["start"].to_numpy(), table["stop"].to_numpy()
    agreed_before = np.r_[False, ~differ[:-1] & (stops[:-1] == starts[1:])]
    agreed_after = np.r_[~differ[1:] & (stops[:-1] == starts[1:]), False]
    short = (stops - starts <= tolerance) & (agreed_before | agreed_after)
    said = table.iloc[:, 2:].to_numpy()
    one_sided = [len(set(row) - {None, NOTHING}) < 2 for row in said]
    # A short difference is a border only if the bout itself is seen by all on one of its sides.
    before = [set(row) for row in np.r_[said[:1], said[:-1]]]
    after = [set(row) for row in np.r_[said[1:], said[-1:]]]
    kinds = []
    for row, is_short, sided, left, right in zip(
        said, short, one_sided, before, after, strict=True
    ):
        seen = set(row) - {None, NOTHING}
        continued = bool(seen & (left | right))
        kinds.append(BORDER if is_short and continued else ONE_SIDED if sided else CONFUSION)
    return kinds


def _words(said: np.ndarray, behaviours: Sequence[str]) -> str:
    return " + ".join(np.asarray(behaviours, object)[said]) or NOTHING


def _sentence(row: np.ndarray, names: Sequence[str]) -> str:
    return " | ".join(f"{name}: {word}" for name, word in zip(names, row, strict=True) if word)
