"""Clusters that may be one behaviour, with the reasons. A person decides. Knows no file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.analysis.clusters.naming import term_shares

MOST_APART = 1.1
LEAST_SHARED = 0.75


@dataclass(frozen=True, slots=True)
class MergeProposal:
    """Two clusters that look like one.

    ``apart`` is the distance of their centres in units of their mean radii, ``shared_words`` the
    cosine of their word shares, ``transitions`` how often one follows the other against chance
    (1 is chance; high where one behaviour flickers between two clusters; NaN if they never meet).
    ``by`` is the language model that proposed it, "" for these measures.
    """

    one: int
    other: int
    score: float
    apart: float
    shared_words: float
    transitions: float
    reason: str
    by: str = ""


def propose_merges(
    windows: pd.DataFrame,
    terms: Sequence[Sequence[str]],
    points: NDArray[np.float32],
    *,
    rejected: frozenset[str] = frozenset(),
    spoken: Mapping[tuple[int, int], tuple[str, str]] | None = None,
) -> list[MergeProposal]:
    """Find pairs of clusters that are near and said in the same words; the likeliest first.

    Those that a language model took for one come before.

    Parameters
    ----------
    windows
        Interval table with ``cluster``.
    terms, points
        Words and vectors of its rows.
    rejected
        Pairs not to propose again, as ``merge 2 5``.
    spoken
        Pairs proposed by a language model to its reason and name.
    """
    labels = windows["cluster"].to_numpy(np.int64)
    shares = term_shares(terms, labels)
    numbers = [int(number) for number in shares.index]
    centres, radii = {}, {}
    for number in numbers:
        members = points[labels == number]
        centres[number] = np.nanmean(members, axis=0)
        radii[number] = float(np.sqrt(np.nanmean(((members - centres[number]) ** 2).sum(axis=1))))
    changes = transition_ratios(windows)
    proposals = []
    for one, other in combinations(numbers, 2):
        if f"merge {one} {other}" in rejected:
            continue
        distance = float(np.linalg.norm(centres[one] - centres[other]))
        apart = distance / max((radii[one] + radii[other]) / 2, 1e-9)
        shared = _cosine(shares.loc[one].to_numpy(), shares.loc[other].to_numpy())
        reason, by = (spoken or {}).get((one, other), ("", ""))
        if by or (apart <= MOST_APART and shared >= LEAST_SHARED):
            ratio = changes.get((one, other), float("nan"))
            measured = _proposal(one, other, apart, shared, ratio, shares)
            whole = f"{reason} ({by}; {measured.reason})" if by else measured.reason
            proposals.append(replace(measured, reason=whole, by=by))
    return sorted(proposals, key=lambda proposal: (not proposal.by, -proposal.score))


def transition_ratios(windows: pd.DataFrame) -> dict[tuple[int, int], float]:
    """How often one cluster follows another, either way, against chance.

    Chance is what the numbers of bouts alone would give. Pairs never seen next to each other are
    absent.
    """
    pairs: list[tuple[int, int]] = []
    for _, rows in windows.groupby(["video", "individual", "run_id"], sort=False, dropna=False):
        labels = rows.sort_values("start")["cluster"].to_numpy(np.int64)
        changed = np.flatnonzero(labels[1:] != labels[:-1])
        pairs += [(int(labels[row]), int(labels[row + 1])) for row in changed]
    pairs = [(min(pair), max(pair)) for pair in pairs if min(pair) >= 0]
    if not pairs:
        return {}
    ends = np.bincount(np.array(pairs).ravel())
    total = len(pairs)
    # Bouts next to each other always differ: chance is taken over pairs of different clusters.
    different = 1 - float(((ends / (2 * total)) ** 2).sum())
    counts = pd.Series(pairs).value_counts()
    return {
        (one, other): float(
            count
            / (total * 2 * (ends[one] / (2 * total)) * (ends[other] / (2 * total)) / different)
        )
        for (one, other), count in counts.items()
    }


def _proposal(
    one: int, other: int, apart: float, shared: float, ratio: float, shares: pd.DataFrame
) -> MergeProposal:
    both = shares.loc[[one, other]].min().sort_values(ascending=False, kind="stable")
    words = ", ".join(str(word) for word in both[both >= 0.3].index[:4])
    reason = f"centres {apart:.2f} radii apart; {100 * shared:.0f} % the same words ({words})"
    if ratio == ratio:
        reason += f"; follow each other {ratio:.1f} times as often as by chance"
    flicker = 0.0 if ratio != ratio else 0.1 * np.tanh(ratio - 1)
    score = float(shared - 0.5 * apart + flicker)
    return MergeProposal(one, other, score, apart, shared, ratio, reason)


def _cosine(one: NDArray, other: NDArray) -> float:
    return float(one @ other / max(np.linalg.norm(one) * np.linalg.norm(other), 1e-12))
