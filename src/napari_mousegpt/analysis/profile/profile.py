"""Time budgets, bouts, latencies and rates of one animal. Knows no group and no picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.analysis.profile.span_lookup import frames_in_bins, place_of
from napari_mousegpt.analysis.profile.subject import Subject
from napari_mousegpt.datamodel.spans import n_frames, union


def behaviour_profile(subject: Subject, behaviours: Sequence[str] | None = None) -> pd.DataFrame:
    """Measure how often, how long and how soon an animal does each behaviour.

    Parameters
    ----------
    subject
        One animal in one epoch (see `analysis.profile.subject.make_subject`).
    behaviours
        Rows to make; those of which there is a bout if None. One without a bout gets zeros.

    Returns
    -------
    pandas.DataFrame
        One row for each behaviour:

        ``time_s``, ``budget``
            Time in it, and its share of the known time. Budgets add up to more than one where
            behaviours overlap, and to less where none is said. NaN for point events, and without
            known time.
        ``n_bouts``, ``bouts_per_min``
            Bouts that begin in the known time; a bout already under way is not counted.
        ``duration_mean_s``, ``duration_median_s``, ``duration_sd_s``, ``duration_longest_s``
            Of the bouts that are counted; ``n_cut`` of them were cut off by the end of the known
            time and lasted longer. NaN without bouts, the deviation also with a single one.
        ``latency_s``, ``latency_censored``
            From the first known frame to the first frame of the behaviour, unknown time between
            them included; 0 if under way. If it never came, ``latency_s`` is the whole time looked
            at and ``latency_censored`` True: the latency is at least that.
        ``between_mean_s``, ``between_median_s``
            From the end of a bout to the next of the same behaviour, where all time between them
            is known. NaN without such a pair.
    """
    wanted = list(behaviours) if behaviours is not None else subject.behaviours
    groups = dict(tuple(subject.bouts.groupby("behaviour")))
    rows = [
        {**subject.keys, "behaviour": name, **_row(subject, groups.get(name))} for name in wanted
    ]
    return pd.DataFrame(rows)


def summary(subject: Subject) -> dict[str, Any]:
    """Say how much of the epoch is known and how it is covered.

    Returns
    -------
    dict
        ``epoch_s``; ``known_s`` and ``known_because``; ``unlabelled_share`` and ``overlap_share``:
        shares of the known time with no behaviour and with more than one (NaN without known time);
        ``n_bouts``.
    """
    known = n_frames(subject.known)
    states = subject.states[["start", "stop"]].to_numpy(np.int64)
    labelled = n_frames(union(states))
    at, change = states.ravel(), np.tile([1, -1], len(states))
    order = np.lexsort((change, at))  # an end comes before a start on the same frame
    depth = np.cumsum(change[order])[:-1]
    overlapping = int(np.diff(at[order])[depth > 1].sum()) if len(states) else 0
    return {
        "epoch_s": (subject.stop - subject.start) / subject.fps,
        "known_s": subject.known_s,
        "known_because": subject.basis,
        "unlabelled_share": 1 - labelled / known if known else np.nan,
        "overlap_share": overlapping / known if known else np.nan,
        "n_bouts": int(subject.bouts["begins"].sum()),
    }


def over_time(
    subject: Subject, *, bins_s: float, behaviours: Sequence[str] | None = None
) -> pd.DataFrame:
    """Measure budget and rate of each behaviour in bins of time.

    Parameters
    ----------
    bins_s
        Length of a bin; the last one may be shorter, and a tail under a quarter of a bin joins the
        one before.

    Returns
    -------
    pandas.DataFrame
        ``behaviour, bin_start_s, bin_stop_s`` (from the start of the video), ``known_s``,
        ``budget`` (share of the bin's known time), ``n_bouts`` that begin in it, ``bouts_per_min``.
        NaN in a bin without known time.
    """
    if not bins_s * subject.fps >= 1:
        raise ValueError(
            f"expected bins of at least a frame ({1 / subject.fps:.3f} s), found {bins_s} s"
        )
    step = round(bins_s * subject.fps)
    edges = np.append(np.arange(subject.start, subject.stop, step), subject.stop)
    if len(edges) > 2 and edges[-1] - edges[-2] < step / 4:
        edges = np.delete(edges, -2)
    known = frames_in_bins(subject.known, edges)
    tables = []
    for name in behaviours if behaviours is not None else subject.behaviours:
        of_it = subject.bouts[subject.bouts["behaviour"] == name]
        states = of_it.loc[of_it["kind"] == "state", ["start", "stop"]].to_numpy(np.int64)
        begun = np.histogram(of_it.loc[of_it["begins"], "start"], edges)[0]
        frames = frames_in_bins(union(states), edges)
        columns = {
            "bin_start_s": edges[:-1] / subject.fps,
            "bin_stop_s": edges[1:] / subject.fps,
            "known_s": known / subject.fps,
            "budget": _ratio(frames, known),
            "n_bouts": begun,
            "bouts_per_min": _ratio(begun * 60 * subject.fps, known),
        }
        tables.append(pd.DataFrame({**subject.keys, "behaviour": name, **columns}))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _row(subject: Subject, bouts: pd.DataFrame | None) -> dict[str, Any]:
    known_s, fps = subject.known_s, subject.fps
    if bouts is None:
        bouts = subject.bouts.iloc[:0]
    begun = bouts[bouts["begins"]]
    durations_s = (begun["stop"] - begun["start"]).to_numpy() / fps
    only_points = bool(len(bouts)) and (bouts["kind"] == "point").all()
    states = bouts[bouts["kind"] == "state"]
    time_s = float((states["stop"] - states["start"]).sum()) / fps
    latency_s, censored = _latency(subject, bouts)
    between_s = _between(subject, bouts) / fps
    return {
        "known_s": known_s,
        "time_s": np.nan if only_points else time_s,
        "budget": time_s / known_s if known_s and not only_points else np.nan,
        "n_bouts": len(begun),
        "bouts_per_min": 60 * len(begun) / known_s if known_s else np.nan,
        **_durations(durations_s[:0] if only_points else durations_s),
        "n_cut": int(begun["cut"].sum()),
        "latency_s": latency_s,
        "latency_censored": censored,
        "between_mean_s": between_s.mean() if len(between_s) else np.nan,
        "between_median_s": float(np.median(between_s)) if len(between_s) else np.nan,
    }


def _durations(durations_s: NDArray[np.float64]) -> dict[str, float]:
    some = len(durations_s) > 0
    return {
        "duration_mean_s": float(durations_s.mean()) if some else np.nan,
        "duration_median_s": float(np.median(durations_s)) if some else np.nan,
        "duration_sd_s": float(durations_s.std(ddof=1)) if len(durations_s) > 1 else np.nan,
        "duration_longest_s": float(durations_s.max()) if some else np.nan,
    }


def _latency(subject: Subject, bouts: pd.DataFrame) -> tuple[float, bool]:
    if not len(subject.known):
        return np.nan, True
    first = int(subject.known[0, 0])
    if not len(bouts):
        return (int(subject.known[-1, 1]) - first) / subject.fps, True
    return (int(bouts["start"].iloc[0]) - first) / subject.fps, False


def _between(subject: Subject, bouts: pd.DataFrame) -> NDArray[np.int64]:
    starts, stops = bouts["start"].to_numpy()[1:], bouts["stop"].to_numpy()[:-1]
    place = place_of(subject.known, starts)
    same = (place == place_of(subject.known, stops - 1)) & (place >= 0)
    gaps: NDArray[np.int64] = (starts - stops)[same]
    return gaps


def _ratio(part: NDArray, whole: NDArray) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.full(len(whole), np.nan), where=np.asarray(whole) > 0)
