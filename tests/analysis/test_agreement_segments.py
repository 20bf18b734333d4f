"""F1 at an overlap and the edit score against their published definition, frame by frame."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_mousegpt.analysis.agreement.events import (
    event_kappa,
    paired_events,
    tolerant_agreement,
)
from napari_mousegpt.analysis.agreement.segments import (
    OVERLAPS,
    border_errors,
    edit_score,
    segment_hits,
)
from napari_mousegpt.datamodel.spans import union

NOTHING = "."


def segments(labels: str) -> list[tuple[str, int, int]]:
    found, at = [], 0
    for label, group in groupby(labels):
        length = len(list(group))
        if label != NOTHING:
            found.append((label, at, at + length))
        at += length
    return found


def spans_of(labels: str, label: str) -> np.ndarray:
    return union([(start, stop) for name, start, stop in segments(labels) if name == label])


def published_counts(truth: str, found: str, overlap: float) -> tuple[int, int, int]:
    """True positives, false positives, misses as Lea et al. 2017 and MS-TCN define them."""
    true = segments(truth)
    taken = [False] * len(true)
    hits = wrong = 0
    for label, start, stop in segments(found):
        shares = [
            (min(stop, b) - max(start, a)) / (max(stop, b) - min(start, a)) * (label == name)
            for name, a, b in true
        ]
        best = int(np.argmax(shares)) if shares else -1
        if best >= 0 and shares[best] >= overlap and not taken[best]:
            hits += 1
            taken[best] = True
        else:
            wrong += 1
    return hits, wrong, taken.count(False)


def published_edit(first: list[str], second: list[str]) -> float:
    table = np.zeros((len(first) + 1, len(second) + 1))
    table[:, 0], table[0] = range(len(first) + 1), range(len(second) + 1)
    for i, a in enumerate(first, 1):
        for j, b in enumerate(second, 1):
            table[i, j] = min(
                table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (a != b)
            )
    return 100 * (1 - table[-1, -1] / max(len(first), len(second)))


@pytest.mark.parametrize(
    ("truth", "found", "hits_at_10_25_50"),
    [
        pytest.param("AAAABBBB", "AAAABBBB", (2, 2, 2), id="the same"),
        pytest.param("AAAABBBB", "AABBBBBB", (2, 2, 2), id="half of A is just enough"),
        pytest.param("AAAA....", "..AAAA..", (1, 1, 0), id="a third"),
        pytest.param("AAAAAAAA", "AA..AAAA", (1, 1, 1), id="a second part is a false alarm"),
        pytest.param("AAAA", "BBBB", (0, 0, 0), id="another behaviour"),
        pytest.param("....", "AA..", (0, 0, 0), id="nothing is no segment"),
    ],
)
def test_hits(truth: str, found: str, hits_at_10_25_50: tuple[int, ...]) -> None:
    for overlap, expected in zip(OVERLAPS, hits_at_10_25_50, strict=True):
        hits = [
            (segment_hits(spans_of(truth, name), spans_of(found, name), overlap) >= 0).sum()
            for name in "AB"
        ]
        assert sum(hits) == expected


labels = st.text("AB.", min_size=1, max_size=40)


@given(labels, labels)
def test_equal_to_the_published_definition(truth: str, found: str) -> None:
    for overlap in OVERLAPS:
        hits = sum(
            int((segment_hits(spans_of(truth, name), spans_of(found, name), overlap) >= 0).sum())
            for name in "AB"
        )
        counts = (hits, len(segments(found)) - hits, len(segments(truth)) - hits)
        assert counts == published_counts(truth, found, overlap)
    orders = [[name for name, _, _ in segments(text)] for text in (truth, found)]
    codes = [["AB".index(name) for name in order] for order in orders]
    if orders[0] or orders[1]:
        assert edit_score(*codes) == pytest.approx(published_edit(*orders))


@pytest.mark.parametrize(
    ("truth", "found", "score"),
    [("ABC", "ABC", 100.0), ("ABCD", "ABD", 75.0), ("AB", "BA", 0.0), ("", "A", 0.0)],
)
def test_edit_score(truth: str, found: str, score: float) -> None:
    codes = [["ABCD".index(name) for name in text] for text in (truth, found)]
    assert edit_score(*codes) == score


def test_edit_score_of_nothing_is_unknown() -> None:
    assert np.isnan(edit_score([], []))


def test_border_errors_are_positive_where_the_other_is_later() -> None:
    truth, found = union([[10, 20], [40, 60]]), union([[12, 19], [38, 65], [90, 99]])
    assert border_errors(truth, found).tolist() == [[2, -1], [-2, 5]]


bouts = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 8)), max_size=7).map(
    lambda steps: union(np.cumsum(np.array(steps, np.int64).reshape(-1)).reshape(-1, 2))
)


def most_pairs(first: np.ndarray, second: np.ndarray, tolerance: int) -> int:
    """Every way to pair, tried."""
    if not len(first):
        return 0
    best = most_pairs(first[1:], second, tolerance)
    for place, bout in enumerate(second):
        if np.abs(bout - first[0]).max() <= tolerance:
            rest = np.delete(second, place, axis=0)
            best = max(best, 1 + most_pairs(first[1:], rest, tolerance))
    return best


@given(bouts, bouts, st.integers(0, 12))
def test_no_way_to_pair_more_events(first, second, tolerance: int) -> None:
    mine, theirs = paired_events(first, second, tolerance)
    assert len(mine) == most_pairs(first, second, tolerance)
    assert len(set(mine.tolist())) == len(mine)
    assert len(set(theirs.tolist())) == len(theirs)
    assert (np.abs(first[mine] - second[theirs]) <= tolerance).all()


@given(bouts, bouts, bouts, bouts)
def test_a_wider_tolerance_never_lowers_agreement(a1, b1, a2, b2) -> None:
    assessed = np.array([[0, 200]])
    numbers = np.array([[len(a1), len(b1)], [len(a2), len(b2)]])
    before = (-np.inf, -np.inf, -np.inf)
    for tolerance in range(8):
        pairs = [len(paired_events(a, b, tolerance)[0]) for a, b in ((a1, a2), (b1, b2))]
        now = (
            float(np.nan_to_num(event_kappa(pairs, *numbers), nan=0)),
            tolerant_agreement(a1, a2, assessed, tolerance),
            sum(pairs),
        )
        assert all(new >= old for new, old in zip(now, before, strict=True))
        before = now


def test_event_kappa_by_hand() -> None:
    # 4 + 4 bouts, three pairs: 6 of 8 agree; both deal out a and b half and half: chance 0.5.
    assert float(event_kappa([2, 1], [2, 2], [2, 2])) == pytest.approx((0.75 - 0.5) / 0.5)
    assert np.isnan(float(event_kappa([2], [2], [3])))


def test_no_tolerance_counts_the_same_frames() -> None:
    assessed = np.array([[0, 100]])
    assert tolerant_agreement(union([[10, 20]]), union([[12, 25]]), assessed, 0) == 100 - 2 - 5
    assert tolerant_agreement(union([[10, 20]]), union([[12, 25]]), assessed, 5) == 100
