"""Whether answers follow the pictures: facts with and without them. Knows no picture.

Each control is compared with the answers to the true clips. How alike answers are anyway, because a
captioner says the same of most windows, is measured by comparing answers to different windows.
A bootstrap says how sure that is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.analysis.agreement.measures import draws_of_units, interval
from napari_mousegpt.analysis.wording.fact_reader import same_value

Facts = Mapping[str, frozenset[str]]
Numbers = NDArray[np.float64]
BLANKED, SHUFFLED, SWAPPED = "blanked", "shuffled", "swapped"
OTHERS, THEIRS = "other windows", "swapped, the other's"
TOO_ALIKE = 0.9
"""Share of facts that stay the same without pictures, from which a captioner does not look."""
MUCH = 0.5
"""Share of what answers to different windows differ by that blanking must change at least."""
MONOTONOUS = 0.95
SURE = 0.975
"""Share of the draws that must come to the same verdict: both ends of a 95 % interval do."""


@dataclass(frozen=True, slots=True, eq=False)
class Looking:
    """How much answers hang on the pictures.

    Attributes
    ----------
    table
        ``control, windows, facts, same, low, high``: share of the facts that both answers state
        and that are the same, and its 95 % interval; ``other windows`` is the likeness of answers
        to different windows, ``swapped, the other's`` that with the answer to the window whose
        pictures were shown instead.
    verdict
        One sentence; None if nothing can be said.
    looks
        None if that cannot be told, or not from so many windows.
    unit, n_units
        What was drawn again for the intervals: recordings if there are several, else windows.
    """

    table: pd.DataFrame
    verdict: str | None
    looks: bool | None
    unit: str
    n_units: int


def compare_controls(
    true: Sequence[Facts],
    controls: Mapping[str, Sequence[Facts]],
    *,
    shown: Sequence[int] | None = None,
    recordings: Sequence[str] | None = None,
    n_draws: int = 1000,
    seed: int = 0,
) -> Looking:
    """Compare answers to true clips with those to altered ones.

    Parameters
    ----------
    true
        Facts of the answers, one for each window.
    controls
        The same windows ``blanked``, ``shuffled`` in time, or ``swapped``.
    shown
        For ``swapped``, the place of the window whose pictures each was shown.
    recordings
        Of each window; all of one if None.
    n_draws, seed
        Of the bootstrap.
    """
    unit, units = _units(len(true), recordings)
    drawn = draws_of_units(units.max(initial=0) + 1, n_draws, seed)[:, units].astype(float)
    counts = np.vstack([np.ones(len(true)), drawn])  # the first is all windows as they are
    rows, shares = [], {}
    for name, alike, either in _compared(true, controls, shown):
        hits, facts = _summed(alike, counts), _summed(either, counts)
        shares[name] = np.divide(hits, facts, out=np.full_like(hits, np.nan), where=facts > 0)
        low, high = interval(shares[name][1:]) if n_draws else (np.nan, np.nan)
        pairs = len(true) * (len(true) - 1) // 2 if name == OTHERS else len(true)
        row = {"control": name, "windows": pairs, "facts": int(facts[0])}
        rows.append(row | {"same": shares[name][0], "low": float(low), "high": float(high)})
    table = pd.DataFrame(rows)
    n_units = int(units.max(initial=0)) + 1
    verdict, looks = _verdict(table.set_index("control"), shares, f"{n_units} {unit}s")
    return Looking(table, verdict, looks, unit, n_units)


def same_facts(first: Facts, second: Facts) -> tuple[int, int]:
    """Facts that both state alike, and facts that either states."""
    either = set(first) | set(second)
    alike = sum(
        any(same_value(a, b) for a in first[name] for b in second[name])
        for name in set(first) & set(second)
    )
    return alike, len(either)


def _units(number: int, recordings: Sequence[str] | None) -> tuple[str, NDArray[np.int64]]:
    names = [] if recordings is None else sorted(set(recordings))
    if recordings is None or len(names) < 2:
        return "window", np.arange(number)
    return "recording", np.array([names.index(name) for name in recordings])


def _compared(
    true: Sequence[Facts], controls: Mapping[str, Sequence[Facts]], shown: Sequence[int] | None
) -> list[tuple[str, Numbers, Numbers]]:
    """Facts alike and stated of each comparison: by window, or of each two windows once."""
    each = np.array([[same_facts(a, b) for b in true] for a in true], float)
    each = each.reshape(len(true), len(true), 2)
    found = [(OTHERS, np.triu(each[..., 0], 1), np.triu(each[..., 1], 1))]
    for name, answers in controls.items():
        pairs = [(name, true)]
        if name == SWAPPED and shown is not None:
            pairs.append((THEIRS, [true[place] for place in shown]))
        for called, others in pairs:
            counted = [same_facts(a, b) for a, b in zip(others, answers, strict=True)]
            alike, either = np.array(counted, float).reshape(-1, 2).T
            found.append((called, alike, either))
    return found


def _summed(values: Numbers, counts: Numbers) -> Numbers:
    """Sums with windows as often as each draw has them; shape (draws,)."""
    if values.ndim == 1:
        return counts @ values
    return np.einsum("di,ij,dj->d", counts, values, counts, optimize=True)


def _verdict(
    table: pd.DataFrame, shares: Mapping[str, Numbers], drawn: str
) -> tuple[str | None, bool | None]:
    same = table["same"]
    usual, blanked = same[OTHERS], same.get(BLANKED, float("nan"))
    if not np.isfinite(usual) or not np.isfinite(blanked):
        return None, None
    said = f"{_share(table, BLANKED)} of the facts stay when frames are blanked"
    between = f"answers to different windows share {_share(table, OTHERS)}"
    how = f"intervals: 95 %, over {drawn}"
    if _surely(shares[OTHERS] >= MONOTONOUS):
        text = f"Nearly every window gets the same answer ({between}; {how}): it tells nothing."
        return text, False
    looking = _looking(shares[OTHERS], shares[BLANKED])
    known = np.isfinite(shares[OTHERS]) & np.isfinite(shares[BLANKED])
    if _surely(~looking[known]):
        return f"{said} ({between}; {how}): this model does not look, or hardly.", False
    if not _surely(looking[known]):
        text = (
            f"{said}, while {between} ({how}): from these it cannot be told whether this model "
            f"looks ({100 * looking[known][1:].mean():.0f} % of the draws say so). Ask about more "
            "windows."
        )
        return text, None
    text = f"{said}, while {between} ({how}): this model looks"
    if SWAPPED in same and THEIRS in same:
        text += f". Shown another window's frames, {_following(table, shares)}"
    if SHUFFLED in same and same[SHUFFLED] >= TOO_ALIKE:
        sure = "hardly matters" if table.loc[SHUFFLED, "low"] >= TOO_ALIKE else "may hardly matter"
        text += f". The order of the frames {sure} to it ({_share(table, SHUFFLED)} stay)"
    return f"{text}.", True


def _looking(usual: Numbers, blanked: Numbers) -> NDArray[np.bool_]:
    """Whether the pictures matter, draw by draw."""
    changed = blanked < 1 - MUCH * (1 - usual)
    return (usual < MONOTONOUS) & (blanked < TOO_ALIKE) & changed


def _surely(said: NDArray[np.bool_]) -> bool:
    """Whether it holds for all windows, and nearly however they are drawn."""
    return bool(said[0]) and (len(said) == 1 or float(said[1:].mean()) >= SURE)


def _following(table: pd.DataFrame, shares: Mapping[str, Numbers]) -> str:
    more = shares[THEIRS] > shares[SWAPPED]
    less = shares[THEIRS] <= shares[SWAPPED]
    follow = "it cannot be told whether its answers follow the pictures"
    if _surely(more):
        follow = "its answers follow the pictures"
    elif _surely(less):
        follow = "its answers do not follow the pictures"
    return (
        f"{follow} ({_share(table, THEIRS)} as of that window, {_share(table, SWAPPED)} as before)"
    )


def _share(table: pd.DataFrame, name: str) -> str:
    row = table.loc[name]
    if not np.isfinite(row["low"]):
        return f"{100 * row['same']:.0f} %"
    return f"{100 * row['same']:.0f} % ({100 * row['low']:.0f} to {100 * row['high']:.0f})"
