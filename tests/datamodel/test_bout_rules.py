"""Bouts by rule: exact cases, then laws on bouts of any kind."""

from __future__ import annotations

import time
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from napari_mousegpt.datamodel.bout_rules import apply_bout_rules, rule_preview
from napari_mousegpt.datamodel.bouts import make_bouts


def bouts_of(*rows: tuple[str, int, int], **columns: object) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["behaviour", "start", "stop"]).assign(**columns)
    return make_bouts(table.astype({"start": "int64", "stop": "int64"}))


def said(bouts: pd.DataFrame) -> list[tuple[str, int, int]]:
    return list(bouts[["behaviour", "start", "stop"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param([("a", 0, 10), ("a", 12, 20)], [("a", 0, 20)], id="a short gap is closed"),
        pytest.param(
            [("a", 0, 10), ("a", 13, 20)], [("a", 0, 10), ("a", 13, 20)], id="a longer one is not"
        ),
        pytest.param([("a", 0, 4), ("b", 4, 20)], [("b", 4, 20)], id="short goes to nobody"),
        pytest.param(
            [("a", 0, 3), ("a", 4, 7), ("a", 8, 11)], [("a", 0, 11)], id="gaps before lengths"
        ),
        pytest.param(
            [("a", 0, 9), ("b", 9, 11), ("a", 11, 20)], [("a", 0, 20)], id="across another"
        ),
        pytest.param([("a", 0, 30), ("a", 5, 10), ("a", 31, 40)], [("a", 0, 40)], id="nested"),
        pytest.param([], [], id="no bouts"),
    ],
)
def test_rule(before: list[tuple[str, int, int]], after: list[tuple[str, int, int]]) -> None:
    assert said(apply_bout_rules(bouts_of(*before), fps=10, gap_s=0.2, min_s=0.5)) == after


def test_points_stay_and_annotators_are_not_mixed() -> None:
    bouts = make_bouts(
        [
            {"start": 0, "stop": 10, "behaviour": "a", "annotator": "Ada"},
            {"start": 10, "stop": 20, "behaviour": "a", "annotator": "Bo"},
            {"start": 5, "stop": 6, "behaviour": "jump", "kind": "point"},
        ]
    )
    after = apply_bout_rules(bouts, fps=10, gap_s=9, min_s=0.5)
    assert said(after) == [("a", 0, 10), ("jump", 5, 6), ("a", 10, 20)]


def test_confidence_is_the_mean_over_frames_and_comments_are_kept() -> None:
    bouts = bouts_of(("a", 0, 30), ("a", 30, 40), ("a", 40, 50))
    bouts["confidence"] = [0.5, 0.9, np.nan]
    bouts["comment"] = ["sure", None, "no"]
    after = apply_bout_rules(bouts, fps=10)
    assert after["confidence"].tolist() == [pytest.approx(0.6)]
    assert after["comment"].tolist() == ["sure; no"]


@pytest.mark.parametrize(
    "options", [{"fps": 0}, {"fps": 30, "gap_s": -1}, {"fps": 30, "min_s": -0.1}]
)
def test_impossible_limits_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="expected a frame rate above zero"):
        apply_bout_rules(bouts_of(("a", 0, 1)), **options)


rows = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(0, 60), st.integers(1, 12)).map(
        lambda row: (row[0], row[1], row[1] + row[2])
    ),
    max_size=12,
)


@given(rows, st.integers(0, 6), st.integers(0, 9))
@example([("a", 2, 3), ("b", 0, 1), ("b", 2, 3)], 0, 0)
def test_laws(found: list[tuple[str, int, int]], gap: int, shortest: int) -> None:
    bouts = bouts_of(*found)
    after = apply_bout_rules(bouts, fps=1, gap_s=gap, min_s=shortest)
    assert said(apply_bout_rules(after, fps=1, gap_s=gap, min_s=shortest)) == said(after)
    assert (after["stop"] - after["start"] >= shortest).all()
    for behaviour in "ab":
        before = [row for row in found if row[0] == behaviour]
        hull = (min((r[1] for r in before), default=0), max((r[2] for r in before), default=0))
        kept = [row for row in said(after) if row[0] == behaviour]
        assert all(hull[0] <= start and stop <= hull[1] for _, start, stop in kept)
        assert all(b[1] - a[2] > gap for a, b in pairwise(kept))
        covered = {f for _, start, stop in before for f in range(start, stop)}
        closing = gap * max(len(before) - 1, 0)
        assert sum(stop - start for _, start, stop in kept) <= len(covered) + closing


def test_preview_counts_and_seconds() -> None:
    before = bouts_of(("a", 0, 10), ("a", 11, 20), ("b", 30, 32))
    table = rule_preview(before, apply_bout_rules(before, fps=10, gap_s=0.1, min_s=1), fps=10)
    assert table.to_dict("records") == [
        {
            "behaviour": "a",
            "bouts_before": 2,
            "bouts_after": 1,
            "duration_before_s": pytest.approx(1.9),
            "duration_after_s": pytest.approx(2.0),
            "median_before_s": pytest.approx(0.95),
            "median_after_s": pytest.approx(2.0),
        },
        {
            "behaviour": "b",
            "bouts_before": 1,
            "bouts_after": 0,
            "duration_before_s": pytest.approx(0.2),
            "duration_after_s": 0.0,
            "median_before_s": pytest.approx(0.2),
            "median_after_s": pytest.approx(np.nan, nan_ok=True),
        },
    ]


def test_a_hundred_thousand_bouts_are_quick() -> None:
    rng = np.random.default_rng(0)
    starts = np.cumsum(rng.integers(1, 20, 100_000))
    bouts = make_bouts(
        pd.DataFrame(
            {
                "start": starts,
                "stop": starts + rng.integers(1, 20, len(starts)),
                "behaviour": rng.choice(list("abcdefghijkl"), len(starts)),
            }
        )
    )
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        apply_bout_rules(bouts, fps=30, gap_s=0.5, min_s=0.5)
        seconds.append(time.perf_counter() - started)
    assert min(seconds) < 0.25  # 0.05 s on a machine that does nothing else
