"""Whether answers follow the pictures: facts with and without them. Knows no picture.

Each control is compared with the answers to the true clips. How alike answers are anyway, because a
captioner says the same of most windows, is measured by comparing answers to different windows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from napari_mousegpt.analysis.wording.fact_reader import same_value

Facts = Mapping[str, frozenset[str]]
BLANKED, SHUFFLED, SWAPPED = "blanked", "shuffled", "swapped"
TOO_ALIKE = 0.9
"""Share of facts that stay the same without pictures, from which a captioner does not look."""
MUCH = 0.5
"""Share of what answers to different windows differ by that blanking must change at least."""
MONOTONOUS = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class Looking:
    """How much answers hang on the pictures.

    Attributes
    ----------
    table
        ``control, windows, facts, same``: share of the facts that both answers state and that are
        the same; ``other windows`` is the likeness of answers to different windows, ``swapped, the
        other's`` that with the answer to the window whose pictures were shown instead.
    verdict
        One sentence; None if nothing can be said.
    """

    table: pd.DataFrame
    verdict: str | None
    looks: bool | None


def compare_controls(
    true: Sequence[Facts],
    controls: Mapping[str, Sequence[Facts]],
    *,
    shown: Sequence[int] | None = None,
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
    """
    rows = [_row("other windows", [(a, b) for a, b in combinations(true, 2)])]
    for name, answers in controls.items():
        rows.append(_row(name, list(zip(true, answers, strict=True))))
        if name == SWAPPED and shown is not None:
            pairs = [(true[place], one) for place, one in zip(shown, answers, strict=True)]
            rows.append(_row("swapped, the other's", pairs))
    table = pd.DataFrame(rows)
    verdict, looks = _verdict(table.set_index("control")["same"])
    return Looking(table, verdict, looks)


def same_facts(first: Facts, second: Facts) -> tuple[int, int]:
    """Facts that both state alike, and facts that either states."""
    either = set(first) | set(second)
    alike = sum(
        any(same_value(a, b) for a in first[name] for b in second[name])
        for name in set(first) & set(second)
    )
    return alike, len(either)


def _row(name: str, pairs: Sequence[tuple[Facts, Facts]]) -> dict[str, object]:
    counts = np.array([same_facts(a, b) for a, b in pairs]).reshape(-1, 2).sum(axis=0)
    share = float(counts[0] / counts[1]) if counts[1] else float("nan")
    return {"control": name, "windows": len(pairs), "facts": int(counts[1]), "same": share}


def _verdict(same: pd.Series) -> tuple[str | None, bool | None]:
    usual, blanked = same["other windows"], same.get(BLANKED, float("nan"))
    if not np.isfinite(usual) or not np.isfinite(blanked):
        return None, None
    said = f"{100 * blanked:.0f} % of the facts stay when frames are blanked"
    between = f"answers to different windows share {100 * usual:.0f} %"
    if usual >= MONOTONOUS:
        return f"Nearly every window gets the same answer ({between}): it tells nothing.", False
    if blanked >= TOO_ALIKE or blanked >= 1 - MUCH * (1 - usual):
        return f"{said} ({between}): this model does not look, or hardly.", False
    text = f"{said}, while {between}: this model looks"
    swapped, theirs = same.get(SWAPPED), same.get("swapped, the other's")
    if swapped is not None and theirs is not None:
        follows = "follow the pictures" if theirs > swapped else "do not follow the pictures"
        text += (
            f". Shown another window's frames, its answers {follows} "
            f"({100 * theirs:.0f} % as of that window, {100 * swapped:.0f} % as before)"
        )
    shuffled = same.get(SHUFFLED)
    if shuffled is not None and shuffled >= TOO_ALIKE:
        text += f". The order of the frames hardly matters to it ({100 * shuffled:.0f} % stay)"
    return f"{text}.", True
