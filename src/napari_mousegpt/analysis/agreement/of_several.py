"""Agreement among several annotators: alpha, Fleiss' kappa, and every pair. Knows no files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.analysis.agreement.coefficients import fleiss_kappa, krippendorff_alpha
from napari_mousegpt.analysis.agreement.measures import (
    behaviour_measures,
    draws_of_units,
    interval,
    overall_measures,
)
from napari_mousegpt.analysis.agreement.tallies import DrawBy, tally, unit_of, units_of
from napari_mousegpt.analysis.agreement.tracks import (
    Track,
    both_assessed,
    codes_of,
    make_tracks,
    pieces,
)

Votes = tuple[NDArray[np.int64], NDArray[np.float64]]
"""Votes for each code, shape (patterns, codes), and the frames that have this pattern."""


@dataclass(frozen=True, slots=True, eq=False)
class SeveralAgreement:
    """Agreement of several annotators.

    Attributes
    ----------
    coefficients
        ``behaviour`` ("all" for all codes at once), ``krippendorff_alpha, low, high`` (95 %
        interval over recordings or animals, NaN with one), ``fleiss_kappa`` (of the frames that
        everybody assessed), ``frames`` (assessed by two or more).
    pairs
        ``first, second, frames, kappa, f1_macro, event_f1, segment_f1_50`` and the kappa of each
        behaviour as ``kappa <behaviour>``.
    n_units
        Recordings or animals that the intervals draw.
    """

    coefficients: pd.DataFrame
    pairs: pd.DataFrame
    n_units: int


def agreement_of_several(
    codings: Mapping[str, pd.DataFrame],
    *,
    behaviours: Sequence[str],
    fps: float,
    tolerance_s: float = 0.5,
    frames: Mapping[str, int] | None = None,
    assessed: Mapping[str, pd.DataFrame] | None = None,
    draw_by: DrawBy | None = None,
    n_draws: int = 500,
    seed: int = 0,
) -> SeveralAgreement:
    """Compare any number of annotators, each on what they assessed.

    Parameters
    ----------
    codings
        Annotator to bout table, two or more.
    behaviours, frames, assessed, draw_by, fps, tolerance_s
        As for `agreement.agreement`. A frame in which an annotator says several behaviours is
        missing from them where all codes are taken at once, and counts for each behaviour.

    Raises
    ------
    ValueError
        If there are fewer than two annotators, or nothing that two assessed.
    """
    if len(codings) < 2:
        raise ValueError(f"expected two annotators or more, found {', '.join(codings) or 'none'}")
    tracks = make_tracks(codings, behaviours=behaviours, frames=frames, assessed=assessed)
    if not tracks:
        raise ValueError("expected time that two annotators assessed, found none")
    unit = draw_by.unit if draw_by else units_of(tracks)
    units: dict[str, list[Track]] = {}
    for track in tracks:
        units.setdefault(unit_of(track, unit, draw_by), []).append(track)
    rows = []
    for name in ("all", *behaviours):
        votes = [
            _votes(group, behaviours, None if name == "all" else name) for group in units.values()
        ]
        rows.append({"behaviour": name} | _coefficients(votes, len(codings), n_draws, seed))
    pairs = [
        _pair(tracks, list(codings), behaviours, one, two, round(tolerance_s * fps))
        for one, two in combinations(range(len(codings)), 2)
    ]
    return SeveralAgreement(
        pd.DataFrame(rows), pd.DataFrame([pair for pair in pairs if pair]), len(units)
    )


def _votes(tracks: Sequence[Track], behaviours: Sequence[str], only: str | None) -> Votes:
    patterns, frames = [], []
    names = list(behaviours) if only is None else [only]
    for track in tracks:
        ranges, said, looked = pieces(track.said, track.assessed, names)
        codes = np.where(looked, codes_of(said), -1)
        patterns.append((codes[..., None] == np.arange(len(names) + 1)).sum(axis=0))
        frames.append(ranges[:, 1] - ranges[:, 0])
    alike, which = np.unique(np.concatenate(patterns), axis=0, return_inverse=True)
    counts = np.bincount(which.ravel(), np.concatenate(frames), minlength=len(alike))
    return alike.astype(np.int64), counts.astype(float)


def _coefficients(
    votes: Sequence[Votes], n_annotators: int, n_draws: int, seed: int
) -> dict[str, float]:
    patterns = np.concatenate([alike for alike, _ in votes])
    frames = np.concatenate([weights for _, weights in votes])
    low = high = np.float64("nan")
    if len(votes) > 1:
        unit = np.repeat(np.arange(len(votes)), [len(alike) for alike, _ in votes])
        drawn = [
            krippendorff_alpha(patterns, frames * times[unit])
            for times in draws_of_units(len(votes), n_draws, seed)
        ]
        low, high = interval(np.array(drawn))
    complete = patterns.sum(axis=1) == n_annotators
    return {
        "krippendorff_alpha": krippendorff_alpha(patterns, frames),
        "low": float(low),
        "high": float(high),
        "fleiss_kappa": fleiss_kappa(patterns[complete], frames[complete])
        if complete.any()
        else float("nan"),
        "frames": int(frames[patterns.sum(axis=1) > 1].sum()),
    }


def _pair(
    tracks: Sequence[Track],
    names: Sequence[str],
    behaviours: Sequence[str],
    one: int,
    two: int,
    tolerance: int,
) -> dict[str, object] | None:
    both = [both_assessed(track, one, two) for track in tracks]
    both = [track for track in both if len(track.assessed[0])]
    if not both:
        return None
    tallies = tally(both, behaviours, unit="recording", tolerance=tolerance)
    total = tallies.drawn(np.ones((1, len(tallies.several))))
    measures = overall_measures(total)
    kappas = behaviour_measures(total)["kappa"][0]
    return {
        "first": names[one],
        "second": names[two],
        "frames": int(total.confusion.sum() + total.several.sum()),
        **{
            name: float(measures[name][0])
            for name in ("kappa", "f1_macro", "event_f1", "segment_f1_50")
        },
        **{f"kappa {name}": float(value) for name, value in zip(behaviours, kappas, strict=True)},
    }
