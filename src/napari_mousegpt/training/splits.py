"""Which records are held out for measuring: whole animals, never windows. Knows no file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.analysis.review.corrected_examples import split_by_animal

TRIES = 50


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Held-out rows, in what unit they are held out, and what a person must know of it."""

    held_out: NDArray[np.bool_]
    unit: str
    warnings: tuple[str, ...] = ()


def split_records(rows: pd.DataFrame, *, share: float = 0.2, seed: int = 0) -> Split:
    """Hold out animals, or recordings of one animal, or the last part of one recording of it.

    Of the ways to choose whole units, that one is taken which leaves most behaviours on both
    sides, then the share nearest to the one wanted.

    Parameters
    ----------
    rows
        Columns ``recording, individual, animal, cage`` (None where not known), ``start, stop,
        behaviour``.
    share
        Of the rows to hold out.

    Raises
    ------
    ValueError
        If there are fewer than two windows apart in time.
    """
    warnings: list[str] = []
    for unit, names in _units(rows):
        if names.nunique() >= 2:
            if unit == "recording" and rows["animal"].nunique() < 2:
                warnings.append(
                    "there is only one animal: whole recordings of it are held out, so the "
                    "measured accuracy holds for this animal and not for others"
                )
            return Split(most_even(rows.assign(unit=names), share, seed), unit, tuple(warnings))
    held_out = _latest(rows, share)
    return Split(
        held_out,
        "time",
        (
            "there is only one animal in one recording: its last part is held out, so the "
            "measured accuracy says little about other animals. Label a second animal.",
        ),
    )


def _units(rows: pd.DataFrame) -> list[tuple[str, pd.Series]]:
    """Ways to hold out, the strictest first: cages, animals, recordings."""
    units = [("animal", rows["animal"]), ("recording", rows["recording"])]
    if rows["cage"].notna().all():
        units.insert(0, ("cage", rows["cage"]))
    return units


def most_even(rows: pd.DataFrame, share: float, seed: int) -> NDArray[np.bool_]:
    """Choose whole units (column ``unit``) that leave most of column ``behaviour`` on both sides.

    Among equals, that choice is taken whose share of the rows is the nearest to ``share``.
    """
    best: tuple[float, float] | None = None
    chosen = np.zeros(len(rows), bool)
    for attempt in range(TRIES):
        held = split_by_animal(rows, held_out=share, animal="unit", seed=seed * TRIES + attempt)
        shared = set(rows["behaviour"][held]) & set(rows["behaviour"][~held])
        rank = (float(len(shared)), -abs(float(held.mean()) - share))
        if best is None or rank > best:
            best, chosen = rank, held
    return chosen


def _latest(rows: pd.DataFrame, share: float) -> NDArray[np.bool_]:
    """The last windows, none of which shares a frame with an earlier one."""
    border = float(np.quantile(rows["start"], 1 - share))
    held = (rows["start"] >= border).to_numpy()
    first = rows["start"][held].min() if held.any() else np.inf
    if not held.any() or not (rows["stop"] <= first).any():
        raise ValueError(
            f"expected labelled windows of two animals, or two apart in time, found {len(rows)} "
            "window(s) that cannot be held apart. Label more."
        )
    return held


def overlapping(rows: pd.DataFrame, held_out: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Rows for training that share frames with held-out ones of the same animal: to be dropped."""
    held = held_out
    drop = np.zeros(len(rows), bool)
    for _, group in rows.groupby(["recording", "video", "individual"]):
        places = group.index.to_numpy()
        for place in places[~held[places]]:
            other = group[held[places]]
            drop[place] = bool(
                (
                    (other["start"] < rows["stop"][place]) & (other["stop"] > rows["start"][place])
                ).any()
            )
    return drop
