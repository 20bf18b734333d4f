"""Agreement with a tolerance in time: events that both saw, and frames near a border.

Both measures grow, or stay, when the tolerance grows: chance is taken from what the annotators
said, never from how generously it is compared. Knows no files.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_mousegpt.analysis.agreement.coefficients import ratio
from napari_mousegpt.datamodel.spans import Spans, intersect, n_frames, union, without


def paired_events(
    first: Spans, second: Spans, tolerance: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pair the bouts of one behaviour whose starts and stops both lie within a tolerance.

    Parameters
    ----------
    first, second
        Bouts of two annotators, sorted and disjoint.
    tolerance
        Frames by which both the start and the stop may differ.

    Returns
    -------
    of_first, of_second
        Positions of the pairs. Each bout is in one pair at most, and there is no way to have
        more pairs: bouts are in order, so taking the first that fits is best.
    """
    pairs: list[tuple[int, int]] = []
    mine, theirs = first.tolist(), second.tolist()
    i = j = 0
    while i < len(mine) and j < len(theirs):
        start = theirs[j][0] - mine[i][0]
        stop = theirs[j][1] - mine[i][1]
        if abs(start) <= tolerance and abs(stop) <= tolerance:
            pairs.append((i, j))
            i, j = i + 1, j + 1
            continue
        # Too early in either respect stays too early for all that follow.
        mine_passed = start > tolerance or stop > tolerance
        theirs_passed = start < -tolerance or stop < -tolerance
        i += mine_passed
        j += theirs_passed
    found = np.array(pairs, np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def event_kappa(pairs: ArrayLike, n_first: ArrayLike, n_second: ArrayLike) -> NDArray[np.float64]:
    """Kappa of events: agreement is the share of all bouts that have a partner.

    Chance is that two bouts, one of each annotator, are of the same behaviour when each annotator
    deals out the behaviours as often as they did. Event-based kappas with a tolerance are compared
    by Bakeman, Quera and Gnisci (2009, Behavior Research Methods 41:137); unlike theirs this one
    takes chance from the annotators' own numbers of bouts, so that a wider tolerance never lowers
    it. Bouts without a partner count as disagreements: bouts at random times come out below 0.

    Parameters
    ----------
    pairs, n_first, n_second
        Pairs and bouts of each behaviour, shape (..., behaviours).

    Returns
    -------
    numpy.ndarray
        Shape (...); NaN with a single behaviour, where labels cannot be confused.
    """
    pairs, first, second = (np.asarray(part, float) for part in (pairs, n_first, n_second))
    agreed = ratio(2 * pairs.sum(-1), first.sum(-1) + second.sum(-1))
    chance = ratio((first * second).sum(-1), first.sum(-1) * second.sum(-1))
    above = np.where(np.abs(1 - chance) < 1e-12, 0.0, 1 - chance)
    return ratio(agreed - chance, above)


def tolerant_agreement(first: Spans, second: Spans, assessed: Spans, tolerance: int) -> float:
    """Frames on which two annotators agree about one behaviour, borders forgiven.

    A frame agrees if the other annotator says the same of any frame within the tolerance (time-unit
    kappa with tolerance, after Bakeman, Quera and Gnisci 2009); counted from both sides, the mean
    is returned. With a tolerance of 0 it is the number of frames on which both say the same.
    """
    one_way = _disagreeing(first, second, assessed, tolerance)
    other_way = _disagreeing(second, first, assessed, tolerance)
    return n_frames(assessed) - (one_way + other_way) / 2


def _disagreeing(mine: Spans, theirs: Spans, assessed: Spans, tolerance: int) -> int:
    yes_near = union(theirs + _sides(tolerance))
    no = without(assessed, theirs)
    no_near = union(no + _sides(tolerance))
    not_mine = without(assessed, mine)
    return (
        n_frames(without(mine, yes_near))
        + n_frames(intersect(not_mine, assessed))
        - n_frames(intersect(not_mine, no_near))
    )


def _sides(tolerance: int) -> NDArray[np.int64]:
    return np.array([-tolerance, tolerance], np.int64)
