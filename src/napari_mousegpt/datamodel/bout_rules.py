"""Bouts by rule: gaps closed first, then short bouts dropped. Knows no model and no file.

The order matters and is fixed. Flicker (a bout broken by one missed window) is mended before
anything is judged too short, so that a long bout in pieces survives; only what is still short after
that is dropped. The time of a dropped bout goes to nobody: it becomes time without a behaviour.
Giving it to a neighbour would invent observations.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_WHOSE = ("video", "individual", "run_id", "behaviour", "target", "source", "annotator")


def apply_bout_rules(
    bouts: pd.DataFrame, *, fps: float, gap_s: float = 0.0, min_s: float = 0.0
) -> pd.DataFrame:
    """Close short gaps within a behaviour, then drop short bouts.

    Parameters
    ----------
    bouts
        Bout table. Bouts of different behaviours, individuals, targets, runs or annotators never
        touch each other's; point events stay as they are.
    fps
        Frames per second; both limits are rounded to frames.
    gap_s
        Bouts of the same behaviour up to this far apart become one, also where another behaviour
        was seen in between. Bouts that overlap or touch are always joined.
    min_s
        Bouts shorter than this are dropped.

    Returns
    -------
    pandas.DataFrame
        Bout table ordered by video, individual and start, else as before. A joined bout has the
        mean confidence of its parts, weighted by their frames (unknown ones left out), the comments
        of all parts, and of other columns the value of its first part. Applying the same rule again
        changes nothing.

    Raises
    ------
    ValueError
        If a limit is negative or the frame rate is not above zero.
    """
    if not fps > 0 or gap_s < 0 or min_s < 0:
        raise ValueError(
            f"expected a frame rate above zero and limits of zero or more, found {fps} fps, "
            f"a gap of {gap_s} s and a shortest bout of {min_s} s"
        )
    is_state = (bouts["kind"] == "state").to_numpy(bool)
    kept = _joined(bouts, np.flatnonzero(is_state), round(gap_s * fps))
    kept = kept[kept["stop"] - kept["start"] >= round(min_s * fps)]
    points = pd.DataFrame({"row": np.flatnonzero(~is_state)})
    chosen = pd.concat([kept, points], ignore_index=True) if len(points) else kept
    result = bouts.iloc[chosen["row"]].reset_index(drop=True)
    states = slice(0, len(kept))
    for name in ("stop", "confidence", "comment"):
        values = result[name].to_numpy(copy=True)
        values[states] = kept[name].to_numpy()
        result[name] = pd.Series(values, dtype=bouts[name].dtype)
    # Of bouts over the same frames the first stays first: else the same rule again would swap them.
    keys = [chosen["row"].to_numpy(np.int64), result["stop"], result["start"]]
    order = np.lexsort(keys + _changing(result))
    result = result.iloc[order].reset_index(drop=True)
    result.attrs = dict(bouts.attrs)
    return result


def rule_preview(before: pd.DataFrame, after: pd.DataFrame, *, fps: float) -> pd.DataFrame:
    """Say what a rule did to each behaviour.

    Returns
    -------
    pandas.DataFrame
        ``behaviour``, ``bouts_before, bouts_after``, ``duration_before_s, duration_after_s``
        (sums of bouts), ``median_before_s, median_after_s`` (NaN without bouts), in the order of
        the time they took before.
    """
    sides = {"before": _summary(before, fps), "after": _summary(after, fps)}
    names = sorted(set(before["behaviour"]) | set(after["behaviour"]))
    table = pd.DataFrame({"behaviour": names})
    for what, absent in (("bouts", 0), ("duration", 0.0), ("median", np.nan)):
        unit = "" if what == "bouts" else "_s"
        for side, summary in sides.items():
            values = summary[what].reindex(names)
            table[f"{what}_{side}{unit}"] = values.fillna(absent).astype(type(absent)).to_numpy()
    return table.sort_values("duration_before_s", ascending=False, kind="stable").reset_index(
        drop=True
    )


def _joined(bouts: pd.DataFrame, states: NDArray[np.int64], gap: int) -> pd.DataFrame:
    """Row of the first part, start, stop, confidence and comment of each joined bout."""
    starts = bouts["start"].to_numpy(np.int64)[states]
    stops = bouts["stop"].to_numpy(np.int64)[states]
    whose = _group_numbers(bouts, states)
    order = np.lexsort((stops, starts, whose))
    starts, stops, whose = starts[order], stops[order], whose[order]
    # Groups are laid out one behind the other, so that one running maximum serves all of them.
    offset = whose * (int(stops.max(initial=0)) + gap + 2)
    reach = np.maximum.accumulate(stops + offset)
    opens = np.ones(len(starts), bool)
    opens[1:] = (starts + offset)[1:] > reach[:-1] + gap
    first = np.flatnonzero(opens)
    if not len(first):
        return pd.DataFrame(columns=["row", "start", "stop", "confidence", "comment"])
    confidence = bouts["confidence"].to_numpy(np.float64)[states[order]]
    comments = bouts["comment"].to_numpy(object)[states[order]]
    return pd.DataFrame(
        {
            "row": states[order[first]],
            "start": starts[first],
            "stop": np.maximum.reduceat(stops, first),
            "confidence": _mean_confidence(confidence, stops - starts, first),
            "comment": pd.Series(_comments(comments, first), dtype=object),
        }
    )


def _group_numbers(bouts: pd.DataFrame, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    number = np.zeros(len(rows), np.int64)
    for name in _WHOSE:
        column = bouts[name].to_numpy(object)[rows]
        if (column == column[:1]).all():
            continue  # many columns say the same everywhere, and that is seen faster
        codes, values = pd.factorize(column, use_na_sentinel=False)
        number = pd.factorize(number * len(values) + codes)[0].astype(np.int64)
    return number


def _changing(table: pd.DataFrame) -> list[NDArray[np.int64]]:
    """Ranks of individual and video, where they are not the same in all rows."""
    columns = [table[name].to_numpy(object) for name in ("individual", "video")]
    changing = [column for column in columns if not (column == column[:1]).all()]
    return [pd.factorize(column, sort=True)[0] for column in changing]


def _mean_confidence(
    confidence: NDArray[np.float64], frames: NDArray[np.int64], first: NDArray[np.int64]
) -> NDArray[np.float64]:
    weights = np.where(np.isnan(confidence), 0, frames).astype(np.float64)
    known = np.add.reduceat(weights, first)
    total = np.add.reduceat(np.nan_to_num(confidence) * weights, first)
    single = np.diff(np.r_[first, len(frames)]) == 1
    mean = np.divide(total, known, out=np.full(len(first), np.nan), where=known > 0)
    return np.where(single, confidence[first], mean)  # one part keeps its exact value


def _comments(comments: NDArray[np.object_], first: NDArray[np.int64]) -> list[str | None]:
    result: list[str | None] = list(comments[first])
    said = np.flatnonzero(pd.notna(comments))
    for group in np.unique(np.searchsorted(first, said, side="right") - 1):
        stop = first[group + 1] if group + 1 < len(first) else len(comments)
        parts = [text for text in comments[first[group] : stop] if pd.notna(text)]
        result[group] = "; ".join(dict.fromkeys(parts))
    return result


def _summary(bouts: pd.DataFrame, fps: float) -> pd.DataFrame:
    seconds = (bouts["stop"] - bouts["start"]) / fps
    groups = seconds.groupby(bouts["behaviour"])
    return pd.DataFrame(
        {"bouts": groups.size(), "duration": groups.sum(), "median": groups.median()}
    )
