"""Agreement of two annotators, whether persons, models or rules. Knows tables, not files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from napari_mousegpt.analysis.agreement.baselines import majority, shifted
from napari_mousegpt.analysis.agreement.borders import border_table
from napari_mousegpt.analysis.agreement.measures import (
    OVERALL,
    behaviour_measures,
    draws_of_units,
    interval,
    overall_measures,
)
from napari_mousegpt.analysis.agreement.ranking import average_precision, segment_average_precision
from napari_mousegpt.analysis.agreement.tallies import DrawBy, Tallies, Unit, tally, units_of
from napari_mousegpt.analysis.agreement.tracks import NOTHING, Track, both_assessed, make_tracks

FEW_UNITS = 6
FEW_BOUTS = 10
MEAN_PRECISIONS = {
    "map": ("average_precision", "mean average precision of frames by confidence"),
    "segment_map_50": ("segment_average_precision", "the same of bouts that overlap by 50 %"),
}
"""Means over the behaviours that both name; only where confidences are known, without intervals."""


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """How far two annotators agree.

    Attributes
    ----------
    overall
        One row for each measure of `agreement_measures.OVERALL`, and of `MEAN_PRECISIONS` where the
        other's bouts have confidences: ``measure, value, low, high``
        (95 % interval), ``majority`` (always the commonest code), ``shifted, shifted_low,
        shifted_high`` (the other's bouts at other times), ``meaning``.
    behaviours
        One row for each behaviour, one against the rest: kappa, F1 and their intervals, and
        counts, durations and errors of borders.
    confusion
        Frames by code of the reference (rows) and of the other (columns), without the frames
        in which one of them said several behaviours.
    unit, n_units
        What was drawn again for the intervals; there is none with a single unit.
    n_frames, several_share
        Frames that both assessed, and the share of them that ``confusion`` leaves out.
    warnings
        Sentences about what makes these numbers weak.
    """

    reference: str
    other: str
    overall: pd.DataFrame
    behaviours: pd.DataFrame
    confusion: pd.DataFrame
    unit: Unit
    n_units: int
    n_frames: int
    several_share: float
    warnings: tuple[str, ...]


def agreement(
    reference: pd.DataFrame,
    other: pd.DataFrame,
    *,
    behaviours: Sequence[str] | None = None,
    names: tuple[str, str] = ("reference", "other"),
    fps: float,
    tolerance_s: float = 0.5,
    frames: Mapping[str, int] | None = None,
    assessed: Mapping[str, pd.DataFrame] | None = None,
    unit: Unit | None = None,
    draw_by: DrawBy | None = None,
    n_draws: int = 1000,
    n_shifts: int = 20,
    seed: int = 0,
) -> Agreement:
    """Compare two annotators on the spans that both assessed.

    Parameters
    ----------
    reference, other
        Bout tables; the reference is taken for the truth where a measure has one.
    behaviours
        Those to compare; all that either names if None.
    names
        Of the two, for tables and for ``assessed``.
    fps
        Frames per second, for the tolerance and for seconds in the tables.
    tolerance_s
        By how much both the start and the stop of a bout may differ.
    frames
        Video to number of frames; 0 to the last stop that either gave where it is not known.
    assessed
        Annotator to an interval table of what they looked at; the whole video if not given.
    unit
        What the intervals draw again: recordings if there are several, else animals, else
        blocks of time, which takes bouts far apart for independent.
    draw_by
        In place of ``unit``, where names of videos and individuals do not tell what is one.
    n_draws, n_shifts, seed
        Bootstrap draws, shifts of the other's bouts, and the seed of both.

    Raises
    ------
    ValueError
        If there is nothing that both assessed, or no behaviour.
    """
    chosen = list(behaviours) if behaviours is not None else _named_by(reference, other)
    if not chosen:
        raise ValueError("expected bouts of one behaviour at least, found none on either side")
    codings = {names[0]: reference, names[1]: other}
    tracks = [
        both_assessed(track, 0, 1)
        for track in make_tracks(codings, behaviours=chosen, frames=frames, assessed=assessed)
    ]
    tracks = [track for track in tracks if len(track.assessed[0])]
    if not tracks:
        raise ValueError(_nothing_common(reference, other, names))
    unit = draw_by.unit if draw_by else unit or units_of(tracks)
    tolerance = round(tolerance_s * fps)
    tallies = tally(tracks, chosen, unit=unit, tolerance=tolerance, draw_by=draw_by)
    total = _total(tracks, chosen, unit, tolerance)
    draws = _draws(tallies, n_draws, seed)
    chance = _chance(tracks, chosen, unit, tolerance, n_shifts, seed)
    usual = _total(majority(tracks, chosen), chosen, unit, tolerance)
    table = _behaviours(total, draws, chance, chosen)
    table = table.merge(border_table(tracks, chosen, fps=fps), on="behaviour", how="left")
    for ranked in (average_precision, segment_average_precision):
        table = table.merge(ranked(tracks, other, chosen), on="behaviour", how="left")
    several = float(total.several[0])
    seen = float(total.confusion.sum()) + several
    codes = [*chosen, NOTHING]
    return Agreement(
        reference=names[0],
        other=names[1],
        overall=_overall(total, draws, chance, usual, table),
        behaviours=table,
        confusion=pd.DataFrame(total.confusion[0].astype(np.int64), codes, codes),
        unit=unit,
        n_units=len(tallies.several),
        n_frames=int(seen),
        several_share=several / seen,
        warnings=tuple(_warnings(table, unit, len(tallies.several), several / seen, names)),
    )


def _overall(
    total: Tallies,
    draws: Tallies | None,
    chance: list[Tallies],
    usual: Tallies,
    ranked: pd.DataFrame,
) -> pd.DataFrame:
    values, guessed = overall_measures(total), overall_measures(usual)
    drawn = overall_measures(draws) if draws is not None else None
    moved = [overall_measures(one) for one in chance]
    rows = []
    for name, meaning in OVERALL.items():
        low, high = interval(drawn[name]) if drawn is not None else (np.nan, np.nan)
        by_chance = np.array([one[name][0] for one in moved] or [np.nan])
        rows.append(
            {
                "measure": name,
                "value": values[name][0],
                "low": float(low),
                "high": float(high),
                "majority": guessed[name][0],
                "shifted": _median(by_chance),
                "shifted_low": float(interval(by_chance)[0]),
                "shifted_high": float(interval(by_chance)[1]),
                "meaning": meaning,
            }
        )
    for name, (column, meaning) in MEAN_PRECISIONS.items():
        if ranked[column].notna().any():
            rows.append(
                {"measure": name, "value": float(ranked[column].mean()), "meaning": meaning}
            )
    return pd.DataFrame(rows)


def _behaviours(
    total: Tallies, draws: Tallies | None, chance: list[Tallies], behaviours: Sequence[str]
) -> pd.DataFrame:
    values = {name: value[0] for name, value in behaviour_measures(total).items()}
    moved = [behaviour_measures(one) for one in chance]
    table = pd.DataFrame({"behaviour": list(behaviours), **values})
    for name in ("kappa", "f1"):
        bounds = np.full((2, len(behaviours)), np.nan)
        if draws is not None:
            bounds = interval(behaviour_measures(draws)[name])
        by_chance = np.array([one[name][0] for one in moved]).reshape(-1, len(behaviours))
        table[f"{name}_low"], table[f"{name}_high"] = bounds
        table[f"{name}_shifted"] = [_median(column) for column in by_chance.T]
    return table


def _draws(tallies: Tallies, n_draws: int, seed: int) -> Tallies | None:
    n_units = len(tallies.several)
    return (
        tallies.drawn(draws_of_units(n_units, n_draws, seed)) if n_units > 1 and n_draws else None
    )


def _chance(
    tracks: list[Track],
    behaviours: Sequence[str],
    unit: Unit,
    tolerance: int,
    n_shifts: int,
    seed: int,
) -> list[Tallies]:
    return [
        _total(shifted(tracks, seed + number), behaviours, unit, tolerance)
        for number in range(n_shifts)
    ]


def _total(tracks: list[Track], behaviours: Sequence[str], unit: Unit, tolerance: int) -> Tallies:
    # One unit is enough for a sum, and far quicker than blocks.
    whole: Unit = "animal" if unit == "block" else unit
    tallies = tally(tracks, behaviours, unit=whole, tolerance=tolerance)
    return tallies.drawn(np.ones((1, len(tallies.several)), np.int64))


def _median(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")


def _named_by(*tables: pd.DataFrame) -> list[str]:
    named = [table.loc[table["kind"] == "state", "behaviour"].unique() for table in tables]
    return sorted({str(name) for names in named for name in names})


def _nothing_common(reference: pd.DataFrame, other: pd.DataFrame, names: tuple[str, str]) -> str:
    animals = [
        ", ".join(f"{video or 'no video'}/{who}" for video, who in sorted(pairs)[:5]) or "nothing"
        for pairs in (
            set(zip(table["video"], table["individual"], strict=True))
            for table in (reference, other)
        )
    ]
    return (
        f"expected time that both assessed, found none: {names[0]} assessed {animals[0]}, "
        f"{names[1]} {animals[1]} (video/individual). Rename the one or the other."
    )


def _warnings(
    table: pd.DataFrame, unit: Unit, n_units: int, several_share: float, names: tuple[str, str]
) -> list[str]:
    said = []
    if n_units < 2:
        said.append("one short track only: no interval can be given")
    elif unit == "block":
        said.append(
            f"one animal in one recording: intervals draw {n_units} blocks of its time and say "
            "nothing about other animals"
        )
    elif n_units < FEW_UNITS:
        said.append(f"{n_units} {unit}s only: the intervals are rough, and mostly too narrow")
    few = table[table[["bouts_reference", "bouts_other"]].min(axis=1) < FEW_BOUTS]
    if len(few):
        shown = ", ".join(
            f"{row.behaviour} ({row.bouts_reference} and {row.bouts_other})"
            for row in few.itertuples()
        )
        said.append(f"fewer than {FEW_BOUTS} bouts by {names[0]} or {names[1]}: {shown}")
    if several_share > 0.001:
        said.append(
            f"{100 * several_share:.1f} % of the frames have several behaviours at once: they are "
            "left out of confusion, accuracy and kappa overall, not of the behaviours' own rows"
        )
    return said
